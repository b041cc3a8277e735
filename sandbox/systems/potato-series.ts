import { noise } from './course.ts';
import type { Faults } from './faults.ts';
import type { Labels, PromSeries } from './prometheus/series.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TASKS: readonly (readonly [name: string, medianSeconds: number])[] = [
  ['ingest_bronze', 34],
  ['validate_contracts', 22],
  ['clean_silver', 96],
  ['nutrition_features', 118],
];
const BUCKETS_S = [10, 30, 60, 120, 180, 300, 450, 600, 900, 1200, 1800];
const SPREAD = 0.3;
/** Once an hour, each task. */
const PER_SECOND = 1 / 3600;

/** What the pipeline and its cluster tell Prometheus. */
export function potatoSeries(faults: Faults): readonly PromSeries[] {
  const shows = (fault: string, at: number): boolean => faults.showsAt(fault, at, 75 * MINUTE_MS);
  const base = { job: 'potato-pipeline', namespace: 'potato-pipeline' };
  const counter = (name: string, labels: Labels, perSecond: (at: number) => number): PromSeries => ({
    ...{ kind: 'counter', labels: { __name__: name, ...base, ...labels } },
    perSecond,
  });
  const gauge = (name: string, labels: Labels, value: (at: number) => number): PromSeries => ({
    ...{ kind: 'gauge', labels: { __name__: name, ...base, ...labels } },
    value,
  });
  const areFailing = (at: number): boolean => shows('tasks-fail', at) || shows('workers-hang', at);
  const failing = (task: string) => (at: number) => (task !== 'ingest_bronze' && areFailing(at) ? 0.32 : 0);
  const seconds = (task: string, median: number) => (at: number) =>
    (task === 'clean_silver' && faults.showsAt('slow-task', at, 4 * HOUR_MS) ? 740 : median) * noise(task, at, 0.04);

  return [
    gauge('potato_pipeline_last_successful_run_timestamp', {}, (at) => (at - silverAgeMs(faults, at)) / 1000),
    ...TASKS.flatMap(([task, median]) => [
      counter('potato_pipeline_tasks_total', { task, status: 'success' }, (at) => PER_SECOND * (1 - failing(task)(at))),
      counter('potato_pipeline_tasks_total', { task, status: 'failure' }, (at) => PER_SECOND * failing(task)(at)),
      ...[...BUCKETS_S, Number.POSITIVE_INFINITY].map((le) =>
        counter(
          'potato_pipeline_task_duration_seconds_bucket',
          { task, le: Number.isFinite(le) ? String(le) : '+Inf' },
          (at) => PER_SECOND * shareBelow(le, seconds(task, median)(at)),
        ),
      ),
    ]),
    ...cluster(counter, gauge),
  ];
}

/** How long ago the last run had succeeded when the fault was switched on, the worse first. */
const STALE_MS: readonly (readonly [fault: string, ageMs: number])[] = [
  ['critically-stale', 4.6 * HOUR_MS],
  ['stale-silver-data', 2.7 * HOUR_MS],
];

/** Normally a run an hour; while the data are stale, none has succeeded since the fault seems to have begun. */
export function silverAgeMs(faults: Faults, at: number): number {
  const begun = STALE_MS.map(([fault, ageMs]) => faults.begunAt(fault, at, ageMs)).find((found) => found !== null);
  return begun === undefined ? at % HOUR_MS : at - begun;
}

type Make = (name: string, labels: Labels, value: (at: number) => number) => PromSeries;

function cluster(counter: Make, gauge: Make): readonly PromSeries[] {
  const container = { container: 'pipeline' };
  return [
    counter('container_cpu_usage_seconds_total', container, (at) => 0.42 * noise('cpu', at, 0.1)),
    counter('container_network_receive_bytes_total', container, (at) => 1.1e6 * noise('rx', at, 0.2)),
    counter('container_network_transmit_bytes_total', container, (at) => 0.4e6 * noise('tx', at, 0.2)),
    gauge('container_memory_working_set_bytes', container, (at) => 1.3e9 * noise('mem', at, 0.05)),
    gauge('kube_pod_container_resource_limits', { resource: 'cpu' }, () => 2),
    gauge('kube_pod_container_resource_limits', { resource: 'memory' }, () => 4e9),
    gauge('kubelet_volume_stats_used_bytes', { persistentvolumeclaim: 'lake' }, () => 46e9),
    gauge('kubelet_volume_stats_capacity_bytes', { persistentvolumeclaim: 'lake' }, () => 100e9),
  ];
}

function shareBelow(value: number, median: number): number {
  if (!Number.isFinite(value)) return 1;
  return 1 / (1 + Math.exp((-1.702 * Math.log(value / median)) / SPREAD));
}
