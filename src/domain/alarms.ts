import { apply } from './apply.ts';
import { type AlarmsChanged, type Incident, type IncidentEvent, isOver, TOCSIN } from './incident.ts';
import {
  type AlertChange,
  type KnownAlert,
  MEMBERS_SHOWN,
  type Member,
  shortest,
  toKnown,
  toMember,
  withKnownGrade,
} from './member.ts';
import { newsOf } from './news.ts';
import { isWorse } from './severity.ts';
import { regraded, severityEvents } from './severity-by-value.ts';

/**
 * What a batch of alarms does to an incident. Each condition goes through its changes in the source's order; a message
 * that is not newer than what is known changes nothing, however late or often it comes.
 */
export function decideAlarms(
  incident: Incident,
  changes: readonly AlertChange[],
  known: ReadonlyMap<string, KnownAlert>,
  now: number,
): { events: IncidentEvent[]; alerts: KnownAlert[] } {
  const news = newsOf(changes, known);
  const { changed, tally, totals } = lookThrough(incident, news, known);
  const members = [...changed.values()];
  const alerts = members.map((member) => toKnown(member, incident.id));

  const isVisible = Object.values(tally).some((count) => count > 0) || members.some(outranksShown(incident));
  const told: IncidentEvent[] = isVisible
    ? happened(incident, { type: 'alarms', at: now, ...tally, changed: mostTelling(incident, members), totals }, now)
    : regradedOf(incident, members, now);
  if (told.length === 0) return { events: [], alerts };

  const after = told.reduce<Incident>(apply, incident);
  const events = [...told, ...severityEvents(after, dwellOf(news), now), ...consequences(incident, told, now)];
  return { events, alerts };
}

type Tally = Pick<AlarmsChanged, 'joined' | 'refired' | 'recovered' | 'lostSight'>;

/** How the alarms are after all that was said about them, and what that changes in the counts. */
function lookThrough(
  incident: Incident,
  news: readonly AlertChange[],
  known: ReadonlyMap<string, KnownAlert>,
): { changed: Map<string, Member>; tally: Tally; totals: AlarmsChanged['totals'] } {
  const tally = { joined: 0, refired: 0, recovered: 0, lostSight: 0 };
  const changed = new Map<string, Member>();
  const { shown, ...counts } = incident.members;
  let totals = counts;

  for (const change of news) {
    const { key } = change.alert;
    const isMine = changed.has(key) || known.get(key)?.incident === incident.id;
    const mine = isMine ? (changed.get(key) ?? known.get(key) ?? null) : null;
    const whole = changed.get(key) ?? shown.find((one) => one.key === key);
    const after = withKnownGrade(toMember(change, mine), (mine && whole) ?? null);
    changed.set(key, after);
    totals = recount(totals, mine, after);
    count(tally, mine, after, isOver(incident));
  }
  return { changed, tally, totals };
}

type State = Pick<Member, 'state'>;

function recount(totals: AlarmsChanged['totals'], was: State | null, is: State): AlarmsChanged['totals'] {
  const step = (state: Member['state']) => Number(is.state === state) - Number(was?.state === state);
  return {
    total: totals.total + (was ? 0 : 1),
    firing: totals.firing + step('firing'),
    unknown: totals.unknown + step('unknown'),
  };
}

/** What fires anew after the end fired again, even when the recovery between was never heard of. */
function count(
  tally: { -readonly [Count in keyof Tally]: number },
  was: State | null,
  is: State,
  isAfterTheEnd: boolean,
): void {
  if (!was) tally.joined++;
  else if (is.state === 'firing' && (was.state !== 'firing' || isAfterTheEnd)) tally.refired++;
  else if (was.state === is.state) return;
  else if (is.state === 'recovered') tally.recovered++;
  else tally.lostSight++;
}

/** An alarm that the snapshot had no room for, and that has become worse than one which is in it. */
function outranksShown({ members: { shown } }: Incident): (member: Member) => boolean {
  const keys = new Set(shown.map(({ key }) => key));
  const last = shown.at(-1);
  return ({ key, state, severity }) =>
    state === 'firing' &&
    !keys.has(key) &&
    (last === undefined || last.state !== 'firing' || isWorse(severity, last.severity));
}

/** Alarms that go on as they were, with another value. What has recovered goes on in silence. */
function regradedOf(incident: Incident, members: readonly Member[], now: number): IncidentEvent[] {
  if (isOver(incident)) return [];
  return members.flatMap((member) => {
    const before = incident.members.shown.find(({ key }) => key === member.key);
    return before && member.state !== 'recovered' ? regraded(incident, before, member, now) : [];
  });
}

/** A burst keeps the worst and newest of its alarms in the timeline; all of them are kept in the store. */
function mostTelling({ members: { shown, ...totals } }: Incident, members: readonly Member[]) {
  const told =
    members.length <= MEMBERS_SHOWN
      ? members
      : [...members]
          .sort(
            (a, b) =>
              Number(b.state === 'firing') - Number(a.state === 'firing') || a.severity.localeCompare(b.severity),
          )
          .slice(0, MEMBERS_SHOWN);
  return told.map((member) => shortest(member, { ...totals, shown }));
}

/** An alarm that fires again reopens what was over, before it joins. */
function happened(incident: Incident, event: AlarmsChanged, now: number): IncidentEvent[] {
  const fires = event.joined + event.refired > 0 && event.totals.firing > 0;
  if (!fires || !isOver(incident)) return [event];
  return [{ type: 'reopened', at: now, by: TOCSIN, reason: 'An alarm fired again.' }, event];
}

/** The longest of those that say it: a milder severity must be sure for every one of them. */
function dwellOf(changes: readonly AlertChange[]): number | null {
  const dwells = changes.flatMap(({ dwellMs }) => dwellMs ?? []);
  return dwells.length === 0 ? null : Math.max(...dwells);
}

function consequences(incident: Incident, told: readonly IncidentEvent[], now: number): IncidentEvent[] {
  const event = told.find(({ type }) => type === 'alarms');
  if (event?.type !== 'alarms') return [];
  const { totals, joined, refired } = event;
  const events: IncidentEvent[] = [];
  const grew = joined + refired > 0;
  const isQuiet = totals.firing + totals.unknown === 0;
  if (incident.status === 'mitigated' && grew && totals.firing > 0) events.push({ type: 'relapsed', at: now });
  if (isQuiet && !isOver(incident) && (incident.watchUntil === null || grew)) {
    events.push({ type: 'recovered', at: now, watchUntil: now + incident.policy.recovery.watchMs });
  }
  return events;
}
