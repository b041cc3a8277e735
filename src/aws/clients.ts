import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SNSClient, SNSClientConfig } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';

/**
 * Clients of AWS by region, made on first use: whoever needs no S3 loads no S3. Addresses and credentials are the SDK's own
 * (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, …).
 */
export interface AwsClients {
  cloudwatch(region: string): Promise<CloudWatchClient>;
  logs(region: string): Promise<CloudWatchLogsClient>;
  eventbridge(region: string): Promise<EventBridgeClient>;
  s3(region: string): Promise<S3Client>;
  sagemaker(region: string): Promise<SageMakerClient>;
  /** Asks once: after a lost answer nobody knows whether SNS has published, and whoever asked decides what to do. */
  sns(region: string): Promise<SNSClient>;
  sqs(region: string): Promise<SQSClient>;
  lambda(region: string): Promise<LambdaClient>;
  ecs(region: string): Promise<ECSClient>;
}

/** Without `throwOnRequestTimeout` the SDK only writes a warning, and waits on. */
const GIVES_UP = { connectionTimeout: 1_500, throwOnRequestTimeout: true } as const;
/** Fast to give up: whoever asks has a budget of seconds, and asks again. */
const PATIENCE = { maxAttempts: 2, requestHandler: { ...GIVES_UP, requestTimeout: 4_000 } } as const;
const ONCE = { ...PATIENCE, maxAttempts: 1 } as const;
/** A long poll of SQS holds the answer back for 20 s. */
const LONG_POLL = { maxAttempts: 2, requestHandler: { ...GIVES_UP, requestTimeout: 25_000 } } as const;

export interface AwsClientsOptions {
  /** An address for all of them, where the SDK's own variable does not say it: for several programs in one process. */
  readonly endpoint?: string;
  /** Asks once: for changes, of which nobody knows after a lost answer whether they have happened. */
  readonly once?: boolean;
  /** ARN of a role to act as. */
  readonly role?: string;
}

export function createAwsClients({ endpoint, once = false, role }: AwsClientsOptions = {}): AwsClients {
  const at = endpoint === undefined ? {} : { endpoint };
  const patience = once ? ONCE : PATIENCE;
  const client = <T>(make: (config: ClientConfig) => Promise<T>) =>
    byRegion(async (region) => await make({ region, ...at, ...patience, ...(await actingAs(role, region, at)) }));
  const sqs = byRegion(
    async (region) => new (await import('@aws-sdk/client-sqs')).SQSClient({ region, ...at, ...LONG_POLL }),
  );
  return {
    cloudwatch: client(async (config) => new (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient(config)),
    logs: client(async (config) => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(config)),
    eventbridge: client(async (config) => new (await import('@aws-sdk/client-eventbridge')).EventBridgeClient(config)),
    s3: client(
      async (config) => new (await import('@aws-sdk/client-s3')).S3Client({ ...config, forcePathStyle: true }),
    ),
    sagemaker: client(async (config) => new (await import('@aws-sdk/client-sagemaker')).SageMakerClient(config)),
    sns: client(async (config) => new (await import('@aws-sdk/client-sns')).SNSClient({ ...config, ...ONCE })),
    lambda: client(async (config) => new (await import('@aws-sdk/client-lambda')).LambdaClient(config)),
    ecs: client(async (config) => new (await import('@aws-sdk/client-ecs')).ECSClient(config)),
    sqs,
  };
}

/** What the clients have in common. */
type ClientConfig = (typeof ONCE | typeof PATIENCE) & { readonly region: string } & ActingAs;

type ActingAs = { readonly endpoint?: string } & Partial<Pick<SNSClientConfig, 'credentials'>>;

/** Whoever acts as nobody else loads nothing for it. */
async function actingAs(role: string | undefined, region: string, at: { endpoint?: string }): Promise<ActingAs> {
  if (role === undefined) return {};
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const params = { RoleArn: role, RoleSessionName: 'tocsin-action' };
  return { credentials: fromTemporaryCredentials({ params, clientConfig: { region, ...at, ...PATIENCE } }) };
}

function byRegion<T>(make: (region: string) => Promise<T>): (region: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (region) => {
    const known = made.get(region) ?? make(region);
    made.set(region, known);
    return known;
  };
}
