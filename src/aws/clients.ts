import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SNSClient } from '@aws-sdk/client-sns';
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
}

/** Without `throwOnRequestTimeout` the SDK only writes a warning, and waits on. */
const GIVES_UP = { connectionTimeout: 1_500, throwOnRequestTimeout: true } as const;
/** Fast to give up: whoever asks has a budget of seconds, and asks again. */
const PATIENCE = { maxAttempts: 2, requestHandler: { ...GIVES_UP, requestTimeout: 4_000 } } as const;
const ONCE = { ...PATIENCE, maxAttempts: 1 } as const;
/** A long poll of SQS holds the answer back for 20 s. */
const LONG_POLL = { maxAttempts: 2, requestHandler: { ...GIVES_UP, requestTimeout: 25_000 } } as const;

/** `endpoint`: an address for all of them, where the SDK's own variable does not say it: for several programs in one process. */
export function createAwsClients({ endpoint }: { readonly endpoint?: string } = {}): AwsClients {
  const at = endpoint === undefined ? {} : { endpoint };
  const cloudwatch = byRegion(
    async (region) => new (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient({ region, ...at, ...PATIENCE }),
  );
  const logs = byRegion(
    async (region) =>
      new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient({ region, ...at, ...PATIENCE }),
  );
  const eventbridge = byRegion(
    async (region) =>
      new (await import('@aws-sdk/client-eventbridge')).EventBridgeClient({ region, ...at, ...PATIENCE }),
  );
  const s3 = byRegion(
    async (region) =>
      new (await import('@aws-sdk/client-s3')).S3Client({ region, forcePathStyle: true, ...at, ...PATIENCE }),
  );
  const sagemaker = byRegion(
    async (region) => new (await import('@aws-sdk/client-sagemaker')).SageMakerClient({ region, ...at, ...PATIENCE }),
  );
  const sns = byRegion(
    async (region) => new (await import('@aws-sdk/client-sns')).SNSClient({ region, ...at, ...ONCE }),
  );
  const sqs = byRegion(
    async (region) => new (await import('@aws-sdk/client-sqs')).SQSClient({ region, ...at, ...LONG_POLL }),
  );
  return { cloudwatch, logs, eventbridge, s3, sagemaker, sns, sqs };
}

function byRegion<T>(make: (region: string) => Promise<T>): (region: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (region) => {
    const known = made.get(region) ?? make(region);
    made.set(region, known);
    return known;
  };
}
