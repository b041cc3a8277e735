import type { AlarmDefinition, AlarmState, ContributorAlarm } from './alarm-definitions.ts';
import type { AlarmHistory, HistoryItem } from './alarm-history.ts';
import { actionData, createAlarmHistory, stateUpdateData } from './alarm-history.ts';
import type { Place, StateChange } from './alarm-messages.ts';
import { alarmArn, alarmMessage, alarmSubject } from './alarm-messages.ts';
import { childReason, contributorsReason, reasonOf } from './alarm-reasons.ts';
import type { Sns } from './sns.ts';

/** One alarm with its present state, as CloudWatch keeps it. Times are epoch milliseconds. */
export interface Alarm {
  readonly definition: AlarmDefinition;
  readonly configuredAt: number;
  state: AlarmState;
  reason: string;
  updatedAt: number;
  /** SNS ids of the messages about the last change. */
  lastMessages: readonly string[];
}

/** What an alarm's data were when they were looked at, newest first; instead of the numbers of its definition. */
export interface Seen {
  readonly values: readonly number[];
  readonly band?: readonly [low: number, high: number];
  /** Of an alarm over many series, those that fire or that recover. */
  readonly contributors?: ContributorAlarm['contributors'];
  /** How many series there are, whether they fire or not. */
  readonly total?: number;
}

/** CloudWatch's alarms: their states, and the messages that a change of state publishes. */
export interface AlarmBoard {
  readonly place: Place;
  readonly history: AlarmHistory;
  all(): readonly Alarm[];
  find(name: string): Alarm | undefined;
  /** A new alarm starts as OK and says nothing. */
  add(definition: AlarmDefinition): Alarm;
  /** Lets the alarm's data say `to`. Publishes nothing when that is its state already. */
  evaluate(alarm: Alarm, to: AlarmState, seen?: Seen): void;
  /** SetAlarmState: the state and the reason are the caller's. Publishes nothing when that is its state already. */
  force(alarm: Alarm, to: AlarmState, reason: string): void;
}

type Why = Pick<StateChange, 'reason' | 'children' | 'contributor'>;

export function createAlarmBoard(sns: Sns, now: () => number): AlarmBoard {
  const place: Place = { account: sns.topics.account, region: sns.topics.region };
  const alarms = new Map<string, Alarm>();
  const composites: Alarm[] = [];
  const history = createAlarmHistory();

  const publish = ({ definition }: Alarm, change: StateChange): string => {
    const topicArn = `arn:aws:sns:${place.region}:${place.account}:${definition.topic}`;
    const message = alarmMessage(definition, change, place);
    const kind = change.contributor === undefined ? 'Action' : 'AlarmContributorAction';
    const summary = `Successfully executed action ${topicArn}`;
    const data = actionData(topicArn, message, change.at);
    history.add(historyItem(definition, change, { kind, summary, data }));
    return sns.publish(topicArn, { subject: alarmSubject(definition.name, change.to, place.region), message });
  };

  const change = (alarm: Alarm, to: AlarmState, whys: readonly [Why, ...Why[]]): void => {
    const { state: from, configuredAt } = alarm;
    const at = now();
    for (const why of whys) history.add(changeItem(alarm, to, why, at));
    Object.assign(alarm, { state: to, reason: whys[0].reason, updatedAt: at });
    alarm.lastMessages = whys.map((why) => publish(alarm, { from, to, at, configuredAt, ...why }));
    for (const parent of composites) follow(parent, alarm);
  };

  /** Composite alarms change at once with the child that decides. */
  const follow = (parent: Alarm, child: Alarm): void => {
    const names = childNames(parent.definition);
    if (!names.includes(child.definition.name)) return;
    const firing = names.flatMap((name) => alarms.get(name) ?? []).filter((one) => one.state === 'ALARM');
    const to = firing.length === names.length ? 'ALARM' : 'OK';
    if (to === parent.state) return;
    const children = firing.map((one) => ({ arn: alarmArn(place, one.definition.name), at: one.updatedAt }));
    const reason = childReason(alarmArn(place, child.definition.name), child.state, now());
    change(parent, to, [{ reason, children }]);
  };

  return {
    place,
    history,
    all: () => [...alarms.values()],
    find: (name) => alarms.get(name),
    add: (definition) => {
      const alarm = newAlarm(definition, now());
      alarms.set(definition.name, alarm);
      if (definition.kind === 'composite') composites.push(alarm);
      return alarm;
    },
    evaluate: (alarm, to, seen) => {
      if (alarm.state === to) return;
      const definition = seen === undefined ? alarm.definition : asSeen(alarm.definition, to, seen);
      change(alarm, to, evaluatedWhys(definition, alarm.state, to, now()));
    },
    force: (alarm, to, reason) => {
      if (alarm.state !== to) change(alarm, to, [{ reason }]);
    },
  };
}

