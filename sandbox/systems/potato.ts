import { createActionsHook } from '../actions-hook/actions-hook.ts';
import type { Aws } from '../aws/aws.ts';
import { SANDBOX_KEYS } from '../options.ts';
import { createStatuspage } from '../statuspage/statuspage.ts';
import { POTATO_BUCKET } from './buckets.ts';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { createPotatoCluster } from './potato-cluster.ts';
import { potatoSeries, silverAgeMs } from './potato-series.ts';
import { prometheusSystem } from './prometheus-system.ts';
import { publicRunning, ticketsRunning } from './running.ts';
import type { System } from './system.ts';
import type { SystemWorld } from './system-world.ts';

const HOUR_MS = 3_600_000;

const POTATO_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'stale-silver-data',
    title: 'Stale silver data',
    expect:
      'No run has succeeded for 2.7 h: P1 in #potato-alerts, with the age of the data and the newest objects. Running it once ends it.',
  },
  {
    name: 'critically-stale',
    title: 'Critically stale silver data',
    expect: 'No run has succeeded for 4.6 h: P0, with what to tell the stakeholders. Running it once ends it.',
  },
  {
    name: 'tasks-fail',
    title: 'Let tasks fail',
    expect:
      '2.5.0 is released, and about a quarter of the tasks fail: P1 of class pipeline, and how far the runbook’s own rule is off. Taking the release back ends it.',
  },
  {
    name: 'workers-hang',
    title: 'Let the workers hang',
    expect:
      'A dependency was away, and its connections hang: about a quarter of the tasks fail, P1 of class pipeline. A restart of the service ends it.',
  },
  {
    name: 'slow-task',
    title: 'Slow down a task',
    expect: 'clean_silver takes longer than 10 minutes: P2, with the bottleneck’s checklist. More workers end it.',
  },
];

/** Potato pipeline: hourly batches, watched by Prometheus. */
export async function potatoPipeline({ aws, now, base, alertmanagerWebhook }: SystemWorld): Promise<System> {
  const faults = createFaults(POTATO_FAULTS, now);
  const cluster = createPotatoCluster(now, SANDBOX_KEYS.kubernetes);
  cluster.follow(faults);
  const statuspage = createStatuspage({
    ...{ now, page: SANDBOX_KEYS.statuspagePage, token: SANDBOX_KEYS.statuspage },
    components: { potatodata01: 'Silver data', potatoapi002: 'API' },
  });
  const hook = createActionsHook({ now, secret: SANDBOX_KEYS.hook, services: [] });
  addObjects(aws, faults, now);
  return await prometheusSystem({
    ...{ name: 'potato-pipeline', title: 'Potato pipeline', faults, webhook: alertmanagerWebhook, now, base },
    series: potatoSeries(faults),
    running: () => [...cluster.running(), ...publicRunning(statuspage), ...ticketsRunning(hook)],
    moreRoutes: (app) => {
      app.register(cluster.routes, { prefix: '/kubernetes' });
      app.register(statuspage.routes, { prefix: '/statuspage' });
      app.register(hook.routes, { prefix: '/hook' });
    },
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
