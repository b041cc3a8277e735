import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { quantityWords } from '../../blocks/measurement-words.ts';
import type { ChangeLog } from '../app/evidence-store.ts';
import type { Probes } from '../app/probes.ts';
import type { IncidentStore } from '../app/store.ts';
import type { AwsClients } from '../aws/clients.ts';
import { type Chart, thresholdWords } from '../charts/chart.ts';
import type { Fact } from '../domain/evidence.ts';
import type { PastIncidents } from '../store/past-incidents.ts';
import { courseOf, type Span } from './alarm-course.ts';
import { type AlarmPlace, alarmPlaceOf, definitionOf } from './alarm-definition.ts';
import { changeSource } from './changes.ts';
import { historySource } from './history.ts';
import { querySources } from './query-facts.ts';
import { leadOf, lookBackMs, type Scene } from './scene.ts';
import { siblingSource } from './siblings.ts';
import { similarSource } from './similar.ts';
import type { Source } from './source.ts';

export interface Knowledge {
  readonly aws: AwsClients;
  readonly probes: Probes;
  readonly store: Pick<IncidentStore, 'openIds' | 'loadMany'>;
  readonly changes: ChangeLog;
  readonly past: PastIncidents;
}

/** Everybody who may know something about an incident. */
export function sourcesFor(knowledge: Knowledge, scene: Scene, course: AlarmCourse | null): Source[] {
  return [
    ...querySources(knowledge.probes, scene),
    ...(course ? [valueSource(course)] : []),
    ...historySource(knowledge, scene),
    siblingSource(knowledge.store, scene),
    ...changeSource(knowledge.changes, scene),
    similarSource(knowledge, scene),
  ];
}

/** What a CloudWatch alarm watches, looked up once for its value and its graph. */
export interface AlarmCourse {
  readonly region: string;
  /** `null`: CloudWatch does not give it to us. */
  load(signal: AbortSignal): Promise<{ readonly alarm: MetricAlarm; readonly chart: Chart } | null>;
}

/** `null` where the alarm is none of CloudWatch's. */
export function alarmCourse(aws: AwsClients, scene: Scene): AlarmCourse | null {
  const lead = leadOf(scene.incident);
  const place = alarmPlaceOf(lead);
  if (!lead || !place) return null;
  const from = Math.min(lead.firedAt, scene.now) - lookBackMs(scene);
  const span = { from: Math.max(from, scene.now - 24 * 3_600_000), to: scene.now };
  let loading: ReturnType<AlarmCourse['load']> | undefined;
  return {
    region: place.region,
    load: (signal) => {
      loading ??= load(aws, place, { ...span, signal }, lead.firedAt);
      return loading;
    },
  };
}

async function load(aws: AwsClients, place: AlarmPlace, span: Span, firedAt: number) {
  const alarm = await definitionOf(aws, place, span.signal);
  return alarm && { alarm, chart: await courseOf(aws, place.region, alarm, span, firedAt) };
}

function valueSource(course: AlarmCourse): Source {
  return {
    title: 'current value of the alarm’s metric',
    name: `alarm/${course.region}`,
    async ask(signal) {
      const found = await course.load(signal);
      return found ? valueFacts(found.chart) : [];
    },
  };
}

function valueFacts({ title, unit, series, threshold }: Chart): Fact[] {
  const [first] = series;
  const newest = first?.points.at(-1);
  const limit = threshold ? ` (${thresholdWords(threshold)})` : '';
  if (!first || !newest) return [{ kind: 'missing', text: `${title}: no data${limit}`, at: null, url: null }];
  const values = first.points.map(([, value]) => value);
  const range = [Math.min(...values), Math.max(...values)].map((value) => quantityWords(value, unit)).join(' to ');
  return [
    {
      kind: 'value',
      text: `${title} now ${quantityWords(newest[1], unit)}${limit}, was ${range}`,
      at: newest[0],
      url: null,
    },
  ];
}
