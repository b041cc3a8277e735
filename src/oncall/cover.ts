import { ok, type Result, reject } from '../domain/result.ts';
import type { Override, Rotation, Span } from '../domain/rotation.ts';
import { duties } from './duties.ts';
import { noteKept, type Wish } from './override.ts';
import { clipped, within } from './spans.ts';
import { spanWords } from './words.ts';

/** Somebody asks the others to be on call in their place. Until one takes it, nothing changes. */
export interface CoverRequest {
  readonly id: string;
  readonly rotation: string;
  readonly asker: string;
  /** When the asker is on call of the time that they asked for, in order; never empty. */
  readonly spans: readonly Span[];
  readonly askedAt: number;
  readonly note: string;
  readonly taken: { readonly by: string; readonly at: number } | null;
  readonly withdrawnAt: number | null;
}

/** Opens a request for the shifts that `wish.person` has within the span; shifts of others in it are not touched. */
export function askCover(
  rotation: Rotation,
  overrides: readonly Override[],
  wish: Wish,
  now: number,
): Result<CoverRequest> {
  if (!(wish.from < wish.to)) return reject('bad_input', 'The time ends before it begins.', 'Give a later end.');
  if (wish.to <= now) return reject('bad_input', 'That time is over already.', 'Give a time to come.');
  const from = Math.max(wish.from, now);
  const spans = spansOf(rotation, overrides, wish.person, { from, to: wish.to });
  if (spans.length === 0) {
    const when = spanWords(rotation.zone, { from, to: wish.to });
    return reject(
      'nothing_to_do',
      `<@${wish.person}> is not on call in ${rotation.title} within ${when}.`,
      'Ask for the time of a shift.',
    );
  }
  const { id, person: asker, note } = wish;
  const request = { id, rotation: rotation.name, asker, spans, askedAt: now, note: noteKept(note) };
  return ok({ ...request, taken: null, withdrawnAt: null });
}

/** A request that was taken, and the overrides that make it true. */
export interface Taken {
  readonly request: CoverRequest;
  readonly overrides: readonly Override[];
}

/** `person` takes what is still to come of it and still belongs to the asker. */
export function takeCover(
  rotation: Rotation,
  overrides: readonly Override[],
  request: CoverRequest,
  person: string,
  now: number,
): Result<Taken> {
  const refusal = notOpen(request, person);
  if (refusal) return refusal;
  const end = request.spans.at(-1)?.to ?? now;
  if (end <= now) return reject('not_open', 'That time is over: there is nothing left to cover.');
  const bounds = { from: now, to: end };
  const left = within(spansOf(rotation, overrides, request.asker, bounds), clipped(request.spans, bounds));
  if (left.length === 0) {
    return reject('changed_since_seen', `<@${request.asker}> is not on call then any more: nothing is to be covered.`);
  }
  const { id, rotation: name, note } = request;
  const made = left.map(({ from, to }, i) => ({
    ...{ id: `${id}/${i + 1}`, rotation: name, person, by: person },
    ...{ from, to, madeAt: now, note },
  }));
  return ok({ request: { ...request, taken: { by: person, at: now } }, overrides: made });
}

/** The asker does not need it any more. Overrides that came of it are taken back as such (`takenBack`). */
export function withdrawCover(request: CoverRequest, now: number): Result<CoverRequest> {
  if (request.withdrawnAt !== null) return reject('nothing_to_do', 'The request is withdrawn already.');
  if (request.taken) {
    const hint = 'Take the override back instead.';
    return reject('not_open', `<@${request.taken.by}> has taken it already.`, hint);
  }
  return ok({ ...request, withdrawnAt: now });
}

function notOpen(request: CoverRequest, person: string): Result<never> | null {
  if (request.withdrawnAt !== null) return reject('not_open', `<@${request.asker}> has withdrawn the request.`);
  if (request.taken?.by === person) return reject('already_yours', 'You have taken it already.');
  if (request.taken) return reject('not_open', `<@${request.taken.by}> has taken it already.`);
  if (request.asker === person) {
    return reject('bad_input', 'You cannot cover for yourself.', 'Withdraw the request to keep the shift.');
  }
  return null;
}

function spansOf(rotation: Rotation, overrides: readonly Override[], person: string, { from, to }: Span): Span[] {
  return duties(rotation, overrides, from, to)
    .filter((duty) => duty.person === person)
    .map((duty) => ({ from: duty.from, to: duty.to }));
}
