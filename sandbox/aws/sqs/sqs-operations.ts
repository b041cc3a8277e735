import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { isObject, list, number, object, objects, requiredText, text } from '../input.ts';
import type { Queue, QueuedMessage } from './queue.ts';
import { md5 } from './queue.ts';
import type { Queues } from './queues.ts';
import { redrivePolicy } from './queues.ts';

/** `X-Amz-Target` of SQS's JSON protocol starts with this. */
export const SQS_TARGET = 'AmazonSQS.';

export interface SqsCall {
  readonly queues: Queues;
  /** Address of a queue, as the caller reaches it. */
  urlOf(queue: Queue): string;
  readonly now: number;
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
}

type Operation = (call: SqsCall, input: Input) => object | Promise<object>;

const SETTABLE = new Set([
  ...[
    'VisibilityTimeout',
    'MaximumMessageSize',
    'MessageRetentionPeriod',
    'DelaySeconds',
    'ReceiveMessageWaitTimeSeconds',
  ],
  ...['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'SqsManagedSseEnabled', 'KmsMasterKeyId'],
]);
const MOST_BYTES = 1_048_576;
const MOST_IN_BATCH = 10;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateQueue: (call, input) => {
    const name = requiredText(input, 'QueueName');
    if (!/^[\w-]{1,80}$/.test(name))
      throw invalid(
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length; FIFO queues are not offered here',
      );
    const queue = call.queues.create(name);
    setAttributes(queue, object(input, 'Attributes') ?? {});
    return { QueueUrl: call.urlOf(queue) };
  },
  GetQueueUrl: (call, input) => {
    const queue = call.queues.byName(requiredText(input, 'QueueName'));
    return { QueueUrl: call.urlOf(queue ?? gone()) };
  },
  ListQueues: ({ queues, urlOf }, input) => {
    const found = queues.all().filter(({ name }) => name.startsWith(text(input, 'QueueNamePrefix') ?? ''));
    return { QueueUrls: found.map(urlOf) };
  },
  DeleteQueue: (call, input) => {
    call.queues.delete(queueOf(call, input));
    return {};
  },
  PurgeQueue: (call, input) => {
    queueOf(call, input).drain();
    return {};
  },
  GetQueueAttributes: (call, input) => {
    const wanted = list(input, 'AttributeNames') ?? [];
    const all = Object.entries(attributesOf(queueOf(call, input)));
    return { Attributes: Object.fromEntries(all.filter(([name]) => wanted.includes('All') || wanted.includes(name))) };
  },
  SetQueueAttributes: (call, input) => {
    setAttributes(queueOf(call, input), object(input, 'Attributes') ?? {});
    return {};
  },
  SendMessage: (call, input) => sent(queueOf(call, input), input),
  SendMessageBatch: (call, input) => {
    const queue = queueOf(call, input);
    return { Successful: entriesOf(input).map((entry) => ({ Id: entry.Id, ...sent(queue, entry) })), Failed: [] };
  },
  ReceiveMessage: receive,
  DeleteMessage: (call, input) => {
    const handle = requiredText(input, 'ReceiptHandle');
    if (!queueOf(call, input).delete(handle)) throw badHandle(handle);
    return {};
  },
  DeleteMessageBatch: (call, input) => {
    const queue = queueOf(call, input);
    return inBatch(input, (entry) => {
      const handle = text(entry, 'ReceiptHandle') ?? '';
      if (!queue.delete(handle)) throw badHandle(handle);
    });
  },
  ChangeMessageVisibility: (call, input) => {
    changeVisibility(queueOf(call, input), input);
    return {};
  },
  ChangeMessageVisibilityBatch: (call, input) => {
    const queue = queueOf(call, input);
    return inBatch(input, (entry) => changeVisibility(queue, entry));
  },
  StartMessageMoveTask: ({ queues, now }, input) => {
    const source = queues.byArn(requiredText(input, 'SourceArn')) ?? gone();
    const wanted = text(input, 'DestinationArn');
    queues.redrive(source, wanted === undefined ? null : (queues.byArn(wanted) ?? gone()));
    return { TaskHandle: Buffer.from(`${source.name}:${now}`).toString('base64') };
  },
  ListDeadLetterSourceQueues: (call, input) => {
    const { arn } = queueOf(call, input);
    const sources = call.queues.all().filter((queue) => redrivePolicy(queue).target === arn);
    return { queueUrls: sources.map(call.urlOf) };
  },
};

/**
 * Answers one SQS call with the body of its JSON answer.
 * @throws AwsError as SQS would say no
 */
export async function answerSqs(call: SqsCall, operation: string, input: Input): Promise<object> {
  const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (run === undefined) throw new AwsError('UnknownOperationException', 400, `${operation} is not offered here`);
  return await run(call, input);
}

