import type { Message } from '../blocks/kit.ts';
import { rejectionReply } from '../blocks/replies.ts';
import { kindOf } from '../src/app/errors.ts';
import type { Rejection, Result } from '../src/domain/result.ts';
import { type Asker, welcome } from './asker.ts';
import type { HandlerDeps } from './deps.ts';

/**
 * Slack waits 3 s for an answer. Slack may be told that a click worked only when that is durable, so the answer follows the
 * work; what is not done by then is answered all the same, with words that say so.
 */
export const ANSWER_WITHIN_MS = 2_500;

export type Refusal = Pick<Rejection, 'message' | 'hint'>;

/** What came of a question. */
export type Outcome<T> =
  | { readonly is: 'ok'; readonly value: T }
  | { readonly is: 'refused' | 'failed'; readonly refusal: Refusal; readonly code?: Rejection['code'] };

/** One question of one person, and the ways to answer it. */
export interface Exchange<T> {
  /** `button.acknowledge`, `command.list`, `modal.resolve`: for the metrics. */
  readonly kind: string;
  readonly asker: Asker;
  /** Answers Slack. Called once, within 3 s. */
  readonly ack: (outcome: Outcome<T>) => Promise<void>;
  /** Whether the answer to Slack carries the words, so that nothing is left to say. */
  readonly ackSpeaks: boolean;
  /** What a success says, if anything. */
  readonly words: (value: T) => Message | null;
  readonly say: (message: Message) => Promise<void>;
}

type GuardDeps = Pick<HandlerDeps, 'counted' | 'log' | 'newId' | 'now'>;

const UNCONFIRMED: Refusal = {
  message: 'This takes longer than usual, and I cannot confirm yet that it worked.',
  hint: 'I will tell you when I know. Look at the card before you try again.',
};

const AFTER_ALL: Refusal = { message: 'It did work: what I could not confirm a moment ago is done.' };

/** The one way from a question to its answer: deadline, words, errors and counting. Never throws. */
export async function guard<T>(deps: GuardDeps, exchange: Exchange<T>, work: () => Promise<Result<T>>): Promise<void> {
  const asked = deps.now();
  const working = settle(deps, exchange, work);
  const inTime = await within(ANSWER_WITHIN_MS, working);
  const outcome: Outcome<T> = inTime ?? { is: 'failed', refusal: UNCONFIRMED };

  await exchange.ack(outcome).catch((error: unknown) => notAcked(deps, exchange.kind, error));
  deps.counted(exchange.kind, outcome.is, deps.now() - asked);

  if (!exchange.ackSpeaks) await speak(exchange, outcome);
  if (!inTime) await speakLate(exchange, await working);
}

/** Does the work and turns whatever comes of it into an outcome. Never rejects. */
export async function settle<T>(
  deps: Pick<HandlerDeps, 'log' | 'newId'>,
  { kind, asker }: Pick<Exchange<T>, 'kind' | 'asker'>,
  work: () => Promise<Result<T>>,
): Promise<Outcome<T>> {
  try {
    const admitted = welcome(asker);
    const result = admitted.ok ? await work() : admitted;
    if (result.ok) return { is: 'ok', value: result.value };
    const { code } = result.rejection;
    deps.log.info({ kind, user: asker.user, code }, 'refused');
    return { is: 'refused', refusal: result.rejection, code };
  } catch (error) {
    const ref = deps.newId();
    deps.log.error({ err: error, ref, kind, user: asker.user }, 'an interaction failed');
    return { is: 'failed', refusal: apology(error, ref) };
  }
}

function apology(error: unknown, ref: string): Refusal {
  switch (kindOf(error)) {
    case 'transient':
      return { message: 'That did not work just now.', hint: `Please try again in a minute. (ref ${ref})` };
    case 'setup':
      return {
        message: 'That cannot work yet: something is missing in the set-up.',
        hint: `${messageOf(error)} (ref ${ref})`,
      };
    case 'bug':
      return {
        message: 'Sorry, that did not work.',
        hint: `This is a mistake of Tocsin’s own. Tell its operators this reference: ${ref}`,
      };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A refusal where only plain text fits. */
export function plainWords({ message, hint = '' }: Refusal): string {
  return `${message} ${hint}`.trim();
}

/** What a promise comes to within so many milliseconds; `null` when it takes longer. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The person sees Slack's own warning then; what was done is done, and shows on the card. */
export function notAcked({ log }: Pick<HandlerDeps, 'log'>, kind: string, error: unknown): void {
  log.warn({ err: error, kind }, 'Slack could not be answered');
}

async function speak<T>({ words, say }: Exchange<T>, outcome: Outcome<T>): Promise<void> {
  const message = outcome.is === 'ok' ? words(outcome.value) : rejectionReply(outcome.refusal);
  if (message) await say(message);
}

async function speakLate<T>({ words, say }: Exchange<T>, outcome: Outcome<T>): Promise<void> {
  const message = outcome.is === 'ok' ? words(outcome.value) : null;
  await say(message ?? rejectionReply(outcome.is === 'ok' ? AFTER_ALL : outcome.refusal));
}
