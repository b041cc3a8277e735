import { createSageMakerFaults, type SageMakerFaults } from './sagemaker-faults.ts';

/** SageMaker's own words for how an endpoint is. */
export type EndpointStatus = 'InService' | 'Updating' | 'RollingBack' | 'Failed' | 'OutOfService';
export type ExecutionStatus = 'Executing' | 'Stopping' | 'Stopped' | 'Failed' | 'Succeeded';
export type ApprovalStatus = 'Approved' | 'Rejected' | 'PendingManualApproval';

/** All times are epoch milliseconds. */
export interface Model {
  readonly name: string;
  readonly image: string;
  readonly dataUrl: string;
  readonly createdAt: number;
}

/** Never changes once it is there. */
export interface EndpointConfig {
  readonly name: string;
  readonly createdAt: number;
  readonly variants: readonly {
    readonly name: string;
    readonly model: string;
    readonly instances: number;
    readonly instanceType: string;
    readonly weight: number;
  }[];
  /** Variants that get a copy of the traffic and answer nobody. */
  readonly shadows?: readonly { readonly name: string; readonly model: string }[];
  /** Whether requests and answers are kept for those who watch the model. */
  readonly capturesData?: boolean;
}

/** What serves of each variant, by its name: autoscaling and people change it without a new configuration. */
export type Live = Readonly<Record<string, { readonly weight: number; readonly instances: number }>>;

/** A change of an endpoint that takes its time. */
export interface Deployment {
  readonly kind: 'configuration' | 'weights';
  /** The configuration afterwards. */
  readonly to: string;
  /** What serves afterwards. */
  readonly live: Live;
  readonly startedAt: number;
  readonly endsAt: number;
  /** Alarms that undo it. */
  readonly guard: readonly string[];
  /** When and why it will fail by itself. */
  readonly failure: { readonly at: number; readonly why: string } | null;
  /** As it was asked for: `BlueGreenUpdatePolicy` and so on. */
  readonly asked: object | null;
}

export interface Endpoint {
  readonly name: string;
  readonly createdAt: number;
  config: string;
  status: EndpointStatus;
  failureReason: string | null;
  modifiedAt: number;
  /** Where it differs from what the configuration says. */
  live?: Live;
  /** What is under way. */
  deployment?: Deployment | null;
  /** Since when it goes back, and by when it will have; only while it is `RollingBack`. */
  rollback?: { readonly startedAt: number; readonly endsAt: number; readonly why: string } | null;
}

/** A step of a pipeline, in the order in which they are done. */
export interface PipelineStep {
  readonly name: string;
  /** `Processing`, `Training`, `Model`, …: https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html */
  readonly type: string;
  readonly takesMs: number;
  /** What it measures of the model, known when it has ended. */
  readonly metric?: { readonly name: string; readonly value: number };
}

export interface Pipeline {
  readonly name: string;
  readonly steps: readonly PipelineStep[];
}

export interface PipelineExecution {
  readonly arn: string;
  readonly pipeline: string;
  readonly displayName: string;
  readonly startedAt: number;
  status: ExecutionStatus;
  failureReason: string | null;
  endedAt: number | null;
  /** Only of those that go on by themselves. */
  readonly work?: {
    readonly steps: readonly PipelineStep[];
    readonly parameters: Readonly<Record<string, string>>;
    /** The step that will fail, and why. */
    readonly failure: { readonly step: string; readonly why: string } | null;
    /** How many steps have been told to have ended. */
    told: number;
    stoppingAt: number | null;
  };
}

export interface ModelPackage {
  readonly arn: string;
  readonly group: string;
  readonly version: number;
  readonly createdAt: number;
  approval: ApprovalStatus;
  approvalDescription?: string;
  modifiedAt?: number;
}

/** Something has changed by itself or by a call; what it is now is in the registry. */
export type SageMakerChange =
  | { readonly kind: 'deploying' | 'endpoint'; readonly endpoint: string; readonly at: number }
  | { readonly kind: 'execution'; readonly arn: string; readonly before: ExecutionStatus; readonly at: number }
  | { readonly kind: 'step'; readonly arn: string; readonly step: PipelineStep; readonly at: number }
  | { readonly kind: 'package'; readonly arn: string; readonly at: number };

/** What SageMaker knows, by name or ARN. Plain data. */
export interface SageMaker {
  readonly models: Map<string, Model>;
  readonly configs: Map<string, EndpointConfig>;
  readonly endpoints: Map<string, Endpoint>;
  readonly pipelines: Map<string, Pipeline>;
  readonly executions: Map<string, PipelineExecution>;
  readonly packages: Map<string, ModelPackage>;
  /** What a call has been answered with, by its kind and token. */
  readonly tokens: Map<string, object>;
  /** Called for every change, in order. */
  readonly listeners: Set<(change: SageMakerChange) => void>;
  /** Every change that a call was allowed to make. */
  readonly journal: { readonly operation: string; readonly subject: string; readonly at: number }[];
  readonly faults: SageMakerFaults;
  /** How long things take, in ms of the clock. */
  readonly timing: { deployMs: number; rollbackMs: number; weightsMs: number; stopMs: number };
}

export function createSageMaker(): SageMaker {
  return {
    ...{ models: new Map(), configs: new Map(), endpoints: new Map() },
    ...{ pipelines: new Map(), executions: new Map(), packages: new Map(), tokens: new Map() },
    ...{ listeners: new Set(), journal: [], faults: createSageMakerFaults() },
    timing: { deployMs: 40_000, rollbackMs: 15_000, weightsMs: 8_000, stopMs: 5_000 },
  };
}
