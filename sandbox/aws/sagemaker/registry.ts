/** SageMaker's own words for how an endpoint is. */
export type EndpointStatus = 'InService' | 'Updating' | 'RollingBack' | 'Failed' | 'OutOfService';
export type ExecutionStatus = 'Executing' | 'Stopping' | 'Stopped' | 'Failed' | 'Succeeded';

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
}

export interface Endpoint {
  readonly name: string;
  readonly createdAt: number;
  config: string;
  status: EndpointStatus;
  failureReason: string | null;
  modifiedAt: number;
}

export interface PipelineExecution {
  readonly arn: string;
  readonly pipeline: string;
  readonly displayName: string;
  readonly startedAt: number;
  status: ExecutionStatus;
  failureReason: string | null;
  endedAt: number | null;
}

export interface ModelPackage {
  readonly arn: string;
  readonly group: string;
  readonly version: number;
  readonly createdAt: number;
  approval: 'Approved' | 'Rejected' | 'PendingManualApproval';
}

/** What SageMaker knows, by name or ARN. Plain data. */
export interface SageMaker {
  readonly models: Map<string, Model>;
  readonly configs: Map<string, EndpointConfig>;
  readonly endpoints: Map<string, Endpoint>;
  readonly executions: Map<string, PipelineExecution>;
  readonly packages: Map<string, ModelPackage>;
}

export function createSageMaker(): SageMaker {
  return { models: new Map(), configs: new Map(), endpoints: new Map(), executions: new Map(), packages: new Map() };
}
