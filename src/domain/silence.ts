import type { Signal } from './service.ts';

/** What is known of something that must speak regularly. Times are epoch ms. */
export interface Hearing {
  /** When it was last heard; since it is expected, while it has never spoken. */
  readonly heardAt: number;
  readonly hasSpoken: boolean;
  /** The deadline that it missed, while it is said to be silent. */
  readonly silentSince: number | null;
}

export type Judgement =
  /** It has time left, and nothing is to be said. */
  | { readonly kind: 'in time'; readonly until: number }
  /** It has missed this deadline, and nobody was told. */
  | { readonly kind: 'overdue'; readonly since: number }
  | { readonly kind: 'still silent'; readonly since: number }
  /** It was said to be silent, and has spoken: its recovery counts from `at`. */
  | { readonly kind: 'back'; readonly at: number; readonly until: number };

type Expected = Pick<Signal, 'everyMs' | 'graceMs'>;

/** The moment from which silence is an alarm. */
export function deadlineOf({ heardAt }: Pick<Hearing, 'heardAt'>, { everyMs, graceMs }: Expected): number {
  return heardAt + everyMs + graceMs;
}

/** At the deadline itself it is late. A recovery is later than the silence that it ends, whatever the clocks say. */
export function judge(hearing: Hearing, expected: Expected, now: number): Judgement {
  const { heardAt, silentSince } = hearing;
  const deadline = deadlineOf(hearing, expected);
  const isOverdue = deadline <= now;
  if (silentSince === null) {
    return isOverdue ? { kind: 'overdue', since: deadline } : { kind: 'in time', until: deadline };
  }
  if (isOverdue) return { kind: 'still silent', since: silentSince };
  return { kind: 'back', at: heardAt > silentSince ? heardAt : Math.max(now, silentSince + 1), until: deadline };
}
