import { kindOf, TransientError } from '../app/errors.ts';
import type { Fact } from '../domain/evidence.ts';
import { oneLine } from '../sources/foreign-text.ts';
import type { Breaker } from './breaker.ts';

/** Somebody who may know something about an incident. */
export interface Source {
  /** What it tells of, for people: `alarm history`. */
  readonly title: string;
  /** Who is asked, for the breaker: `history/eu-west-1`. `null`: our own store, which is always asked. */
  readonly name: string | null;
  readonly ask: (signal: AbortSignal) => Promise<readonly Fact[]>;
}

export interface Asking {
  readonly breaker: Breaker;
  /** For one source, in ms. */
  readonly budgetMs: number;
  /** Tells of what is a bug of ours; it costs that source only. */
  readonly onBug: (error: unknown, title: string) => void;
}

const MAX_TEXT = 200;

/** Asks all at once. Whoever fails, or has not answered when the budget ends, gives one fact that says so. Never throws. */
export async function factsOf(sources: readonly Source[], asking: Asking): Promise<Fact[]> {
  const found = await Promise.all(sources.map((source) => askOne(source, asking)));
  const facts = found.flat();
  return facts.filter(({ text }, i) => facts.findIndex((other) => other.text === text) === i);
}

async function askOne({ title, name, ask }: Source, { breaker, budgetMs, onBug }: Asking): Promise<readonly Fact[]> {
  const off = name === null ? null : breaker.offBecause(name);
  if (off) return [missing(title, off)];
  try {
    const facts = await within(budgetMs, ask);
    if (name !== null) breaker.worked(name);
    return facts.map((one) => ({ ...one, text: oneLine(one.text, MAX_TEXT) }));
  } catch (error) {
    if (kindOf(error) === 'bug') onBug(error, title);
    else if (name !== null) breaker.failed(name, error);
    return [missing(title, error)];
  }
}

/** Whether or not the one who is asked listens to the signal. */
export async function within<T>(budgetMs: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(new TransientError(`no answer within ${budgetMs / 1_000} s`, { cause: undefined }));
    }, budgetMs);
  });
  try {
    return await Promise.race([ask(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What could not be told, and why; a bug's own words are for the log. */
export function missing(title: string, error: unknown): Fact {
  const why =
    kindOf(error) === 'bug' || !(error instanceof Error)
      ? 'a mistake of Tocsin; its log has the reason'
      : error.message;
  return { kind: 'missing', text: oneLine(`${title}: ${why}`, MAX_TEXT), at: null, url: null };
}
