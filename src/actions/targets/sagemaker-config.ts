import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import { kindOf, SetupError } from '../../app/errors.ts';
import type { TargetDeps } from '../target.ts';
import { callSageMaker } from './sagemaker-calls.ts';
import { type EndpointPlace, weightFrom } from './sagemaker-endpoint.ts';

/** One variant as a configuration has it. */
export interface ConfiguredVariant {
  readonly name: string;
  /** `null`: the configuration names none, because the endpoint serves inference components. */
  readonly model: string | null;
  /** What the model is made of, one line; `null`: the model is not there any more. */
  readonly image: string | null;
  readonly data: string | null;
  /** `serverless` where it has no instances. */
  readonly instanceType: string;
  readonly instances: number | null;
  readonly weight: number;
}

/** A configuration never changes once it is there. */
export interface EndpointConfiguration {
  readonly name: string;
  readonly variants: readonly ConfiguredVariant[];
  /** Names of variants that get a copy of the traffic and answer nobody. */
  readonly shadows: readonly string[];
  /** Whether requests and answers are kept, for those who watch the model. */
  readonly capturesData: boolean;
}

/** A configuration with its models. Throws SetupError when there is no such one. */
export async function configurationOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region }: Pick<EndpointPlace, 'region'>,
  name: string,
): Promise<EndpointConfiguration> {
  const call = { permission: 'sagemaker:DescribeEndpointConfig', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(new sdk.DescribeEndpointConfigCommand({ EndpointConfigName: name })),
  );
  const variants = (said.ProductionVariants ?? []).slice(0, MOST_VARIANTS);
  return {
    name,
    variants: await Promise.all(variants.map((one) => variantFrom(aws, region, one))),
    shadows: (said.ShadowProductionVariants ?? []).slice(0, MOST_VARIANTS).map(({ VariantName }) => VariantName ?? ''),
    capturesData: said.DataCaptureConfig?.EnableCapture === true,
  };
}

/** SageMaker allows ten. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html */
const MOST_VARIANTS = 10;

async function variantFrom(
  aws: TargetDeps['aws'],
  region: string,
  said: ProductionVariant,
): Promise<ConfiguredVariant> {
  const model = said.ModelName ?? null;
  const made = model === null ? null : await modelOf(aws, region, model);
  return {
    ...{ name: said.VariantName ?? '', model, image: made?.image ?? null, data: made?.data ?? null },
    instanceType: instanceTypeOf(said),
    instances: said.InitialInstanceCount ?? null,
    weight: weightFrom(said.InitialVariantWeight) ?? 1,
  };
}

/** A variant may have several types, of which the first that can be had is taken. */
function instanceTypeOf({ InstanceType, InstancePools, ServerlessConfig }: ProductionVariant): string {
  const pools = (InstancePools ?? []).flatMap((pool) => pool.InstanceType ?? []);
  if (InstanceType !== undefined || pools.length > 0) return InstanceType ?? pools.join(' or ');
  return ServerlessConfig ? 'serverless' : 'unknown';
}

/** `null`: SageMaker does not have it any more. */
async function modelOf(aws: TargetDeps['aws'], region: string, name: string) {
  const call = { permission: 'sagemaker:DescribeModel', region };
  try {
    const said = await callSageMaker(aws, call, (client, sdk) =>
      client.send(new sdk.DescribeModelCommand({ ModelName: name })),
    );
    const container = said.PrimaryContainer ?? said.Containers?.[0];
    const source = container?.ModelDataUrl ?? container?.ModelDataSource?.S3DataSource?.S3Uri;
    const image = container?.Image ?? container?.ModelPackageName ?? 'no image';
    return { image: image.slice(0, 200), data: (source ?? 'no data').slice(0, 200) };
  } catch (error) {
    if (kindOf(error) === 'setup' && error instanceof SetupError && /Could not find model/i.test(error.message))
      return null;
    throw error;
  }
}

/** The newest configurations whose names hold the endpoint's: a guess to show, never one to choose. */
export async function configurationsNamedLike(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, endpoint }: EndpointPlace,
): Promise<readonly string[]> {
  const call = { permission: 'sagemaker:ListEndpointConfigs', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(
      new sdk.ListEndpointConfigsCommand({
        ...{ NameContains: endpoint, SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 10 },
      }),
    ),
  );
  return (said.EndpointConfigs ?? []).flatMap(({ EndpointConfigName }) => EndpointConfigName ?? []);
}
