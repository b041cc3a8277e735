import { isFurther, type Level, type Limit, type Ruling } from './grading.ts';
import { type Incident, type IncidentEvent, isOver } from './incident.ts';
import type { Member } from './member.ts';
import { isUnderWay, type RunEvent } from './run.ts';

const GRADING: ReadonlySet<IncidentEvent['type']> = new Set(['alarms', 'graded']);

/**
 * What grades propose because a value has just reached them. `after` is the incident with `events`. A value that goes down proposes
 * nothing, and one that comes back before the severity has fallen says nothing new: the dwell time of the severity holds for both.
 */
export function gradeOffers(before: Incident | null, after: Incident, events: readonly IncidentEvent[]): RunEvent[] {
  const at = events.findLast(({ type }) => GRADING.has(type))?.at;
  if (at === undefined || isOver(after) || after.drill) return [];
  return after.members.shown.flatMap((member) => {
    const was = before?.members.shown.find(({ key }) => key === member.key) ?? null;
    return isNewlyReached(member, was, before) ? offerOf(member, after, at) : [];
  });
}

function isNewlyReached({ ruling, state }: Member, was: Member | null, before: Incident | null): boolean {
  if (state !== 'firing' || !ruling.offer || !isFurther(ruling.reached, reachedBefore(was))) return false;
  const peak = was?.state === 'firing' ? (was.ruling.fellFrom ?? null) : null;
  const isStillThere = before?.easing != null && peak !== null && !isFurther(ruling.reached, peak);
  return !isStillThere;
}

/** What has recovered begins anew, and so does what another rule has graded. */
function reachedBefore(was: Member | null): Limit | null {
  return was?.state === 'firing' ? was.ruling.reached : null;
}

function offerOf({ ruling, title: alarm }: Member, { runs }: Incident, at: number): RunEvent[] {
  const { offer } = ruling;
  const isGoing = runs.some((run) => isUnderWay(run) && run.plan.action === offer?.action);
  if (!offer || isGoing) return [];
  const why = offerWords(ruling, alarm);
  return [{ type: 'action_proposed', at, action: offer.action, title: offer.title, why, from: 'rule' }];
}

/** `Feature drift is 0.41: act, above 0.3. Stop begins above 0.5, 0.09 further. Rule drift.` */
export function offerWords({ measure, value, level, reached, next, unit, rule }: Ruling, alarm: string): string {
  const what = (measure ?? alarm).slice(0, 80).toWellFormed();
  const amount = value === null ? '' : ` is ${amountWords(value, unit)}`;
  const answered = level === undefined || reached === null ? '' : `: ${level}, ${limitWords(reached, unit)}`;
  const further = next === null || value === null ? '' : nextWords(next, value, unit);
  return `${what}${amount}${answered}.${further} Rule ${rule}.`;
}

type Next = NonNullable<Ruling['next']>;

function nextWords(next: Next, value: number, unit: string | null): string {
  const name = next.level === undefined ? next.severity : capital(next.level);
  const distance = amountWords(Math.abs(next.limit - value), unit);
  return ` ${name} begins ${limitWords(next, unit)}, ${distance} further.`;
}

function limitWords({ direction, limit, inclusive }: Limit, unit: string | null): string {
  return `${inclusive ? 'at or ' : ''}${direction} ${amountWords(limit, unit)}`;
}

const DIGITS = 3;

/** A share is told in percent, as everywhere; other units by their own names. */
function amountWords(value: number, unit: string | null): string {
  const isShare = unit?.toLowerCase() === 'share';
  const text = String(Number((isShare ? value * 100 : value).toPrecision(DIGITS)));
  if (isShare || unit?.toLowerCase() === 'percent') return `${text} %`;
  const word =
    unit === null || /^(?:count|none)$/i.test(unit) ? '' : ` ${WORDS[unit.toLowerCase()] ?? unit.toLowerCase()}`;
  return `${text}${word}`;
}

const WORDS: Readonly<Record<string, string>> = {
  milliseconds: 'ms',
  seconds: 's',
  minutes: 'min',
  hours: 'h',
  days: 'd',
};

function capital(level: Level): string {
  return `${level.charAt(0).toUpperCase()}${level.slice(1)}`;
}