/** The alarms that a composite alarm stands for; none for any other kind. */
export function childNames(definition: AlarmDefinition): readonly string[] {
  return definition.kind === 'composite' ? definition.children : [];
}

function newAlarm(definition: AlarmDefinition, at: number): Alarm {
  const reason = 'Unchecked: Initial alarm creation';
  return { definition, state: 'OK', reason, updatedAt: at, configuredAt: at, lastMessages: [] };
}

/** The line of the history about a change of the alarm, or of one of its contributors. */
function changeItem(
  { definition, state: from, reason: before }: Alarm,
  to: AlarmState,
  why: Why,
  at: number,
): HistoryItem {
  return historyItem(
    definition,
    { at, ...why },
    {
      kind: why.contributor === undefined ? 'StateUpdate' : 'AlarmContributorStateUpdate',
      summary: `Alarm updated from ${from} to ${to}`,
      data: stateUpdateData({ state: from, reason: before }, { state: to, reason: why.reason }),
    },
  );
}

function historyItem(
  { name, kind: of }: AlarmDefinition,
  { at, contributor }: Pick<StateChange, 'at' | 'contributor'>,
  item: Pick<HistoryItem, 'kind' | 'summary' | 'data'>,
): HistoryItem {
  const type = of === 'composite' ? 'CompositeAlarm' : 'MetricAlarm';
  return { name, type, at, contributorId: contributor?.id ?? null, ...item };
}

/** The definition with what was really seen in place of its own numbers. */
function asSeen(
  definition: AlarmDefinition,
  to: AlarmState,
  { values, band, contributors, total }: Seen,
): AlarmDefinition {
  if (definition.kind === 'composite') return definition;
  const measured = to === 'ALARM' ? { bad: values } : { good: values };
  if (definition.kind === 'anomaly') return { ...definition, ...measured, band: band ?? definition.band };
  if (definition.kind !== 'contributor' || contributors === undefined) return { ...definition, ...measured };
  const others = definition.contributors.filter(({ id }) => contributors.every((one) => one.id !== id));
  return {
    ...definition,
    ...measured,
    contributors: [...contributors, ...others],
    firing: contributors.length,
    ...(total === undefined ? {} : { series: total }),
  };
}

/** One message about the alarm, and for an alarm over many series one about each of those that fire or recover. */
function evaluatedWhys(
  definition: AlarmDefinition,
  from: AlarmState,
  to: AlarmState,
  at: number,
): readonly [Why, ...Why[]] {
  if (definition.kind !== 'contributor' || to === 'INSUFFICIENT_DATA') {
    return [{ reason: reasonOf(definition, from, to, at) }];
  }
  const firing = to === 'ALARM' ? definition.firing : 0;
  const whole = { reason: contributorsReason(firing, definition.series ?? definition.contributors.length) };
  // Contributors know only ALARM and OK, and one that never fired has nothing to say.
  if (to === 'OK' && from !== 'ALARM') return [whole];
  const reason = reasonOf(definition, from, to, at);
  return [
    whole,
    ...definition.contributors.slice(0, definition.firing).map((contributor) => ({ reason, contributor })),
  ];
}
