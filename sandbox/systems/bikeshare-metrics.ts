import type { MetricRef } from '../aws/alarm-definitions.ts';
import type { Shape } from '../aws/metrics/slot.ts';
import type { Course, Measured } from './cloudwatch-system.ts';
import { daily, noise } from './course.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const CITY = 'nyc';
/** The pulse of batch prediction in prod. */
export const HEARTBEAT: MetricRef = {
  ...{ namespace: 'Bikeshare/Model', name: 'PredictionHeartbeat' },
  dimensions: { EndpointName: 'bikeshare-prod', City: CITY },
};

/** The metrics of both endpoints, of the model, of ingestion and of batch prediction. */
export function bikeshareMetrics(): readonly Measured[] {
  return [
    ...endpoint('bikeshare-prod', 140),
    ...endpoint('bikeshare-staging', 12),
    ...model('bikeshare-prod', { f1: 0.61, prAuc: 0.77, worse: ['deploy-v42', 'worse-challenger'] }),
    ...model('bikeshare-staging', { f1: 0.6, prAuc: 0.75, worse: ['staging-gate'] }),
    ...jobs(),
  ];
}

function endpoint(EndpointName: string, perMinute: number): readonly Measured[] {
  const dimensions = { EndpointName, VariantName: 'AllTraffic' };
  const isProd = EndpointName === 'bikeshare-prod';
  const calls = (at: number): number => Math.round(perMinute * daily(at, 0.5) * noise(EndpointName, at, 0.1));
  const share =
    (of: (shows: (fault: string) => boolean) => number): Course =>
    (at, shows) => ({
      count: calls(at),
      mean: isProd ? of(shows) : 0,
    });
  const slow =
    (base: number): Course =>
    (at, shows) => ({
      count: calls(at),
      mean: base * daily(at, 0.04) * noise(`${EndpointName}-ms`, at, 0.05) * (isProd && shows('slow-prod') ? 5.4 : 1),
      spread: 0.35,
    });
  const aws = (name: string, course: Course): Measured => ({
    metric: { namespace: 'AWS/SageMaker', name, dimensions },
    leadMs: 12 * MINUTE_MS,
    course,
  });
  return [
    aws('Invocations', (at) => ({ count: calls(at), mean: 1 })),
    aws(
      'Invocation5XXErrors',
      share((shows) => (shows('5xx-on-prod') ? 0.085 : 0)),
    ),
    aws(
      'Invocation4XXErrors',
      share(() => 0.004),
    ),
    aws('ModelLatency', slow(196_000)),
    aws('OverheadLatency', (at) => ({
      count: calls(at),
      mean: 14_000 * noise(`${EndpointName}-o`, at, 0.1),
      spread: 0.3,
    })),
  ];
}

function model(
  EndpointName: string,
  { f1, prAuc, worse }: { readonly f1: number; readonly prAuc: number; readonly worse: readonly string[] },
): readonly Measured[] {
  const dimensions = { EndpointName, City: CITY };
  const feedback = (name: string, course: Course): Measured => ({
    metric: { namespace: 'Bikeshare/Model', name, dimensions },
    leadMs: 90 * MINUTE_MS,
    course,
  });
  const level = (name: string, good: number, times: number): Measured =>
    feedback(name, (at, shows) => one(good * (worse.some(shows) ? times : 1) * noise(name + EndpointName, at, 0.015)));
  const isProd = EndpointName === 'bikeshare-prod';
  return [
    level('F1-24h', f1, 0.79),
    level('PR-AUC-24h', prAuc, 0.88),
    level('ThresholdHitRate-24h', 0.31, 0.7),
    feedback('Samples-24h', (at) => one(Math.round(31_800 * noise('samples', at, 0.02)))),
    {
      ...feedback('PSI', (at, shows) =>
        one((isProd && shows('drift-the-features') ? 0.34 : 0.08) * noise('psi', at, 0.06)),
      ),
      leadMs: 2 * HOUR_MS,
    },
    {
      ...feedback('PredictionHeartbeat', (_, shows) => (isProd && shows('heartbeat-stops') ? null : one(1))),
      slotMs: 10 * MINUTE_MS,
      leadMs: 20 * MINUTE_MS,
    },
  ];
}

function jobs(): readonly Measured[] {
  const lambda = (FunctionName: string, name: string, course: Course): Measured => ({
    metric: { namespace: 'AWS/Lambda', name, dimensions: { FunctionName } },
    leadMs: 20 * MINUTE_MS,
    course,
  });
  const ingest = (name: string, course: Course): Measured => ({
    metric: { namespace: 'Bikeshare/Ingest', name, dimensions: { City: CITY } },
    leadMs: 30 * MINUTE_MS,
    course,
  });
  const check = (name: string, MonitoringSchedule: string, fault: string): Measured => ({
    metric: { namespace: 'Bikeshare/Model', name, dimensions: { EndpointName: 'bikeshare-prod', MonitoringSchedule } },
    slotMs: HOUR_MS,
    leadMs: 2 * HOUR_MS,
    course: (_, shows) => one(shows(fault) ? 1 : 0),
  });
  return [
    lambda('bikeshare-infer', 'Errors', (_, shows) => one(shows('heartbeat-stops') ? 1 : 0)),
    lambda('bikeshare-infer', 'Duration', (at) => one(214_000 * noise('infer', at, 0.1))),
    lambda('bikeshare-ingest', 'Errors', () => one(0)),
    ingest('IngestFailures', (_, shows) => one(shows('ingestion-fails') ? 1 : 0)),
    ingest('NewPartitions', (_, shows) => one(shows('ingestion-fails') ? 0 : 1)),
    check('DriftJobFailures', 'bikeshare-data-drift', 'drift-the-features'),
    check('QualityJobFailures', 'bikeshare-data-quality', 'never'),
  ];
}

function one(mean: number): Shape {
  return { count: 1, mean };
}
