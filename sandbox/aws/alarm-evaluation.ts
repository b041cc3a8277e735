import { createHash } from 'node:crypto';
import type { Alarm, AlarmBoard, Seen } from './alarm-board.ts';
import type { AlarmDefinition, AlarmState, Comparison, ContributorAlarm } from './alarm-definitions.ts';
import type { MetricStore } from './metrics/metric-store.ts';
import type { MetricDataQuery } from './metrics/queries.ts';
import { periodsOf, runQueries } from './metrics/queries.ts';
import type { Points } from './metrics/statistics.ts';

/** What an alarm's data say; `null` where they leave its state as it is. */
export interface Verdict {
  readonly state: AlarmState;
  readonly seen: Seen;
}

type Evaluated = Exclude<AlarmDefinition, { kind: 'composite' }>;

const COMPARE: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
/** How much of the past a band is made of. */
const BAND_MS = 86_400_000;

/**
 * Looks at the newest complete periods of every alarm. An alarm changes when what its data say changes, so one that a person
 * forced stays as it is until then (CloudWatch would turn it back within seconds, and nobody could look at it).
 */
export function createAlarmEvaluation(board: AlarmBoard, store: MetricStore): { run(now: number): boolean } {
  const said = new Map<string, AlarmState>();
  const firing = new Map<string, Seen['contributors']>();

  const look = (alarm: Alarm, now: number): boolean => {
    const { definition } = alarm;
    if (definition.kind === 'composite' || !isMeasured(definition, store)) return false;
    const verdict = judge(definition, store, now);
    if (verdict === null || said.get(definition.name) === verdict.state) return false;
    said.set(definition.name, verdict.state);
    const before = alarm.state;
    const contributors = verdict.state === 'OK' ? firing.get(definition.name) : verdict.seen.contributors;
    board.evaluate(alarm, verdict.state, { ...verdict.seen, ...(contributors === undefined ? {} : { contributors }) });
    firing.set(definition.name, contributors);
    return alarm.state !== before;
  };

  return { run: (now) => board.all().filter((alarm) => look(alarm, now)).length > 0 };
}

/** Whether anybody ever measured what the alarm looks at: an alarm that nobody feeds is left alone. */
function isMeasured(definition: Evaluated, store: MetricStore): boolean {
  if (definition.kind === 'contributor') return true;
  return queriesOf(definition).every(({ of }) => of.kind !== 'metric' || store.has(of.metric));
}

/** `null`: the data are missing and the alarm ignores that, or there is no series at all. */
export function judge(definition: Evaluated, store: MetricStore, now: number): Verdict | null {
  const periodMs = definition.period * 1000;
  const to = Math.floor(now / periodMs) * periodMs;
  const from = to - definition.evaluationPeriods * periodMs;
  const results = runQueries(store, queriesOf(definition), { from, to });
  const points = results.filter(({ query }) => query.isReturned).flatMap(({ series }) => series);
  const band = definition.kind === 'anomaly' ? bandOf(definition, store, to) : undefined;
  const isBad = breaches(definition, band);
  const judged = points.map(({ label, points: found }) => ({
    label,
    ...judgeSeries(definition, found, { from, to }, isBad),
  }));
  const worst = judged.find(({ state }) => state === 'ALARM') ?? judged[0];
  if (worst === undefined || worst.state === null) return null;
  const { state, values } = worst;
  if (definition.kind !== 'contributor') return { state, seen: { values, ...(band === undefined ? {} : { band }) } };
  const firing = judged.filter((one) => one.state === 'ALARM').map(({ label }) => contributorOf(definition, label));
  return { state, seen: { values, contributors: firing, total: judged.length } };
}

/** A series of the query by its name; one that nobody wrote down gets an id of its own. */
function contributorOf(definition: ContributorAlarm, label: string): ContributorAlarm['contributors'][number] {
  const known = definition.contributors.find(({ attributes }) => Object.values(attributes).includes(label));
  const by = /GROUP BY\s+(\w+)/i.exec(definition.query)?.[1] ?? 'Series';
  return known ?? { id: createHash('md5').update(label).digest('hex').slice(0, 16), attributes: { [by]: label } };
}

function judgeSeries(
  { period, datapointsToAlarm, evaluationPeriods, treatMissingData }: Evaluated,
  points: Points,
  span: { readonly from: number; readonly to: number },
  isBad: (value: number) => boolean,
): { readonly state: AlarmState | null; readonly values: readonly number[] } {
  const newestFirst = periodsOf(span, period * 1000).toReversed();
  const present = newestFirst.flatMap((at) => points.get(at) ?? []);
  const missing = evaluationPeriods - present.length;
  if (present.length === 0 && treatMissingData === 'ignore') return { state: null, values: [] };
  if (present.length === 0 && treatMissingData === 'missing') return { state: 'INSUFFICIENT_DATA', values: [] };
  const bad = present.filter(isBad);
  const counted = bad.length + (treatMissingData === 'breaching' ? missing : 0);
  if (counted >= datapointsToAlarm) return { state: 'ALARM', values: bad.slice(0, datapointsToAlarm) };
  return { state: 'OK', values: present.filter((value) => !isBad(value)).slice(0, 1) };
}

function breaches(definition: Evaluated, band: readonly [number, number] | undefined): (value: number) => boolean {
  if (definition.kind === 'anomaly') {
    const [low, high] = band ?? definition.band;
    return (value) => value > high || (definition.upper !== true && value < low);
  }
  const { comparison, threshold } = definition;
  return (value) => COMPARE[comparison](value, threshold);
}

function bandOf(
  definition: Extract<Evaluated, { kind: 'anomaly' }>,
  store: MetricStore,
  to: number,
): readonly [number, number] {
  const [m1] = queriesOf(definition);
  const band = query(
    'ad1',
    { kind: 'expression', expression: `ANOMALY_DETECTION_BAND(m1, ${definition.width})` },
    true,
  );
  const results = runQueries(store, m1 === undefined ? [band] : [m1, band], { from: to - BAND_MS, to });
  const [high, low] = results.at(-1)?.series ?? [];
  const end = (points: Points | undefined, fallback: number): number => points?.values().next().value ?? fallback;
  return [end(low?.points, definition.band[0]), end(high?.points, definition.band[1])];
}

/** What an alarm asks its metrics. */
export function queriesOf(definition: Evaluated): readonly MetricDataQuery[] {
  const periodMs = definition.period * 1000;
  switch (definition.kind) {
    case 'metric':
    case 'anomaly':
      return [
        query('m1', { kind: 'metric', metric: definition.metric, statistic: definition.statistic, periodMs }, true),
      ];
    case 'math':
      return [
        query('e1', { kind: 'expression', expression: definition.expression }, true),
        ...Object.entries(definition.metrics).map(([id, { metric, statistic }]) =>
          query(id, { kind: 'metric', metric, statistic, periodMs }, false),
        ),
      ];
    case 'contributor':
      return [{ ...query('q1', { kind: 'expression', expression: definition.query }, true), periodMs }];
  }
}

function query(id: string, of: MetricDataQuery['of'], isReturned: boolean): MetricDataQuery {
  return { id, label: null, isReturned, periodMs: null, of };
}
