import type { Answer, Query } from '../domain/query.ts';
import type { Service } from '../domain/service.ts';

/** Where and for how long a query looks. */
export interface Where {
  readonly service: Pick<Service, 'name' | 'environments'>;
  /** The environment whose addresses and values it uses. */
  readonly environment: string;
  /** Epoch ms. The newest value counts; the course between the two is the series. */
  readonly from: number;
  readonly to: number;
  /** Gives up, whatever it is doing. */
  readonly signal: AbortSignal;
}

/** Asks the systems around. */
export interface Probes {
  /**
   * @throws TransientError when a later try may answer; SetupError when a person has to mend something (no address, no permission,
   * a query that is refused), with words that say what
   */
  ask(query: Query, where: Where): Promise<Answer>;
}