async function receive(call: SqsCall, input: Input): Promise<object> {
  const queue = queueOf(call, input);
  const most = number(input, 'MaxNumberOfMessages') ?? 1;
  const waitSeconds = number(input, 'WaitTimeSeconds') ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
  if (most < 1 || most > MOST_IN_BATCH)
    throw invalid(
      `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  if (waitSeconds < 0 || waitSeconds > 20)
    throw invalid(
      `Value ${waitSeconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
    );
  const hideSeconds = number(input, 'VisibilityTimeout') ?? Number(queue.attributes.VisibilityTimeout);
  const messages = await queue.receive({
    most,
    waitMs: waitSeconds * 1000,
    hideMs: hideSeconds * 1000,
    signal: call.signal,
  });
  const wanted = [...(list(input, 'AttributeNames') ?? []), ...(list(input, 'MessageSystemAttributeNames') ?? [])];
  const isWordy = list(input, 'MessageAttributeNames') !== undefined;
  return messages.length === 0 ? {} : { Messages: messages.map((message) => handed(message, wanted, isWordy)) };
}

function handed(message: QueuedMessage, wanted: readonly unknown[], isWordy: boolean): object {
  const system = {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SenderId: 'AIDASANDBOXUSER00000',
    ...(message.deadLetterOf === null ? {} : { DeadLetterQueueSourceArn: message.deadLetterOf }),
  };
  const Attributes = Object.fromEntries(
    Object.entries(system).filter(([name]) => wanted.includes('All') || wanted.includes(name)),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(wanted.length > 0 ? { Attributes } : {}),
    ...(isWordy && Object.keys(message.attributes).length > 0 ? { MessageAttributes: message.attributes } : {}),
  };
}

function sent(queue: Queue, input: Input): { readonly MessageId: string; readonly MD5OfMessageBody: string } {
  const body = requiredText(input, 'MessageBody');
  const most = Math.min(Number(queue.attributes.MaximumMessageSize), MOST_BYTES);
  if (Buffer.byteLength(body) > most)
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  const delay = number(input, 'DelaySeconds') ?? Number(queue.attributes.DelaySeconds);
  const { id } = queue.send({ body, attributes: object(input, 'MessageAttributes') ?? {}, delayMs: delay * 1000 });
  return { MessageId: id, MD5OfMessageBody: md5(body) };
}

function changeVisibility(queue: Queue, input: Input): void {
  const handle = requiredText(input, 'ReceiptHandle');
  const seconds = number(input, 'VisibilityTimeout') ?? 0;
  if (seconds < 0 || seconds > 43_200)
    throw invalid(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.`,
    );
  const outcome = queue.hide(handle, seconds * 1000);
  if (outcome === 'hidden') return;
  if (!handle.startsWith('sandbox-')) throw badHandle(handle);
  throw new AwsError(
    'MessageNotInflight',
    400,
    `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message is ${outcome === 'visible' ? 'not in flight' : 'gone'}.`,
  );
}

function inBatch(input: Input, run: (entry: Input) => void): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entriesOf(input)) {
    try {
      run(entry);
      Successful.push({ Id: entry.Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function entriesOf(input: Input): readonly Input[] {
  const entries = objects(input, 'Entries');
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 400, 'There should be at least one entry in the request.');
  if (entries.length > MOST_IN_BATCH) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      400,
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 400, 'Two or more batch entries have the same Id.');
  return entries;
}

function queueOf({ queues }: SqsCall, input: Input): Queue {
  const name = requiredText(input, 'QueueUrl').split('/').at(-1) ?? '';
  return queues.byName(name) ?? gone();
}

function setAttributes(queue: Queue, attributes: Input): void {
  if (!isObject(attributes)) return;
  const foreign = Object.keys(attributes).find((name) => !SETTABLE.has(name));
  if (foreign !== undefined) throw new AwsError('InvalidAttributeName', 400, `Unknown Attribute ${foreign}.`);
  const given = Object.entries(attributes).map(([name, value]): [string, string] => [name, String(value)]);
  queue.attributes = { ...queue.attributes, ...Object.fromEntries(given) };
}

function attributesOf(queue: Queue): Readonly<Record<string, string>> {
  const { visible, hidden, delayed } = queue.counts();
  const createdAt = String(Math.floor(queue.createdAt / 1000));
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: createdAt,
    LastModifiedTimestamp: createdAt,
  };
}

function gone(): never {
  throw new AwsError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
}

function badHandle(handle: string): AwsError {
  return new AwsError(
    'ReceiptHandleIsInvalid',
    400,
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}
