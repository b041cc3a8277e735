import { createAwsClients } from '../../aws/clients.ts';
import { createCloudWatch } from '../../reconcile/cloudwatch.ts';
import { parseTopicArn } from '../../sources/aws-arn.ts';
import { createQueue, regionOfQueue } from '../../sources/sqs-queue.ts';
import type { Section } from './finding.ts';
import { checkReconcile } from './reconcile.ts';
import { checkSqs } from './sqs.ts';

export interface FeedsChecks {
  readonly topicArns: readonly string[];
  readonly queueUrl: string | null;
  readonly awsRegion: string | null;
}

/** The queue, if there is one, and what Tocsin asks CloudWatch by itself. Nothing where nothing of AWS speaks to Tocsin. */
export async function* checkFeeds({ topicArns, queueUrl, awsRegion }: FeedsChecks): AsyncGenerator<Section> {
  const aws = createAwsClients();
  const ofTopics = topicArns.flatMap((arn) => parseTopicArn(arn)?.region ?? []);
  const ofQueue = queueUrl && (regionOfQueue(queueUrl) ?? awsRegion ?? ofTopics[0] ?? 'us-east-1');
  if (queueUrl && ofQueue) {
    const besides = (name: string) => createQueue(aws, queueUrl.replace(/[^/]+$/, name), ofQueue);
    const queue = createQueue(aws, queueUrl, ofQueue);
    yield { title: 'SQS', findings: await checkSqs({ queue, besides, topics: new Set(topicArns) }) };
  }
  const regions = [...new Set([...ofTopics, ...(ofQueue ? [ofQueue] : [])])];
  if (regions.length === 0) return;
  yield { title: 'CloudWatch', findings: await checkReconcile(createCloudWatch(aws), regions, Date.now()) };
}
