import type { Aws } from '../aws/aws.ts';
import type { SageMakerChanges } from '../aws/sagemaker/changes.ts';
import { bikeshareMetrics } from './bikeshare-metrics.ts';
import { BIKESHARE_BUCKET } from './buckets.ts';
import { runLog, runMetrics } from './cloudwatch-system.ts';
import { chance } from './course.ts';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { addEndpointHistory } from './releases.ts';

const MINUTE_MS = 60_000;

export const BIKESHARE_FAULTS: readonly FaultDefinition[] = [
  {
    name: '5xx-on-prod',
    title: '5xx on prod',
    expect:
      'One request in twelve fails: P1 in #bikeshare-alerts, with the error rate and the checklist of the endpoint.',
  },
  {
    name: 'slow-prod',
    title: 'Slow down prod',
    expect: 'The model answers in 1.8 s: P1 in #bikeshare-alerts, and the latency leaves its usual band.',
  },
  {
    name: 'drift-the-features',
    title: 'Drift the features',
    expect: 'PSI of the worst feature rises to 0.34: P1 of class drift, with the checklist of drift.',
  },
  {
    name: 'deploy-v42',
    title: 'Deploy v42 (a worse model)',
    expect: 'A release, and F1 falls to 0.48: P1 of class model quality; the card lists the release.',
  },
  {
    name: 'ingestion-fails',
    title: 'Break ingestion',
    expect: 'The station feed is refused and no partition comes: P1 of class ingestion, with lines of the log.',
  },
  {
    name: 'heartbeat-stops',
    title: 'Stop the heartbeat',
    expect: 'Batch prediction fails, and its pulse stops: P2 of class pipeline.',
  },
  {
    name: 'staging-gate',
    title: 'Fail the staging gate',
    expect: 'F1 in staging falls to 0.49: P3, which wakes nobody.',
  },
];

/** Parameters of the alarms that the pack ships. */
export function bikeshareParameters(topicArn: (name: string) => string): Readonly<Record<string, string>> {
  return { AlertsTopicArn: topicArn('sm-alerts') };
}

/** Bike share: two endpoints, ingestion every 5 minutes, batches of predictions every 10. */
export function runBikeshare(aws: Aws, changes: SageMakerChanges, now: () => number): Faults {
  const faults = createFaults(BIKESHARE_FAULTS, now);
  runMetrics(aws, faults, bikeshareMetrics());
  addEndpointHistory(aws.sageMaker, { endpoint: 'bikeshare-prod', model: 'bikeshare', live: 41, now: now() });
  addEndpointHistory(aws.sageMaker, { endpoint: 'bikeshare-staging', model: 'bikeshare', live: 42, now: now() });
  const rule = {
    name: 'bikeshare-ingest',
    schedule: 'rate(5 minutes)',
    description: 'Stations and weather',
    isEnabled: true,
  };
  aws.rules.set(rule.name, rule);
  runLogs(aws, faults);
  aws.s3.add(BIKESHARE_BUCKET, () => objectsOf(faults, now()));

  faults.onSwitch((name, on) => {
    if (name !== 'deploy-v42') return;
    // As old as the fall of the quality that follows it.
    if (on) changes.deploy('bikeshare-prod', 'bikeshare-prod-v42', now() - 95 * MINUTE_MS);
    else changes.deploy('bikeshare-prod', 'bikeshare-prod-v41', now());
  });
  return faults;
}

function runLogs(aws: Aws, faults: Faults): void {
  const during = (fault: string) => (at: number) => faults.showsAt(fault, at, 6 * MINUTE_MS);
  runLog(aws, '/aws/lambda/bikeshare-ingest', [
    { perMinute: 0.2, when: () => true, message: () => 'INFO 1 snapshot of 2,233 stations written' },
    {
      perMinute: 1,
      when: during('ingestion-fails'),
      message: () =>
        "ERROR ValidationError: 1 validation error for StationStatus: field 'num_ebikes_available' is not expected",
    },
  ]);
  runLog(aws, '/aws/lambda/bikeshare-infer', [
    { perMinute: 0.1, when: () => true, message: () => 'INFO batch of 2,233 predictions written' },
    {
      perMinute: 0.5,
      when: during('heartbeat-stops'),
      message: (at) =>
        chance('infer', at) < 0.5
          ? 'ERROR AccessDenied: s3:PutObject on inference/ is refused'
          : 'Task timed out after 900.10 seconds',
    },
  ]);
}

/** The newest objects under each prefix; one kind stays out while its fault is on. */
function objectsOf(faults: Faults, now: number) {
  const stops: Readonly<Record<string, string>> = { raw: 'ingestion-fails', inference: 'heartbeat-stops' };
  const written = (prefix: string, everyMs: number, suffix: string) =>
    Array.from({ length: 12 }, (_, i) => Math.floor(now / everyMs) * everyMs - i * everyMs)
      .filter((at) => !faults.showsAt(stops[prefix] ?? '', at, 20 * MINUTE_MS))
      .map((at) => ({
        key: `${prefix}/${new Date(at).toISOString().slice(0, 16)}${suffix}`,
        size: 48_211,
        modifiedAt: at,
      }));
  const refused = faults.isOn('ingestion-fails') ? written('ingest_errors', 5 * MINUTE_MS, '.json').slice(0, 3) : [];
  return [
    ...written('raw', 5 * MINUTE_MS, '.json'),
    ...written('inference', 10 * MINUTE_MS, '.parquet'),
    ...written('monitoring/quality', 15 * MINUTE_MS, '.parquet'),
    ...refused,
  ];
}
