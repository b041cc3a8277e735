import { kindOf } from '../app/errors.ts';

/** Nobody mends a missing permission within this time, and asking again costs the budget each time. */
const SETUP_MS = 5 * 60_000;
/** A system that does not answer is given a rest after so many times. */
const HANGS = 3;
const HANG_MS = 30_000;
const REMEMBERED = 500;

/** Keeps from asking a source that has just said no, by name (source and region, or query). */
export interface Breaker {
  /** The failure that keeps it off now; `null`: ask. */
  offBecause(name: string): Error | null;
  worked(name: string): void;
  failed(name: string, error: unknown): void;
}

interface State {
  readonly failures: number;
  readonly error: Error;
  readonly offUntil: number;
}

export function createBreaker(now: () => number): Breaker {
  const states = new Map<string, State>();

  return {
    offBecause(name) {
      const state = states.get(name);
      return state && now() < state.offUntil ? state.error : null;
    },
    worked: (name) => void states.delete(name),
    failed(name, cause) {
      const error = cause instanceof Error ? cause : new Error('It failed without a reason.');
      const failures = (states.get(name)?.failures ?? 0) + 1;
      const restMs = kindOf(error) === 'setup' ? SETUP_MS : failures >= HANGS ? HANG_MS : 0;
      const oldest = states.size >= REMEMBERED ? states.keys().next().value : undefined;
      if (oldest !== undefined) states.delete(oldest);
      states.delete(name);
      states.set(name, { failures, error, offUntil: now() + restMs });
    },
  };
}
