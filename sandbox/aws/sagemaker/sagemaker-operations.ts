import type { Place } from '../alarm-messages.ts';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { number, pageOf, requiredText, text, time } from '../input.ts';
import type { Endpoint, EndpointConfig, PipelineExecution, SageMaker } from './registry.ts';

/** `X-Amz-Target` of SageMaker's JSON protocol starts with this. */
export const SAGEMAKER_TARGET = 'SageMaker.';

type Operation = (sageMaker: SageMaker, input: Input, arnOf: (resource: string) => string) => object;

const PER_PAGE = 10;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeEndpoint: (sageMaker, input, arnOf) => {
    const name = requiredText(input, 'EndpointName');
    const endpoint = sageMaker.endpoints.get(name) ?? missing('endpoint', arnOf(`endpoint/${name}`));
    return describeEndpoint(endpoint, sageMaker.configs.get(endpoint.config), arnOf);
  },
  DescribeEndpointConfig: (sageMaker, input, arnOf) => {
    const name = requiredText(input, 'EndpointConfigName');
    const config = sageMaker.configs.get(name) ?? missing('endpoint configuration', arnOf(`endpoint-config/${name}`));
    return describeConfig(config, arnOf);
  },
  DescribeModel: ({ models }, input, arnOf) => {
    const name = requiredText(input, 'ModelName');
    const model = models.get(name) ?? missing('model', arnOf(`model/${name}`));
    return {
      ModelName: name,
      ModelArn: arnOf(`model/${name}`),
      PrimaryContainer: { Image: model.image, Mode: 'SingleModel', ModelDataUrl: model.dataUrl, Environment: {} },
      ExecutionRoleArn: arnOf('role/sandbox').replace(':sagemaker:', ':iam:'),
      CreationTime: model.createdAt / 1000,
      EnableNetworkIsolation: false,
    };
  },
  ListEndpointConfigs: ({ configs }, input, arnOf) => {
    const found = named([...configs.values()], input).map(({ name, createdAt }) => ({
      EndpointConfigName: name,
      EndpointConfigArn: arnOf(`endpoint-config/${name}`),
      CreationTime: createdAt / 1000,
    }));
    return paged('EndpointConfigs', found, input);
  },
  ListEndpoints: ({ endpoints }, input, arnOf) => {
    const found = named([...endpoints.values()], input).map((endpoint) => ({
      EndpointName: endpoint.name,
      EndpointArn: arnOf(`endpoint/${endpoint.name}`),
      CreationTime: endpoint.createdAt / 1000,
      LastModifiedTime: endpoint.modifiedAt / 1000,
      EndpointStatus: endpoint.status,
    }));
    return paged('Endpoints', found, input);
  },
  DescribePipelineExecution: ({ executions }, input, arnOf) => {
    const arn = requiredText(input, 'PipelineExecutionArn');
    const execution = executions.get(arn);
    if (execution === undefined)
      throw new AwsError('ResourceNotFound', 400, `Pipeline execution ${arn} does not exist.`);
    return describeExecution(execution, arnOf);
  },
  ListPipelineExecutions: ({ executions }, input, arnOf) => {
    const pipeline = requiredText(input, 'PipelineName').split('/').at(-1);
    const all = [...executions.values()].filter((one) => one.pipeline === pipeline);
    if (all.length === 0)
      throw new AwsError('ResourceNotFound', 400, `Pipeline ${arnOf(`pipeline/${pipeline}`)} does not exist.`);
    const found = within(all, input, ({ startedAt }) => startedAt).map((execution) => summary(execution));
    return paged('PipelineExecutionSummaries', found, input);
  },
  ListModelPackages: ({ packages }, input) => {
    const group = text(input, 'ModelPackageGroupName');
    const approval = text(input, 'ModelApprovalStatus');
    const all = [...packages.values()].filter(
      (one) => (group === undefined || one.group === group) && (approval === undefined || one.approval === approval),
    );
    const found = within(all, input, ({ createdAt }) => createdAt).map((one) => ({
      ModelPackageGroupName: one.group,
      ModelPackageVersion: one.version,
      ModelPackageArn: one.arn,
      CreationTime: one.createdAt / 1000,
      ModelPackageStatus: 'Completed',
      ModelApprovalStatus: one.approval,
    }));
    return paged('ModelPackageSummaryList', found, input);
  },
};

