import type { Override, Rotation, Span } from '../domain/rotation.ts';
import { duties } from './duties.ts';
import { byTime, without } from './spans.ts';

const DAY_MS = 86_400_000;
/** How far hand-offs are looked for: more than a year. A rotation of one person has none. */
const DAYS_LOOKED_AT = 400;

/** The moment at which somebody else is on call. Turns of the same person that follow each other are no hand-off. */
export interface HandOff {
  readonly rotation: string;
  /** Epoch ms. */
  readonly at: number;
  /** Who was on call until then; `null`: nobody. */
  readonly from: string | null;
  /** Who is from then on; `null`: nobody. */
  readonly to: string | null;
}

/** The hand-offs after `after`, up to and with `until` (epoch ms), in order. */
export function handOffs(rotation: Rotation, overrides: readonly Override[], after: number, until: number): HandOff[] {
  const bounds = { from: after, to: until + 1 };
  if (bounds.from >= bounds.to) return [];
  const manned = duties(rotation, overrides, bounds.from, bounds.to);
  const empty = without([bounds], manned).map((gap) => ({ ...gap, person: null }));
  const all = [...manned, ...empty].sort(byTime);
  return all.slice(1).map((one, i) => ({
    rotation: rotation.name,
    at: one.from,
    from: all[i]?.person ?? null,
    to: one.person,
  }));
}

/** The first hand-off after a moment (epoch ms): what a timer is set to. `null`: there is none within 400 days. */
export function nextHandOff(rotation: Rotation, overrides: readonly Override[], after: number): HandOff | null {
  for (const { from, to } of everWider()) {
    const [first] = handOffs(rotation, overrides, after + from, after + to);
    if (first) return first;
  }
  return null;
}

/** The last hand-off at a moment or before it; `null`: there was none within 400 days. */
export function lastHandOff(rotation: Rotation, overrides: readonly Override[], at: number): HandOff | null {
  for (const { from, to } of everWider()) {
    const last = handOffs(rotation, overrides, at - to, at - from).at(-1);
    if (last) return last;
  }
  return null;
}

/** A day, the next three, the next twelve and so on: most rotations hand over soon. */
function everWider(): Span[] {
  const spans: Span[] = [];
  for (let from = 0, days = 1; from < DAYS_LOOKED_AT * DAY_MS; days *= 4) {
    const to = Math.min(days, DAYS_LOOKED_AT) * DAY_MS;
    spans.push({ from, to });
    from = to;
  }
  return spans;
}

/** What the message at a hand-off says of the people in it. */
export interface HandOffSummary extends HandOff {
  /** Since when `from` was on call, in epoch ms; `null`: for more than 400 days, or nobody was. */
  readonly since: number | null;
  /** Until when `to` is; `null`: for more than 400 days, or nobody is. */
  readonly until: number | null;
  /** Who comes after `to`; `null`: nobody, or it is not known. */
  readonly next: string | null;
}

/** Everything about a hand-off that one message needs. */
export function handOffSummary(rotation: Rotation, overrides: readonly Override[], handOff: HandOff): HandOffSummary {
  const before = handOff.from === null ? null : lastHandOff(rotation, overrides, handOff.at - 1);
  const after = handOff.to === null ? null : nextHandOff(rotation, overrides, handOff.at);
  return { ...handOff, since: before?.at ?? null, until: after?.at ?? null, next: after?.to ?? null };
}
