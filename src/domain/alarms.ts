import { type AlarmsChanged, type Incident, type IncidentEvent, isOver, TOCSIN } from './incident.ts';
import { type AlertChange, type KnownAlert, MEMBERS_SHOWN, type Member, STATE_ORDER, toMember } from './member.ts';
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
  const changed = new Map<string, KnownAlert>();
  let totals = { total: incident.members.total, firing: incident.members.firing, unknown: incident.members.unknown };

  for (const change of inOrder(changes)) {
    const before = changed.get(change.alert.key) ?? known.get(change.alert.key) ?? null;
    if (!isNews(change, before)) continue;

    const mine = before?.incident === incident.id ? before : null;
    const after = toMember(change, mine);
    changed.set(after.key, { ...after, incident: incident.id });
    totals = recount(totals, mine, after);
    count(tally, mine, after, isOver(incident));
  }

  const alerts = [...changed.values()];
  const isVisible = tally.joined + tally.refired + tally.recovered + tally.lostSight > 0;
  if (!isVisible) return { events: [], alerts };

  const shown = alerts.map(({ incident: _, ...member }) => member).slice(-MEMBERS_SHOWN);
  const event: AlarmsChanged = { type: 'alarms', at: now, ...tally, changed: worstOf(alerts, shown), totals };
  return { events: [...before(incident, event, now), event, ...after(incident, event, now)], alerts };
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

function recount(totals: AlarmsChanged['totals'], was: Member | null, is: Member): AlarmsChanged['totals'] {
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
  was: Member | null,
  is: Member,
  isAfterTheEnd: boolean,
): void {
  if (!was) tally.joined++;
  else if (is.state === 'firing' && (was.state !== 'firing' || isAfterTheEnd)) tally.refired++;
  else if (was.state === is.state) return;
  else if (is.state === 'recovered') tally.recovered++;
  else tally.lostSight++;
}

/** A burst keeps the worst and newest of its alarms in the timeline; all of them are kept in the store. */
function worstOf(alerts: readonly KnownAlert[], newest: readonly Member[]): Member[] {
  if (alerts.length <= MEMBERS_SHOWN) return [...newest];
  return [...alerts]
    .sort((a, b) => Number(b.state === 'firing') - Number(a.state === 'firing') || a.severity.localeCompare(b.severity))
    .slice(0, MEMBERS_SHOWN)
    .map(({ incident: _, ...member }) => member);
}

/** An alarm that fires again reopens what was over, before it joins. */
function before(incident: Incident, event: AlarmsChanged, now: number): IncidentEvent[] {
  const fires = event.joined + event.refired > 0 && event.totals.firing > 0;
  if (!fires || !isOver(incident)) return [];
  return [{ type: 'reopened', at: now, by: TOCSIN, reason: 'An alarm fired again.' }];
}

function after(
  incident: Incident,
  { totals, changed, at, joined, refired }: AlarmsChanged,
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
