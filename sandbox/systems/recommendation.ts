import { createActionsHook } from '../actions-hook/actions-hook.ts';
import type { SageMakerChanges } from '../aws/sagemaker/changes.ts';
import type { SageMaker } from '../aws/sagemaker/registry.ts';
import { SANDBOX_KEYS } from '../options.ts';
import { badChallenger, badRelease, lastRetrained, untilDone } from './causes.ts';
import { runLog, runMetrics } from './cloudwatch-system.ts';
import { chance } from './course.ts';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { createOutbox } from './outbox.ts';
import { addFunctions } from './recommendation-functions.ts';
import { recommendationMetrics } from './recommendation-metrics.ts';
import { RECOMMENDATION } from './recommendation-names.ts';
import { addEndpointHistory, RETRAIN_STEPS } from './releases.ts';
import { endpointRunning, pipelineRunning, ticketsRunning } from './running.ts';
import type { System } from './system.ts';
import type { SystemWorld } from './system-world.ts';

const MINUTE_MS = 60_000;

export const RECOMMENDATION_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'deploy-v42',
    title: 'Deploy v42 (bad memory)',
    expect:
      'The function runs out of memory and 7 % of the requests fail: P1 in #recommendation-alerts; the card lists the release. A rollback of the function ends it.',
  },
  {
    name: 'slow-model',
    title: 'Switch to a slow model',
    expect:
      'v42 of the model is released and takes 260 ms, and p99 of the API passes 1 s: P1 of class system. A rollback of the endpoint or the fallback model ends it.',
  },
  {
    name: 'short-of-memory',
    title: 'Let features outgrow the memory',
    expect: 'The function that fetches them crawls, and p99 of the API passes 1 s: P1. More memory ends it.',
  },
  {
    name: 'low-ctr',
    title: 'Low CTR',
    expect:
      'A challenger gets all traffic, and people click on 1.5 % instead of 3.1 %: P2 of class model quality. Giving the champion its traffic back ends it.',
  },
  {
    name: 'drift-the-features',
    title: 'Drift the features',
    expect:
      'FeatureDrift rises to 0.37: P2 of class drift, with the checklist of drift. Nothing but a retrain ends it.',
  },
  {
    name: 'throttled',
    title: 'Throttle the function',
    expect:
      'Somebody leaves it 380 calls at once, and 35 a minute are throttled: P2 of class system. More concurrency ends it.',
  },
];

/** Parameters of the alarms that the pack ships. */
export function recommendationParameters(topicArn: (name: string) => string): Readonly<Record<string, string>> {
  return {
    CriticalTopicArn: topicArn('recommendation-critical-alerts'),
    WarningTopicArn: topicArn('recommendation-warning-alerts'),
    MlTopicArn: topicArn('recommendation-ml-alerts'),
    ApiId: RECOMMENDATION.apiId,
    Endpoint: RECOMMENDATION.endpoint,
  };
}

/** Recommendations: API Gateway, a function, an endpoint, and what the team publishes about the model. */
export function runRecommendation({
  aws,
  changes,
  now,
  eventsWebhook,
}: SystemWorld): Pick<System, 'faults' | 'running' | 'tick' | 'routes'> {
  const faults = createFaults(RECOMMENDATION_FAULTS, now);
  const { sageMaker } = aws;
  const { endpoint, bucket, pipeline } = RECOMMENDATION;
  runMetrics(aws, faults, recommendationMetrics());
  addEndpointHistory(sageMaker, {
    endpoint,
    model: 'recommendation',
    live: 41,
    others: ['popularity', 'v42'],
    now: now(),
  });
  sageMaker.pipelines.set(pipeline, { name: pipeline, steps: RETRAIN_STEPS });
  const run = changes.start(pipeline, 'weekly', now() - 31 * 3_600_000);
  changes.finish(run, 'Succeeded', null, now() - 29 * 3_600_000);
  runLog(aws, `/aws/lambda/${RECOMMENDATION.function}`, logSources(faults));
  aws.s3.add(bucket, () =>
    Array.from({ length: 24 }, (_, i) => Math.floor(now() / 600_000) * 600_000 - i * 600_000).map((at) => ({
      key: `predictions/${new Date(at).toISOString().slice(0, 16)}.parquet`,
      size: 1_204_331,
      modifiedAt: at,
    })),
  );
  followSageMaker(faults, sageMaker, changes, now);
  const outbox = createOutbox(eventsWebhook);
  const hook = createActionsHook({ now, secret: SANDBOX_KEYS.hook, services: [] });
  const functions = addFunctions(aws.lambda, outbox, now);
  functions.follow(faults);
  return {
    faults,
    running: () => [
      ...functions.running(),
      endpointRunning(sageMaker, endpoint),
      ...pipelineRunning(sageMaker, pipeline, now()),
      ...ticketsRunning(hook),
    ],
    tick: outbox.send,
    routes: (app) => {
      app.register(hook.routes, { prefix: '/hook' });
    },
  };
}

/** What is wrong is how SageMaker is: whoever changes that, by whatever way, begins or ends the trouble. */
function followSageMaker(faults: Faults, sageMaker: SageMaker, changes: SageMakerChanges, now: () => number): void {
  const { endpoint, pipeline } = RECOMMENDATION;
  const names = { bad: `${endpoint}-v42`, good: `${endpoint}-v41` };
  faults.follow(
    'slow-model',
    badRelease({ ...{ sageMaker, changes, endpoint, now }, ...names, ageMs: 19 * MINUTE_MS }),
  );
  faults.follow('low-ctr', badChallenger({ sageMaker, endpoint, ageMs: 4 * 60 * MINUTE_MS, now }));
  faults.follow(
    'drift-the-features',
    untilDone(() => lastRetrained(sageMaker, pipeline), now),
  );
}

function logSources(faults: Faults) {
  const during = (fault: string) => (at: number) => faults.showsAt(fault, at, 6 * MINUTE_MS);
  const line = (fields: object): string => JSON.stringify(fields);
  const failed = (error_type: string, error_message: string) =>
    line({ level: 'ERROR', event_type: 'error', error_type, error_message, message: `ERROR ${error_message}` });
  return [
    {
      perMinute: 2,
      when: () => true,
      message: (at: number) =>
        line({
          ...{
            level: 'INFO',
            event_type: 'api_request',
            user_segment: ['new', 'regular', 'premium'][Math.floor(3 * chance('seg', at))],
          },
          latency_ms: Math.round(
            (faults.showsAt('slow-model', at, 6 * MINUTE_MS) ? 640 : 88) * (0.7 + chance('ms', at)),
          ),
        }),
    },
    {
      perMinute: 0.3,
      when: () => true,
      message: (at: number) => {
        const isLow = faults.showsAt('low-ctr', at, 4 * 60 * MINUTE_MS);
        const rates = isLow ? { ctr: 0.015, conversion_rate: 0.009 } : { ctr: 0.031, conversion_rate: 0.016 };
        return line({
          level: 'INFO',
          event_type: 'recommendation_feedback',
          model_version: isLow ? 'v42' : 'v41',
          ...rates,
        });
      },
    },
    {
      perMinute: 5,
      when: during('deploy-v42'),
      message: () => failed('Runtime.OutOfMemory', 'Process exited: out of memory, 512 of 512 MB used'),
    },
    {
      perMinute: 1,
      when: during('deploy-v42'),
      message: () => failed('ModelTimeout', 'The endpoint did not answer within 3 s'),
    },
    {
      perMinute: 2,
      when: during('throttled'),
      message: () => failed('TooManyRequests', 'Rate exceeded: 1000 concurrent executions'),
    },
  ];
}
