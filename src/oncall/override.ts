import type { Actor } from '../domain/incident.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Override, Rotation } from '../domain/rotation.ts';
import { momentWords } from './words.ts';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 90;
const NOTE_KEPT = 300;

/** What somebody asks for: `person` is on call in the span whatever the layers say. */
export interface Wish {
  readonly id: string;
  readonly person: string;
  readonly by: Actor;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly note: string;
}

/** The override that a wish becomes. What is over stays as it was: it begins now at the soonest. */
export function newOverride({ name, zone }: Rotation, wish: Wish, now: number): Result<Override> {
  const { from: wanted, to } = wish;
  if (!Number.isFinite(wanted) || !Number.isFinite(to) || wanted >= to) {
    return reject('bad_input', 'An override ends after it begins.', 'Give a later end.');
  }
  if (to <= now) {
    return reject('bad_input', `That time was over at ${momentWords(zone, to)} (${zone}).`, 'Give a time to come.');
  }
  const from = Math.max(wanted, now);
  if (to - from > LONGEST_DAYS * DAY_MS) {
    const hint = 'For longer than that, change the members in the service file.';
    return reject('bad_input', `An override lasts at most ${LONGEST_DAYS} days.`, hint);
  }
  const { id, person, by } = wish;
  return ok({ id, rotation: name, person, by, from, to, madeAt: now, note: noteKept(wish.note) });
}

/** What is left of an override that is taken back: what has passed of it, or nothing (`null`). */
export function takenBack(override: Override, now: number): Result<Override | null> {
  if (override.to <= now) return reject('not_open', 'That override is over already.');
  return ok(override.from < now ? { ...override, to: now } : null);
}

/** What is kept of a note. */
export function noteKept(note: string): string {
  return note.trim().slice(0, NOTE_KEPT).toWellFormed();
}
