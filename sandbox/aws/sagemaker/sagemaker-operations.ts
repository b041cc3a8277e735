import type { Place } from '../alarm-messages.ts';
import { AwsError } from '../aws-error.ts';
import type { CallContext } from '../endpoint.ts';
import type { Input } from '../input.ts';
import { requiredText, text } from '../input.ts';
import { checkTexts } from './constraints.ts';
import { asFloat, settleEndpoint } from './deployments.ts';
import { ENDPOINT_OPERATIONS } from './endpoint-operations.ts';
import { settleExecution } from './executions.ts';
import { missing, named, paged } from './listing.ts';
import type { Operation } from './operation.ts';
import { PACKAGE_OPERATIONS } from './package-operations.ts';
import { PIPELINE_OPERATIONS } from './pipeline-operations.ts';
import type { EndpointConfig, SageMaker, SageMakerChange } from './registry.ts';

/** `X-Amz-Target` of SageMaker's JSON protocol starts with this. */
export const SAGEMAKER_TARGET = 'SageMaker.';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ENDPOINT_OPERATIONS,
  ...PIPELINE_OPERATIONS,
  ...PACKAGE_OPERATIONS,
  DescribeEndpointConfig: ({ sageMaker, arnOf }, input) => {
    const name = requiredText(input, 'EndpointConfigName');
    const config = sageMaker.configs.get(name) ?? missing('endpoint configuration', arnOf(`endpoint-config/${name}`));
    return describeConfig(config, arnOf);
  },
  DescribeModel: ({ sageMaker, arnOf }, input) => {
    const name = requiredText(input, 'ModelName');
    const model = sageMaker.models.get(name) ?? missing('model', arnOf(`model/${name}`));
    return {
      ModelName: name,
      ModelArn: arnOf(`model/${name}`),
      PrimaryContainer: { Image: model.image, Mode: 'SingleModel', ModelDataUrl: model.dataUrl, Environment: {} },
      ExecutionRoleArn: arnOf('role/sandbox').replace(':sagemaker:', ':iam:'),
      CreationTime: model.createdAt / 1000,
      EnableNetworkIsolation: false,
    };
  },
  ListEndpointConfigs: ({ sageMaker, arnOf }, input) => {
    const found = named([...sageMaker.configs.values()], input).map(({ name, createdAt }) => ({
      EndpointConfigName: name,
      EndpointConfigArn: arnOf(`endpoint-config/${name}`),
      CreationTime: createdAt / 1000,
    }));
    return paged('EndpointConfigs', found, input);
  },
};

export interface SageMakerMachineOptions {
  readonly sageMaker: SageMaker;
  readonly place: Place;
  readonly now: () => number;
  /** Whether a CloudWatch alarm is in ALARM, for deployments that it guards. */
  readonly isFiring: (alarm: string) => boolean;
}

/** SageMaker as it goes on: nothing in it has a timer, everything is brought up to the clock when somebody looks. */
export interface SageMakerMachine {
  /** Answers one call. Throws AwsError as SageMaker would say no. */
  answer(operation: string, input: Input, context: Pick<CallContext, 'loseAnswer' | 'principal'>): Promise<object>;
  /** Brings everything up to now and tells what has happened meanwhile; for whoever must hear of it without asking. */
  settle(): void;
}

export function createSageMakerMachine({ sageMaker, place, now, isFiring }: SageMakerMachineOptions): SageMakerMachine {
  const arnOf = (resource: string) => `arn:aws:sagemaker:${place.region}:${place.account}:${resource}`;
  const tell = (change: SageMakerChange) => {
    for (const listener of sageMaker.listeners) listener(change);
  };
  const settle = () => {
    const at = now();
    const ofEndpoints = [...sageMaker.endpoints.values()].flatMap((one) =>
      settleEndpoint(sageMaker, one, { at, isFiring }),
    );
    const ofExecutions = [...sageMaker.executions.values()].flatMap((one) => settleExecution(sageMaker, one, at));
    for (const change of [...ofEndpoints, ...ofExecutions]) tell(change);
  };

  return {
    settle,
    async answer(operation, input, { loseAnswer, principal }) {
      const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
      if (run === undefined) throw new AwsError('UnknownOperationException', 400, `${operation} is not offered here`);
      await sageMaker.faults.before(operation, subjectOf(input, arnOf), principal);
      settle();
      checkTexts(input);
      const answer = run({ sageMaker, arnOf, at: now(), tell }, input);
      if (sageMaker.faults.isLost(operation)) loseAnswer();
      return answer;
    },
  };
}

/** What a call is about, as a refusal names it. */
function subjectOf(input: Input, arnOf: (resource: string) => string): string {
  const endpoint = text(input, 'EndpointName');
  const pipeline = text(input, 'PipelineName');
  const arn = text(input, 'PipelineExecutionArn') ?? text(input, 'ModelPackageArn') ?? text(input, 'ModelPackageName');
  if (endpoint !== undefined) return arnOf(`endpoint/${endpoint}`);
  return arn ?? arnOf(pipeline === undefined ? '*' : `pipeline/${pipeline}`);
}

function describeConfig(config: EndpointConfig, arnOf: (resource: string) => string): object {
  const { name, createdAt, variants, shadows = [], capturesData } = config;
  return {
    EndpointConfigName: name,
    EndpointConfigArn: arnOf(`endpoint-config/${name}`),
    CreationTime: createdAt / 1000,
    ProductionVariants: variants.map((variant) => ({
      VariantName: variant.name,
      ModelName: variant.model,
      InitialInstanceCount: variant.instances,
      InstanceType: variant.instanceType,
      InitialVariantWeight: asFloat(variant.weight),
    })),
    ...(shadows.length > 0 && {
      ShadowProductionVariants: shadows.map((one) => ({
        ...{ VariantName: one.name, ModelName: one.model, InitialInstanceCount: 1, InitialVariantWeight: 1 },
      })),
    }),
    ...(capturesData !== undefined && {
      DataCaptureConfig: {
        ...{ EnableCapture: capturesData, InitialSamplingPercentage: 100, DestinationS3Uri: 's3://captured' },
        CaptureOptions: [{ CaptureMode: 'InputAndOutput' }],
      },
    }),
  };
}
