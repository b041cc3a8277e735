import type { Input } from '../input.ts';
import type { SageMaker, SageMakerChange } from './registry.ts';

/** What an operation knows beside what it was asked. */
export interface Calling {
  readonly sageMaker: SageMaker;
  readonly arnOf: (resource: string) => string;
  /** Epoch ms. */
  readonly at: number;
  /** Tells of a change, once it is in the registry. */
  readonly tell: (change: SageMakerChange) => void;
}

/** Answers one call; throws AwsError as SageMaker would say no. */
export type Operation = (calling: Calling, input: Input) => object;
