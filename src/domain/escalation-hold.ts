import { isWorse, type Severity } from './severity.ts';

/** No page, no question until then (epoch ms), for what was no worse than `severity`. */
export interface Hold {
  readonly kind: 'snooze' | 'silence';
  readonly until: number;
  readonly severity: Severity;
}

/** What keeps an incident from paging: at most a snooze and a silence, and neither shortens the other. */
export interface Holds {
  /** The one that ends last; `null`: there is none. */
  readonly hold: Hold | null;
  /** The other one; absent: there is none. */
  readonly beneath?: Hold;
}

/** With another one, which takes the place of an older one of its kind: whoever snoozes again says how long anew. */
export function heldBy(holds: Holds, one: Hold): Holds {
  return longestFirst([...all(holds).filter(({ kind }) => kind !== one.kind), one]);
}

/** Without those of a kind. */
export function released(holds: Holds, kind: Hold['kind']): Holds {
  return longestFirst(all(holds).filter((one) => one.kind !== kind));
}

/** Without those that were for something milder. */
export function worsened(holds: Holds, severity: Severity): Holds {
  return longestFirst(all(holds).filter((one) => !isWorse(severity, one.severity)));
}

/** Whether one of a kind holds at `now` (epoch ms). */
export function isHeldBy(holds: Holds, kind: Hold['kind'], now: number): boolean {
  return all(holds).some((one) => one.kind === kind && now < one.until);
}

function all({ hold, beneath }: Holds): Hold[] {
  return [hold, beneath].filter((one) => one != null);
}

function longestFirst(holds: readonly Hold[]): Holds {
  const [hold = null, beneath] = holds.toSorted((a, b) => b.until - a.until);
  return beneath ? { hold, beneath } : { hold };
}
