import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type Signals, spokenBy } from '../app/signals.ts';
import type { IncidentStore } from '../app/store.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Env } from '../config/env.ts';
import type { Alert } from '../domain/alert.ts';
import type { Service } from '../domain/service.ts';
import type { Metrics } from '../http/metrics.ts';
import { createGuardedFetch } from '../probes/guarded-fetch.ts';
import { parseTopicArn } from '../sources/aws-arn.ts';
import { createCertificateSource } from '../sources/sns-certificate.ts';
import { type TakeDeps, takeSns } from '../sources/sns-take.ts';
import { createSnsVerifier } from '../sources/sns-verifier.ts';
import { createQueuePull, type QueuePull } from '../sources/sqs-pull.ts';
import { createQueue, regionOfQueue } from '../sources/sqs-queue.ts';
import { translated } from '../store/errors.ts';
import type { Keys } from '../store/keys.ts';
import { createReconcileMemory } from '../store/reconcile-memory.ts';
import { createAlertmanager } from './alertmanager.ts';
import { createCloudWatch } from './cloudwatch.ts';
import { createReconcile } from './reconcile.ts';

export interface FeedsDeps extends Pick<TakeDeps, 'accept' | 'record' | 'confirm'> {
  readonly env: Pick<Env, 'SQS_QUEUE_URL' | 'SNS_TOPIC_ARNS' | 'SNS_CERT_DIR' | 'AWS_REGION'>;
  readonly redis: Redis;
  readonly keys: Keys;
  readonly aws: AwsClients;
  readonly store: IncidentStore;
  readonly signals: Pick<Signals, 'heard'>;
  readonly services: () => readonly Service[];
  readonly metrics: Metrics;
  /** The same cause is told at most once an hour. */
  readonly notifyOperators: (cause: string, text: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Logger;
}

/** What Tocsin fetches by itself: messages of a queue, and what was lost on the way. */
export interface Feeds {
  readonly chores: readonly { readonly name: string; readonly run: () => Promise<void> }[];
  start(): void;
  /** Ends polls and questions under way. */
  stop(): Promise<void>;
  /** What cannot be asked now, in words. */
  trouble(): readonly string[];
  /** Everything that was taken in, from whatever source, passes here; twice is harmless. */
  passed(alerts: readonly Alert[]): Promise<void>;
}

export function createFeeds(deps: FeedsDeps): Feeds {
  const { env, redis, keys, aws, services, signals, metrics } = deps;
  const memory = translated(createReconcileMemory(redis, keys));
  const queueRegion = env.SQS_QUEUE_URL ? regionFor(env, env.SQS_QUEUE_URL) : null;
  const pull = env.SQS_QUEUE_URL && queueRegion ? pullFrom(deps, env.SQS_QUEUE_URL, queueRegion) : null;
  const reconcile = createReconcile({
    ...deps,
    memory,
    cloudWatch: createCloudWatch(aws),
    alertmanager: createAlertmanager(createGuardedFetch()),
    topics: env.SNS_TOPIC_ARNS,
    queueRegion,
    finished: (at) => metrics.reconciledAt.set(at / 1_000),
    count: (source, found) => metrics.reconciled.inc({ source, found }),
  });

  return {
    chores: [{ name: 'reconciliation', run: reconcile.run }],
    start: () => pull?.start(),
    async stop() {
      reconcile.stop();
      await pull?.stop();
    },
    trouble: () => [...[pull?.trouble() ?? []].flat(), ...reconcile.trouble()],
    async passed(alerts) {
      const spoken = spokenBy(alerts, services());
      if (spoken.length > 0) await signals.heard(spoken);
      await memory.keepSaid(alerts);
    },
  };
}

/** A queue's address names its region, unless it is a stand-in's. */
function regionFor({ AWS_REGION, SNS_TOPIC_ARNS }: FeedsDeps['env'], url: string): string {
  return regionOfQueue(url) ?? AWS_REGION ?? parseTopicArn(SNS_TOPIC_ARNS[0] ?? '')?.region ?? 'us-east-1';
}

function pullFrom(deps: FeedsDeps, url: string, region: string): QueuePull {
  const { env, redis, aws, metrics, now, notifyOperators } = deps;
  const topics = new Set(env.SNS_TOPIC_ARNS);
  const certificates = createCertificateSource({
    now,
    fetch,
    ...(env.SNS_CERT_DIR && { pinnedDir: env.SNS_CERT_DIR }),
  });
  const tell = (text: string) => notifyOperators(`sqs: ${text.slice(0, 80)}`, text);
  return createQueuePull({
    ...deps,
    queue: createQueue(aws, url, region),
    verifier: createSnsVerifier({ topics, certificates, now, maxAgeMs: Number.POSITIVE_INFINITY }),
    topics,
    take: (message) => takeSns({ ...deps, notifyOperators: tell }, message),
    storeAnswers: translated({ ping: () => redis.ping() }).ping,
    count: (outcome) => metrics.webhooks.inc({ source: 'sqs', outcome }),
  });
}
