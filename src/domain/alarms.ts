import { type AlarmsChanged, type Incident, type IncidentEvent, isOver, TOCSIN } from './incident.ts';
import {
  type AlertChange,
  type KnownAlert,
  MEMBERS_SHOWN,
  type Member,
  STATE_ORDER,
  shortest,
  toKnown,
  toMember,
} from './member.ts';
import { isWorse } from './severity.ts';

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
  const tally = { joined: 0, refired: 0, recovered: 0, lostSight: 0 };
  const changed = new Map<string, Member>();
  let totals = { total: incident.members.total, firing: incident.members.firing, unknown: incident.members.unknown };

  for (const change of inOrder(changes)) {
    const { key } = change.alert;
    const before = changed.get(key) ?? known.get(key) ?? null;
    if (!isNews(change, before)) continue;

    const isMine = changed.has(key) || known.get(key)?.incident === incident.id;
    const mine = isMine ? before : null;
    const after = toMember(change, mine);
    changed.set(key, after);
    totals = recount(totals, mine, after);
    count(tally, mine, after, isOver(incident));
  }

  const members = [...changed.values()];
  const alerts = members.map((member) => toKnown(member, incident.id));
  const isVisible = tally.joined + tally.refired + tally.recovered + tally.lostSight > 0;
  if (!isVisible) return { events: [], alerts };

  const worst = worstOf(members);
  const told = worst.map((member) => shortest(member, incident.members));
  const event: AlarmsChanged = { type: 'alarms', at: now, ...tally, changed: told, totals };
  return { events: [...before(incident, event, now), event, ...after(incident, event, worst, now)], alerts };
}

/**
 * Whether a message says something that is not known yet. Of two changes at one time the one that is more of a reason to
 * look counts, whichever came first: nothing is lost, and a repeated message never flips anything.
 */
export function isNews({ alert }: AlertChange, before: Pick<Member, 'changedAt' | 'state'> | null): boolean {
  if (!before) return true;
  if (alert.changedAt !== before.changedAt) return alert.changedAt > before.changedAt;
  return STATE_ORDER[alert.state] < STATE_ORDER[before.state];
}

/** Changes in the source's order, as `isNews` sees it: the last one of each condition is the one that counts. */
export function inOrder(changes: readonly AlertChange[]): AlertChange[] {
  return [...changes].sort(
    ({ alert: a }, { alert: b }) => a.changedAt - b.changedAt || STATE_ORDER[b.state] - STATE_ORDER[a.state],
  );
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
  tally: { joined: number; refired: number; recovered: number; lostSight: number },
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

/** A burst keeps the worst and newest of its alarms in the timeline; all of them are kept in the store. */
function worstOf(members: readonly Member[]): readonly Member[] {
  if (members.length <= MEMBERS_SHOWN) return members;
  return [...members]
    .sort((a, b) => Number(b.state === 'firing') - Number(a.state === 'firing') || a.severity.localeCompare(b.severity))
    .slice(0, MEMBERS_SHOWN);
}

/** An alarm that fires again reopens what was over, before it joins. */
function before(incident: Incident, event: AlarmsChanged, now: number): IncidentEvent[] {
  const fires = event.joined + event.refired > 0 && event.totals.firing > 0;
  if (!fires || !isOver(incident)) return [];
  return [{ type: 'reopened', at: now, by: TOCSIN, reason: 'An alarm fired again.' }];
}

function after(
  incident: Incident,
  { totals, at, joined, refired }: AlarmsChanged,
  changed: readonly Member[],
  now: number,
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  const grew = joined + refired > 0;
  const worst = changed
    .filter(({ state }) => state === 'firing')
    .sort((a, b) => a.severity.localeCompare(b.severity))[0];
  const isNewAndWorse =
    worst && isWorse(worst.severity, incident.severity) && isWorse(worst.severity, worstKnown(incident));
  if (isNewAndWorse) {
    events.push({ type: 'severity_set', at: now, by: TOCSIN, from: incident.severity, severity: worst.severity });
  }
  const isQuiet = totals.firing + totals.unknown === 0;
  if (incident.status === 'mitigated' && grew && totals.firing > 0) events.push({ type: 'relapsed', at: now });
  if (isQuiet && !isOver(incident) && (incident.watchUntil === null || grew)) {
    events.push({ type: 'recovered', at: now, watchUntil: at + incident.policy.recovery.watchMs });
  }
  return events;
}

/** A person may have lowered the severity on purpose: only an alarm worse than all before raises it again. */
function worstKnown(incident: Incident): Incident['severity'] {
  const known = incident.members.shown.map(({ severity }) => severity).sort();
  return known[0] ?? incident.severity;
}
