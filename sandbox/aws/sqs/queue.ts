import { createHash, randomUUID } from 'node:crypto';

/** A message in a queue. Times are epoch milliseconds. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | null;
  /** Of the newest receive; older handles do nothing. */
  receipt: string | null;
  /** ARN of the queue whose dead letter it is. */
  readonly deadLetterOf: string | null;
}

/** Attributes as SQS spells them, values as text. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** One standard queue: messages are handed out, hidden for a while, and come back unless they are deleted. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  attributes: QueueAttributes;
  send(message: {
    readonly body: string;
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly delayMs?: number;
  }): QueuedMessage;
  /** Puts a message of another queue in, with its id and the time at which it was sent. */
  take(message: QueuedMessage, deadLetterOf: string | null): void;
  /** Hands out up to `most` messages; waits for the first one up to `waitMs`, or until `signal`. */
  receive(options: {
    readonly most: number;
    readonly waitMs: number;
    readonly hideMs: number;
    readonly signal: AbortSignal;
  }): Promise<readonly QueuedMessage[]>;
  /** False when the handle is not one of this queue. Deleting what is gone already succeeds, as in SQS. */
  delete(receipt: string): boolean;
  /** `no-message`: it is gone; `visible`: it is in nobody's hands any more. */
  hide(receipt: string, hideMs: number): 'hidden' | 'no-message' | 'visible';
  counts(): { readonly visible: number; readonly hidden: number; readonly delayed: number };
  /** Takes all messages out. */
  drain(): readonly QueuedMessage[];
}

export interface QueueOptions {
  readonly name: string;
  readonly arn: string;
  readonly now: () => number;
  /** Where a message goes that was received too often; false while there is no such queue. */
  readonly bury: (queue: Queue, message: QueuedMessage) => boolean;
}

const DEFAULTS: QueueAttributes = {
  VisibilityTimeout: '30',
  MaximumMessageSize: '262144',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
};
const HANDLE_PREFIX = 'sandbox-';

/** The messages of one queue, and who waits for one. */
interface Shelf {
  readonly messages: Map<string, QueuedMessage>;
  readonly waiting: Set<() => void>;
  readonly now: () => number;
  /** True when the message was taken away instead of handed out once more. */
  readonly buries: (message: QueuedMessage) => boolean;
}

export function createQueue({ name, arn, now, bury }: QueueOptions): Queue {
  const messages = new Map<string, QueuedMessage>();
  const shelf: Shelf = { messages, waiting: new Set(), now, buries: (message) => bury(queue, message) };
  const add = (message: QueuedMessage): void => {
    messages.set(message.id, message);
    wake(shelf);
  };

  const queue: Queue = {
    ...{ name, arn, createdAt: now(), attributes: DEFAULTS },
    send: ({ body, attributes = {}, delayMs = 0 }) => {
      const at = now();
      const message = { id: randomUUID(), body, attributes, sentAt: at, visibleAt: at + delayMs, ...UNTOUCHED };
      add(message);
      return message;
    },
    take: (message, deadLetterOf) => add({ ...message, ...UNTOUCHED, visibleAt: now(), deadLetterOf }),
    receive: (options) => receive(shelf, options),
    delete: (receipt) => {
      const message = byReceipt(shelf, receipt);
      if (message !== undefined) messages.delete(message.id);
      return receipt.startsWith(HANDLE_PREFIX);
    },
    hide: (receipt, hideMs) => {
      const message = byReceipt(shelf, receipt);
      if (message === undefined) return 'no-message';
      if (message.visibleAt <= now()) return 'visible';
      message.visibleAt = now() + hideMs;
      wake(shelf);
      return 'hidden';
    },
    counts: () => countsOf([...messages.values()], now()),
    drain: () => {
      const all = [...messages.values()];
      messages.clear();
      return all;
    },
  };
  return queue;
}

function wake({ waiting }: Shelf): void {
  for (const one of [...waiting]) one();
}

async function receive(
  shelf: Shelf,
  { most, waitMs, hideMs, signal }: Parameters<Queue['receive']>[0],
): Promise<readonly QueuedMessage[]> {
  const until = shelf.now() + waitMs;
  for (;;) {
    if (signal.aborted) return [];
    const found = hand(shelf, most, hideMs);
    const left = until - shelf.now();
    if (found.length > 0 || left <= 0) return found;
    await wait(shelf, left, signal);
  }
}

function hand(shelf: Shelf, most: number, hideMs: number): QueuedMessage[] {
  const at = shelf.now();
  const out: QueuedMessage[] = [];
  for (const message of shelf.messages.values()) {
    if (out.length >= most) break;
    if (message.visibleAt > at) continue;
    if (shelf.buries(message)) {
      shelf.messages.delete(message.id);
      continue;
    }
    message.visibleAt = at + hideMs;
    message.receiveCount += 1;
    message.firstReceivedAt ??= at;
    message.receipt = `${HANDLE_PREFIX}${message.id}#${randomUUID()}`;
    out.push(message);
  }
  return out;
}

/** Ends when something was sent, when the next hidden message comes back, or after `ms`. */
async function wait({ messages, waiting, now }: Shelf, ms: number, signal: AbortSignal): Promise<void> {
  const next = Math.min(...[...messages.values()].map(({ visibleAt }) => visibleAt - now()), ms);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(1, next));
    waiting.add(done);
    signal.addEventListener('abort', done);
  });
}

function byReceipt({ messages }: Shelf, receipt: string): QueuedMessage | undefined {
  const id = receipt.slice(HANDLE_PREFIX.length).split('#')[0] ?? '';
  const message = messages.get(id);
  return message?.receipt === receipt ? message : undefined;
}

const UNTOUCHED = { receiveCount: 0, firstReceivedAt: null, receipt: null, deadLetterOf: null } as const;

function countsOf(messages: readonly QueuedMessage[], at: number): ReturnType<Queue['counts']> {
  const away = messages.filter(({ visibleAt }) => visibleAt > at);
  const delayed = away.filter(({ receiveCount }) => receiveCount === 0).length;
  return { visible: messages.length - away.length, hidden: away.length - delayed, delayed };
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
