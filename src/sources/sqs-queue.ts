import type { AwsClients } from '../aws/clients.ts';
import { askAws } from '../aws/errors.ts';

/** One message as SQS hands it out. */
export interface QueueMessage {
  readonly id: string;
  /** What deletes this very receive of it. */
  readonly receipt: string;
  readonly body: string;
  /** How often it has been handed out, this time counted. */
  readonly receives: number;
  /** When it came into the queue, epoch ms. */
  readonly sentAt: number;
}

/** Attributes by SQS's own names: `Policy`, `RedrivePolicy`, `VisibilityTimeout`, … */
export type QueueAttributes = Readonly<Record<string, string>>;

/** One queue. Its functions throw TransientError and SetupError. */
export interface Queue {
  /** Waits up to 20 s for the first of at most ten messages. */
  receive(signal: AbortSignal): Promise<QueueMessage[]>;
  /** Answers how many could not be deleted: they come again. */
  remove(messages: readonly QueueMessage[]): Promise<number>;
  attributes(): Promise<QueueAttributes>;
}

const WAIT_S = 20;
/** The most that SQS hands out, and deletes, at once. */
const MAX_AT_ONCE = 10;

export function createQueue(clients: Pick<AwsClients, 'sqs'>, url: string, region: string): Queue {
  const call = (name: string) => ({ permission: `sqs:${name}`, region });

  return {
    receive: (signal) =>
      askAws(call('ReceiveMessage'), async () => {
        const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
        const client = await clients.sqs(region);
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            WaitTimeSeconds: WAIT_S,
            MaxNumberOfMessages: MAX_AT_ONCE,
            MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
          }),
          { abortSignal: signal },
        );
        return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
          id: MessageId,
          receipt: ReceiptHandle,
          body: Body,
          receives: Number(Attributes.ApproximateReceiveCount ?? 1),
          sentAt: Number(Attributes.SentTimestamp ?? Number.NaN),
        }));
      }),
    async remove(messages) {
      if (messages.length === 0) return 0;
      return await askAws(call('DeleteMessage'), async () => {
        const { DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs');
        const Entries = messages.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt }));
        const client = await clients.sqs(region);
        const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
        return Failed.length;
      });
    },
    attributes: () =>
      askAws(call('GetQueueAttributes'), async () => {
        const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
        const client = await clients.sqs(region);
        const { Attributes = {} } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
        );
        return Attributes;
      }),
  };
}

/** https://docs.aws.amazon.com/general/latest/gr/sqs-service.html: today's hosts, dual-stack ones, and those of old. */
const HOSTS = [/^sqs(?:-fips)?\.(?<region>[a-z0-9-]+)\./, /^(?<region>[a-z0-9-]+)\.queue\.amazonaws\.com/];

/** The region that an address names, or `null`: that of a stand-in names none. */
export function regionOfQueue(url: string): string | null {
  const { hostname } = new URL(url);
  if (hostname === 'queue.amazonaws.com') return 'us-east-1';
  for (const host of HOSTS) {
    const region = host.exec(hostname)?.groups?.region;
    if (region !== undefined) return region;
  }
  return null;
}
