import { randomUUID } from 'node:crypto';
import type { Place } from '../alarm-messages.ts';
import type {
  Endpoint,
  ExecutionStatus,
  ModelPackage,
  PipelineExecution,
  SageMaker,
  SageMakerChange,
} from './registry.ts';

/** What happens to SageMaker's things when somebody releases or retrains; each is told as EventBridge tells it. */
export interface SageMakerChanges {
  /** Makes the configuration the live one. Told twice: the deployment, and the endpoint that is in service again. */
  deploy(endpoint: string, config: string, at: number): void;
  /** Starts a run of a pipeline; answers its ARN. */
  start(pipeline: string, displayName: string, at: number): string;
  finish(
    arn: string,
    status: Extract<ExecutionStatus, 'Failed' | 'Succeeded'>,
    failureReason: string | null,
    at: number,
  ): void;
  register(group: string, approval: ModelPackage['approval'], at: number): ModelPackage;
}

export interface SageMakerChangesOptions {
  readonly sageMaker: SageMaker;
  readonly place: Place;
  /** Publishes an event of EventBridge, as a rule with an SNS topic as its target does. Also of what calls and time have changed. */
  readonly tell: (event: object) => void;
}

type Tell = (detailType: string, resources: readonly string[], detail: object, at: number) => void;

export function createSageMakerChanges({ sageMaker, place, tell }: SageMakerChangesOptions): SageMakerChanges {
  const arnOf = (resource: string): string => `arn:aws:sagemaker:${place.region}:${place.account}:${resource}`;
  const send: Tell = (detailType, resources, detail, at) => tell(envelope(place, detailType, resources, detail, at));

  sageMaker.listeners.add((change) => tellChange(sageMaker, send, arnOf, change));
  return {
    deploy: (name, config, at) => {
      const endpoint = sageMaker.endpoints.get(name);
      if (endpoint === undefined || !sageMaker.configs.has(config))
        throw new RangeError(`There is no ${name} or no ${config}`);
      const arn = arnOf(`endpoint/${name}`);
      send(DEPLOYMENT, [arn], deployingTo(sageMaker, endpoint, arn, config, at), at);
      const settled = { status: 'InService', failureReason: null, modifiedAt: at, deployment: null, rollback: null };
      Object.assign(endpoint, { config, ...settled });
      delete endpoint.live;
      send(STATE, [arn], detailOf(sageMaker, endpoint, arn), at);
    },
    start: (pipeline, displayName, at) => {
      const arn = arnOf(`pipeline/${pipeline}/execution/${randomUUID().replaceAll('-', '').slice(0, 12)}`);
      const execution: PipelineExecution = {
        ...{ arn, pipeline, displayName, startedAt: at },
        ...{ status: 'Executing', failureReason: null, endedAt: null },
      };
      sageMaker.executions.set(arn, execution);
      tellExecution(send, arnOf, execution, 'Executing', at);
      return arn;
    },
    finish: (arn, status, failureReason, at) => {
      const execution = sageMaker.executions.get(arn);
      if (execution === undefined) throw new RangeError(`There is no run ${arn}`);
      const before = execution.status;
      Object.assign(execution, { status, failureReason, endedAt: at });
      tellExecution(send, arnOf, execution, before, at);
    },
    register: (group, approval, at) => {
      const made = newPackage(sageMaker, arnOf, { group, approval, createdAt: at });
      send('SageMaker Model Package State Change', [made.arn], packageDetail(made), at);
      return made;
    },
  };
}

const STATE = 'SageMaker Endpoint State Change';
const DEPLOYMENT = 'SageMaker Endpoint Deployment State Change';

