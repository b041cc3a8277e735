import { placeholdersIn } from '../../domain/placeholders.ts';
import type { Looked, Sight, TargetDeps } from '../target.ts';
import type { Done, HttpSealed } from './http.ts';
import { readingOf } from './http-change.ts';
import { lostOrLate } from './lost-answer.ts';
import { withReference } from './template.ts';
import { read } from './web-request.ts';

/** What is to be seen of a request: by what it was answered with, else by what says that it is done. */
export async function seen(deps: TargetDeps, sealed: HttpSealed, run: Looked): Promise<Sight> {
  if (run.sentAt === null) return await unsent(deps, sealed);
  if (run.reference === null) return await unanswered(deps, sealed, run, run.sentAt);
  return await answered(deps, sealed, run.plan, run.reference, run.sentAt);
}

async function unsent(deps: TargetDeps, sealed: HttpSealed): Promise<Sight> {
  const { current } = sealed;
  if (current === null) return { kind: 'untouched' };
  const value = await valueAt(deps, sealed, current.url, [current.pick]);
  return value[0] === current.was
    ? { kind: 'untouched' }
    : { kind: 'moved', why: `It is at ${value[0]} now, not at ${current.was} any more. Nothing was changed.` };
}

/** A lost answer shows where the system's own state can be asked for, and differs from what it was. */
async function unanswered(deps: TargetDeps, sealed: HttpSealed, run: Looked, sentAt: number): Promise<Sight> {
  const { done } = sealed;
  if (done !== null && done.url !== null && !placeholdersIn(done.url).includes('reference')) {
    const sight = await followed(deps, sealed, done, done.url, sentAt);
    if (sight.value !== done.before) return sight.sight;
  }
  return sealed.repeatable ? { kind: 'untouched' } : lostOrLate(deps.now(), sentAt, run.plan.subject);
}

async function answered(
  deps: TargetDeps,
  sealed: HttpSealed,
  { subject }: Looked['plan'],
  reference: string,
  sentAt: number,
): Promise<Sight> {
  const { done } = sealed;
  if (done === null) return { kind: 'done', detail: `${subject} has taken it.`, link: null };
  if (done.url === null) return judged(done, reference) ?? unclear(done, reference);
  if (/^\.*$/.test(reference) && placeholdersIn(done.url).includes('reference')) {
    const why = `It was taken, but its answer has no “${sealed.reference}” that it could be followed by. Look at it yourself.`;
    return { kind: 'moved', why };
  }
  return (await followed(deps, sealed, done, done.url, sentAt, reference)).sight;
}

async function followed(
  deps: TargetDeps,
  sealed: HttpSealed,
  done: Done,
  url: string,
  sentAt: number,
  reference = '',
): Promise<{ readonly value: string; readonly sight: Sight }> {
  const picks = [done.pick, ...(done.share === null ? [] : [done.share])];
  const [said, part] = await valueAt(deps, sealed, url, picks, reference);
  const value = said ?? '';
  // What failed before may be all that there is to see yet.
  const isOld = value === done.before && !done.equals.includes(value);
  const verdict = isOld ? null : judged(done, value);
  if (verdict) return { value, sight: verdict };
  if (deps.now() > sentAt + done.withinMs) return { value, sight: late(done, value) };
  return { value, sight: { kind: 'under_way', phase: value, share: shareOf(part ?? null), link: null } };
}

function judged({ pick, equals, failed }: Done, value: string): Sight | null {
  if (equals.includes(value)) return { kind: 'done', detail: `${pick} is “${value}”.`, link: null };
  return failed.includes(value) ? { kind: 'failed', why: `It has failed: ${pick} is “${value}”.`, link: null } : null;
}

function unclear({ pick }: Done, value: string): Sight {
  const why = `It was answered, and ${pick} is “${value}”, which is neither done nor failed. Look at it yourself.`;
  return { kind: 'moved', why };
}

function late({ pick, withinMs }: Done, value: string): Sight {
  const why = `After ${Math.round(withinMs / 60_000)} min ${pick} is still “${value}”. It may still be going on: look at it yourself.`;
  return { kind: 'moved', why };
}

/** From 0 to 1; a number outside of that says nothing. */
function shareOf(text: string | null): number | null {
  const share = Number(text ?? Number.NaN);
  return share >= 0 && share <= 1 ? share : null;
}

async function valueAt(
  deps: TargetDeps,
  sealed: HttpSealed,
  template: string,
  [pick, ...more]: readonly string[],
  reference: string | null = null,
): Promise<(string | null)[]> {
  const known = reference === null || reference === '' ? sealed.known : withReference(sealed.known, reference);
  const { value, others } = await read(deps, readingOf(deps, sealed, template, known), pick ?? '', ...more);
  return [value, ...others];
}
