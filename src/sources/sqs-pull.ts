import { setTimeout } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { kindOf } from '../app/errors.ts';
import type { Taken } from './sns-take.ts';
import type { VerifiedMessage } from './sns-verifier.ts';
import { adviceOn, hasDeadLetterQueue, isLimited } from './sqs-advice.ts';
import { placeOfQueue, type QueueTrust, type ReadDeps, readQueueMessage } from './sqs-message.ts';
import type { Queue, QueueAttributes, QueueMessage } from './sqs-queue.ts';

export interface PullDeps extends ReadDeps {
  readonly queue: Queue;
  /** Makes a message durable before it resolves. */
  readonly take: (message: VerifiedMessage) => Promise<Taken>;
  /** Fails while nothing can be made durable. Handing out counts: too often, and the queue gives a message up. */
  readonly storeAnswers: () => Promise<unknown>;
  /** The same cause is told at most once an hour. */
  readonly notifyOperators: (cause: string, text: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** Counts what became of a message: as `takeSns`, a refusal's code, or `unavailable`. */
  readonly count: (outcome: string) => void;
}

export interface QueuePull {
  start(): void;
  /** Ends the poll under way, and what has been handed out is finished first. */
  stop(): Promise<void>;
  /** What keeps messages from being pulled, or `null`. */
  trouble(): string | null;
}

const LOOK_AGAIN_MS = 3_600_000;
const LOOK_AFTER_TROUBLE_MS = 60_000;
const FORGED_RECEIVES = 5;
const BACK_OFF_MS = { first: 500, most: 30_000 };

/** Pulls messages as long as it runs. A message is deleted only once it is durable: everything else leaves it where it is. */
export function createQueuePull(deps: PullDeps): QueuePull {
  const ending = new AbortController();
  const look = createLook(deps);
  let trouble: string | null = null;
  let failures = 0;
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    await deps.storeAnswers();
    const known = await look();
    const messages = await deps.queue.receive(ending.signal);
    const done = await Promise.allSettled(messages.map((message) => settle(deps, message, known)));
    const left = await deps.queue.remove(messages.filter((_, i) => isGone(done[i])));
    if (left > 0) deps.log.warn({ left }, 'messages of the queue could not be deleted: they come again, and are known');
    const failed = done.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        await round();
        if (trouble !== null) deps.log.info({}, 'messages are pulled from the queue again');
        trouble = null;
        failures = 0;
      } catch (error) {
        if (ending.signal.aborted) return;
        trouble = await said(deps, error, trouble);
        await pause(Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** failures++), ending.signal);
      }
    }
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      ending.abort();
      await running;
    },
    trouble: () => trouble,
  };
}

function isGone(result: PromiseSettledResult<'delete' | 'leave'> | undefined): boolean {
  return result?.status === 'fulfilled' && result.value === 'delete';
}

interface Known extends QueueTrust {
  readonly deadLetters: boolean | null;
}

/** Looks at the queue's own settings, at first and then once an hour. */
function createLook(deps: PullDeps): () => Promise<Known> {
  let known: Known = { isLimited: false, place: null, deadLetters: null };
  let againAt = Number.NEGATIVE_INFINITY;
  let warned = '';

  function warn(lines: readonly string[]): void {
    const text = lines.join(' ');
    if (text !== warned && text !== '') deps.log.warn({ queue: known.place?.name }, `the queue: ${text}`);
    warned = text;
  }

  function learn(attributes: QueueAttributes): void {
    const place = placeOfQueue(attributes.QueueArn);
    known = { isLimited: isLimited(attributes, deps.topics), place, deadLetters: hasDeadLetterQueue(attributes) };
    warn(adviceOn(attributes, deps.topics).map(({ what, mend }) => `${what}. ${mend}`));
  }

  return async () => {
    if (deps.now() < againAt) return known;
    try {
      learn(await deps.queue.attributes());
      againAt = deps.now() + LOOK_AGAIN_MS;
    } catch (error) {
      if (!(error instanceof Error) || kindOf(error) === 'bug') throw error;
      warn([`${error.message} Until then signatures are checked.`]);
      againAt = deps.now() + (kindOf(error) === 'setup' ? LOOK_AGAIN_MS : LOOK_AFTER_TROUBLE_MS);
    }
    return known;
  };
}

/** Throws when the message must wait for better times. */
async function settle(deps: PullDeps, message: QueueMessage, known: Known): Promise<'delete' | 'leave'> {
  try {
    const reading = await readQueueMessage(deps, message, known);
    if (reading.kind === 'forged') {
      deps.count(reading.code);
      return await refuse(deps, message, known.deadLetters, reading.reason);
    }
    if (reading.kind === 'later') {
      deps.count('unavailable');
      await deps.notifyOperators('sqs later', `Messages wait in the queue: ${reading.reason}.`);
      return 'leave';
    }
    deps.count(await deps.take(reading.message));
    return 'delete';
  } catch (error) {
    deps.count('unavailable');
    throw error;
  }
}

/** A genuine message may look forged while something is set wrongly, so it is left to the dead-letter queue if there is one. */
async function refuse(
  { log, notifyOperators }: PullDeps,
  { id, receives }: QueueMessage,
  deadLetters: boolean | null,
  reason: string,
): Promise<'delete' | 'leave'> {
  log.warn({ message: id, receives, reason }, 'a message of the queue is not believed');
  if (receives < FORGED_RECEIVES) return 'leave';
  const gone = deadLetters === false;
  const fate = gone
    ? 'As the queue has no dead-letter queue, they are deleted after five tries'
    : 'They stay in the queue until it moves them to its dead-letter queue';
  const hint = 'Check SNS_TOPIC_ARNS, and who may send to the queue (npm run doctor).';
  await notifyOperators(`sqs ${reason}`, `Messages in the SQS queue are not believed: ${reason}. ${fate}. ${hint}`);
  return gone ? 'delete' : 'leave';
}

/** Says new trouble once. Answers what it is now. */
async function said(deps: PullDeps, error: unknown, before: string | null): Promise<string> {
  const kind = kindOf(error);
  const text = error instanceof Error && kind !== 'bug' ? error.message : 'a bug, see the log';
  if (text === before) return text;
  deps.log[kind === 'transient' ? 'warn' : 'error'](
    { err: error },
    'the queue cannot be pulled now, it is tried again',
  );
  if (kind === 'setup') {
    // Without Redis this cannot be kept either; the log has it.
    await deps.notifyOperators(`sqs ${text}`, `Alarms wait in the SQS queue: ${text}`).catch(() => {});
  }
  return text;
}

/** Ends early, and without a failure, when it is time to stop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}
