import type { Aws } from '../aws/aws.ts';
import type { SageMakerChanges } from '../aws/sagemaker/changes.ts';
import type { SageMaker } from '../aws/sagemaker/registry.ts';
import { bikeshareMetrics, CITY, HEARTBEAT } from './bikeshare-metrics.ts';
import { BIKESHARE } from './bikeshare-names.ts';
import { BIKESHARE_BUCKET } from './buckets.ts';
import { badChallenger, badRelease, lastRetrained, untilDone } from './causes.ts';
import { runLog, runMetrics } from './cloudwatch-system.ts';
import { chance } from './course.ts';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { addEndpointHistory, RETRAIN_STEPS } from './releases.ts';
import { endpointRunning, packageRunning, pipelineRunning } from './running.ts';
import type { System } from './system.ts';
import type { SystemWorld } from './system-world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How long a batch of predictions takes, until its pulse comes. */
const BATCH_MS = 75_000;

export const BIKESHARE_FAULTS: readonly FaultDefinition[] = [
  {
    name: '5xx-on-prod',
    title: '5xx on prod',
    expect:
      'v43 is released, and one request in twelve fails: P1 in #bikeshare-alerts, with the error rate and the checklist of the endpoint. A rollback ends it.',
  },
  {
    name: 'slow-prod',
    title: 'Slow down prod',
    expect: 'v44 is released, and the model answers in 1.8 s: P1 in #bikeshare-alerts. A rollback ends it.',
  },
  {
    name: 'drift-the-features',
    title: 'Drift the features',
    expect:
      'PSI of the worst feature rises to 0.34: P1 of class drift, with the checklist of drift. Nothing but a retrain ends it.',
  },
  {
    name: 'deploy-v42',
    title: 'Deploy v42 (a worse model)',
    expect:
      'A release, and F1 falls to 0.48: P1 of class model quality; the card lists the release. A rollback ends it.',
  },
  {
    name: 'worse-challenger',
    title: 'Let a worse challenger serve',
    expect:
      'A challenger gets all traffic, and F1 falls to 0.48: P1 of class model quality. Giving the champion its traffic back ends it.',
  },
  {
    name: 'ingestion-fails',
    title: 'Break ingestion',
    expect:
      'The station feed is refused and no partition comes: P1 of class ingestion, with lines of the log. Running it once ends it.',
  },
  {
    name: 'heartbeat-stops',
    title: 'Stop the heartbeat',
    expect: 'Batch prediction fails, and its pulse stops: P2 of class pipeline. Running it once ends it.',
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

const PROD = 'bikeshare-prod';
const STAGING = 'bikeshare-staging';

/** Bike share: two endpoints, ingestion every 5 minutes, batches of predictions every 10. */
export function runBikeshare({ aws, changes, now }: SystemWorld): Pick<System, 'faults' | 'running'> {
  const faults = createFaults(BIKESHARE_FAULTS, now);
  runMetrics(aws, faults, bikeshareMetrics());
  addSageMaker(aws.sageMaker, changes, now());
  followSageMaker(faults, aws.sageMaker, changes, now);
  followJobs(faults, aws, now);
  const rule = {
    name: 'bikeshare-ingest',
    schedule: 'rate(5 minutes)',
    description: 'Stations and weather',
    isEnabled: true,
  };
  aws.rules.set(rule.name, rule);
  runLogs(aws, faults);
  aws.s3.add(BIKESHARE_BUCKET, () => objectsOf(faults, now()));
  return {
    faults,
    running: () => [
      endpointRunning(aws.sageMaker, PROD),
      endpointRunning(aws.sageMaker, STAGING),
      ...pipelineRunning(aws.sageMaker, BIKESHARE.pipeline, now()),
      packageRunning(aws.sageMaker, BIKESHARE.models),
    ],
  };
}

function addSageMaker(sageMaker: SageMaker, changes: SageMakerChanges, now: number): void {
  const history = { model: 'bikeshare', now } as const;
  addEndpointHistory(sageMaker, { ...history, endpoint: PROD, live: 41, others: ['v42', 'v43', 'v44'] });
  addEndpointHistory(sageMaker, { ...history, endpoint: STAGING, live: 42, others: ['v43'] });
  sageMaker.pipelines.set(BIKESHARE.pipeline, { name: BIKESHARE.pipeline, steps: RETRAIN_STEPS });
  for (const days of [30, 20, 10]) changes.register(BIKESHARE.models, 'Approved', now - days * DAY_MS);
  changes.register(BIKESHARE.models, 'PendingManualApproval', now - DAY_MS);
}

/** What is wrong is how SageMaker is: whoever changes that, by whatever way, begins or ends the trouble. */
function followSageMaker(faults: Faults, sageMaker: SageMaker, changes: SageMakerChanges, now: () => number): void {
  const release = (endpoint: string, bad: string, good: string, ageMs: number) =>
    badRelease({
      ...{ sageMaker, changes, now, endpoint, ageMs },
      bad: `${endpoint}-${bad}`,
      good: `${endpoint}-${good}`,
    });
  faults.follow('5xx-on-prod', release(PROD, 'v43', 'v41', 13 * MINUTE_MS));
  faults.follow('slow-prod', release(PROD, 'v44', 'v41', 13 * MINUTE_MS));
  faults.follow('deploy-v42', release(PROD, 'v42', 'v41', 95 * MINUTE_MS));
  faults.follow('staging-gate', release(STAGING, 'v43', 'v42', 95 * MINUTE_MS));
  faults.follow('worse-challenger', badChallenger({ sageMaker, endpoint: PROD, ageMs: 95 * MINUTE_MS, now }));
  faults.follow(
    'drift-the-features',
    untilDone(() => lastRetrained(sageMaker, BIKESHARE.pipeline), now),
  );
}

/** What runs by its schedule fails until it is run once by hand, for the city that it is about. */
function followJobs(faults: Faults, { lambda, metrics }: Pick<Aws, 'lambda' | 'metrics'>, now: () => number): void {
  const last: { ingest: number | null; infer: number | null } = { ingest: null, infer: null };
  lambda.add('bikeshare-ingest', { timeout: 60 });
  lambda.add('bikeshare-infer', { timeout: 900, memory: 1024 });
  lambda.handlers.set('bikeshare-ingest', (payload) => {
    if (cityIn(payload) !== CITY)
      return { error: { errorType: 'UnknownCity', errorMessage: `No feed of ${cityIn(payload)}` } };
    last.ingest = now();
    return { value: { city: CITY, stations: 2_233 } };
  });
  lambda.handlers.set('bikeshare-infer', () => {
    last.infer = now();
    metrics.put(HEARTBEAT, now() + BATCH_MS, [[1, 1]]);
    return { value: null };
  });
  faults.follow(
    'ingestion-fails',
    untilDone(() => last.ingest, now),
  );
  faults.follow(
    'heartbeat-stops',
    untilDone(() => last.infer, now),
  );
}

function cityIn(payload: unknown): string {
  return typeof payload === 'object' && payload !== null && 'city' in payload ? String(payload.city) : '';
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