/** What a call or time has changed, as EventBridge tells it. Steps of pipelines are told to no rule of the sandbox. */
function tellChange(
  sageMaker: SageMaker,
  send: Tell,
  arnOf: (resource: string) => string,
  change: SageMakerChange,
): void {
  if (change.kind === 'step') return;
  if (change.kind === 'execution') {
    const execution = sageMaker.executions.get(change.arn);
    if (execution) tellExecution(send, arnOf, execution, change.before, change.at);
    return;
  }
  if (change.kind === 'package') {
    const one = sageMaker.packages.get(change.arn);
    if (one) send('SageMaker Model Package State Change', [one.arn], packageDetail(one), change.at);
    return;
  }
  const endpoint = sageMaker.endpoints.get(change.endpoint);
  if (!endpoint) return;
  const arn = arnOf(`endpoint/${endpoint.name}`);
  const to = change.kind === 'deploying' ? endpoint.deployment?.to : undefined;
  if (to === undefined) send(STATE, [arn], detailOf(sageMaker, endpoint, arn), change.at);
  else send(DEPLOYMENT, [arn], deployingTo(sageMaker, endpoint, arn, to, change.at), change.at);
}

function deployingTo(sageMaker: SageMaker, endpoint: Endpoint, arn: string, to: string, at: number): object {
  const PendingDeploymentSummary = {
    EndpointConfigName: to,
    StartTime: at,
    ProductionVariants: variantsOf(sageMaker, to, 'Creating'),
  };
  return { ...detailOf(sageMaker, endpoint, arn), EndpointStatus: 'UPDATING', PendingDeploymentSummary };
}

function newPackage(
  { packages }: SageMaker,
  arnOf: (resource: string) => string,
  given: Pick<ModelPackage, 'group' | 'approval' | 'createdAt'>,
): ModelPackage {
  const version = [...packages.values()].filter(({ group }) => group === given.group).length + 1;
  const made = { ...given, version, arn: arnOf(`model-package/${given.group}/${version}`) };
  packages.set(made.arn, made);
  return made;
}

function packageDetail({ group, version, arn, createdAt, modifiedAt, approval }: ModelPackage): object {
  return {
    ModelPackageGroupName: group,
    ModelPackageVersion: version,
    ModelPackageArn: arn,
    CreationTime: createdAt,
    ModelPackageStatus: 'Completed',
    ModelApprovalStatus: approval,
    LastModifiedTime: modifiedAt ?? createdAt,
  };
}

function tellExecution(
  send: Tell,
  arnOf: (resource: string) => string,
  execution: PipelineExecution,
  before: ExecutionStatus,
  at: number,
): void {
  const pipelineArn = arnOf(`pipeline/${execution.pipeline}`);
  const detail = {
    pipelineExecutionDisplayName: execution.displayName,
    currentPipelineExecutionStatus: execution.status,
    ...(execution.status === 'Executing' ? {} : { previousPipelineExecutionStatus: before }),
    executionStartTime: new Date(execution.startedAt).toISOString(),
    ...(execution.endedAt === null ? {} : { executionEndTime: new Date(execution.endedAt).toISOString() }),
    pipelineArn,
    pipelineExecutionArn: execution.arn,
  };
  send('SageMaker Model Building Pipeline Execution Status Change', [pipelineArn, execution.arn], detail, at);
}

function detailOf(sageMaker: SageMaker, endpoint: Endpoint, arn: string): object {
  return {
    EndpointName: endpoint.name,
    EndpointArn: arn,
    EndpointConfigName: endpoint.config,
    ProductionVariants: variantsOf(sageMaker, endpoint.config),
    // EventBridge writes what the API calls InService in capitals.
    EndpointStatus: endpoint.status.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
    CreationTime: endpoint.createdAt,
    LastModifiedTime: endpoint.modifiedAt,
    Tags: {},
  };
}

function variantsOf({ configs }: SageMaker, config: string, status?: string): readonly object[] {
  return (configs.get(config)?.variants ?? []).map(({ name, weight, instances }) => ({
    VariantName: name,
    DesiredWeight: weight,
    DesiredInstanceCount: instances,
    ...(status === undefined ? {} : { VariantStatus: [{ Status: status }] }),
  }));
}

/** The envelope that every event has. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
function envelope(
  { account, region }: Place,
  detailType: string,
  resources: readonly string[],
  detail: object,
  at: number,
): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: 'aws.sagemaker',
    account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region,
    resources,
    detail,
  };
}