/**
 * Answers one read of SageMaker; what changes something is not offered here.
 * @throws AwsError as SageMaker would say no
 */
export function answerSageMaker(
  sageMaker: SageMaker,
  { region, account }: Place,
  operation: string,
  input: Input,
): object {
  const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (run === undefined) throw new AwsError('UnknownOperationException', 400, `${operation} is not offered here`);
  return run(sageMaker, input, (resource) => `arn:aws:sagemaker:${region}:${account}:${resource}`);
}

function describeEndpoint(
  endpoint: Endpoint,
  config: EndpointConfig | undefined,
  arnOf: (resource: string) => string,
): object {
  return {
    EndpointName: endpoint.name,
    EndpointArn: arnOf(`endpoint/${endpoint.name}`),
    EndpointConfigName: endpoint.config,
    EndpointStatus: endpoint.status,
    CreationTime: endpoint.createdAt / 1000,
    LastModifiedTime: endpoint.modifiedAt / 1000,
    ...(endpoint.failureReason === null ? {} : { FailureReason: endpoint.failureReason }),
    ProductionVariants: (config?.variants ?? []).map(({ name, instances, weight }) => ({
      VariantName: name,
      CurrentWeight: weight,
      DesiredWeight: weight,
      CurrentInstanceCount: instances,
      DesiredInstanceCount: instances,
    })),
  };
}

function describeConfig({ name, createdAt, variants }: EndpointConfig, arnOf: (resource: string) => string): object {
  return {
    EndpointConfigName: name,
    EndpointConfigArn: arnOf(`endpoint-config/${name}`),
    CreationTime: createdAt / 1000,
    ProductionVariants: variants.map((variant) => ({
      VariantName: variant.name,
      ModelName: variant.model,
      InitialInstanceCount: variant.instances,
      InstanceType: variant.instanceType,
      InitialVariantWeight: variant.weight,
    })),
  };
}

function summary({ arn, status, startedAt, displayName, failureReason }: PipelineExecution): object {
  return {
    PipelineExecutionArn: arn,
    StartTime: startedAt / 1000,
    PipelineExecutionStatus: status,
    PipelineExecutionDisplayName: displayName,
    ...(failureReason === null ? {} : { PipelineExecutionFailureReason: failureReason }),
  };
}

function describeExecution(execution: PipelineExecution, arnOf: (resource: string) => string): object {
  return {
    PipelineArn: arnOf(`pipeline/${execution.pipeline}`),
    PipelineExecutionArn: execution.arn,
    PipelineExecutionDisplayName: execution.displayName,
    PipelineExecutionStatus: execution.status,
    CreationTime: execution.startedAt / 1000,
    LastModifiedTime: (execution.endedAt ?? execution.startedAt) / 1000,
    ...(execution.failureReason === null ? {} : { FailureReason: execution.failureReason }),
  };
}

/** Those whose name contains what is asked for and that were made in time, in the order that is asked for. */
function named<T extends { readonly name: string; readonly createdAt: number }>(
  all: readonly T[],
  input: Input,
): readonly T[] {
  const part = text(input, 'NameContains') ?? '';
  const found = all.filter(({ name }) => name.includes(part));
  if (text(input, 'SortBy') === 'Name') return found.sort((a, b) => a.name.localeCompare(b.name));
  return within(found, input, ({ createdAt }) => createdAt);
}

/** Newest first unless asked otherwise. */
function within<T>(all: readonly T[], input: Input, at: (one: T) => number): readonly T[] {
  const after = time(input, 'CreationTimeAfter') ?? time(input, 'CreatedAfter') ?? Number.NEGATIVE_INFINITY;
  const before = time(input, 'CreationTimeBefore') ?? time(input, 'CreatedBefore') ?? Number.POSITIVE_INFINITY;
  const sign = text(input, 'SortOrder') === 'Ascending' ? 1 : -1;
  return all.filter((one) => at(one) >= after && at(one) <= before).sort((a, b) => sign * (at(a) - at(b)));
}

function paged(key: string, found: readonly object[], input: Input): object {
  const { items, next } = pageOf(found, text(input, 'NextToken'), number(input, 'MaxResults') ?? PER_PAGE);
  return { [key]: items, ...next };
}

function missing(kind: string, arn: string): never {
  throw new AwsError('ValidationException', 400, `Could not find ${kind} "${arn}".`);
}
