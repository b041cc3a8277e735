import type { Aws } from '../aws/aws.ts';
import { POTATO_BUCKET } from './buckets.ts';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { potatoSeries, silverAgeMs } from './potato-series.ts';
import { prometheusSystem } from './prometheus-system.ts';
import type { System } from './system.ts';
import type { SystemWorld } from './system-world.ts';

const HOUR_MS = 3_600_000;

const POTATO_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'stale-silver-data',
    title: 'Stale silver data',
    expect: 'No run has succeeded for 2.7 h: P1 in #potato-alerts, with the age of the data and the newest objects.',
  },
  {
    name: 'critically-stale',
    title: 'Critically stale silver data',
    expect: 'No run has succeeded for 4.6 h: P0, with what to tell the stakeholders.',
  },
  {
    name: 'tasks-fail',
    title: 'Let tasks fail',
    expect: 'About a quarter of the tasks fail: P1 of class pipeline, and how far the runbook’s own rule is off.',
  },
  {
    name: 'slow-task',
    title: 'Slow down a task',
    expect: 'clean_silver takes longer than 10 minutes: P2, with the bottleneck’s checklist.',
  },
];

/** Potato pipeline: hourly batches, watched by Prometheus. */
export async function potatoPipeline({ aws, now, base, alertmanagerWebhook }: SystemWorld): Promise<System> {
  const faults = createFaults(POTATO_FAULTS, now);
  addObjects(aws, faults, now);
  return await prometheusSystem({
    ...{ name: 'potato-pipeline', title: 'Potato pipeline', faults, webhook: alertmanagerWebhook, now, base },
    series: potatoSeries(faults),
    running: () => [],
  });
}

/** Bronze data come every hour; silver data as long as runs succeed. */
function addObjects({ s3 }: Pick<Aws, 's3'>, faults: Faults, now: () => number): void {
  s3.add(POTATO_BUCKET, () => {
    const hourly = (newest: number, prefix: string, name: string, size: number) =>
      Array.from({ length: 24 }, (_, i) => newest - i * HOUR_MS).map((at) => ({
        key: `${prefix}/${new Date(at).toISOString().slice(0, 13)}/${name}`,
        size,
        modifiedAt: at,
      }));
    const bronze = Math.floor(now() / HOUR_MS) * HOUR_MS;
    return [
      ...hourly(bronze, 'bronze', 'nutrition.csv', 4_180_000),
      ...hourly(now() - silverAgeMs(faults, now()), 'silver', 'nutrition.parquet', 1_120_000),
    ];
  });
}
