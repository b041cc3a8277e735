import type { Shape } from '../aws/metrics/slot.ts';
import type { Course, Measured } from './cloudwatch-system.ts';
import { daily, noise } from './course.ts';
import { RECOMMENDATION } from './recommendation-names.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PER_MINUTE = 900;

type Shows = (fault: string) => boolean;

/** The metrics of the table of KPIs: API, function, endpoint, and the model online and offline. */
export function recommendationMetrics(): readonly Measured[] {
  return [...api(), ...lambda(), ...endpoint(), ...online()];
}

function calls(at: number): number {
  return Math.round(PER_MINUTE * daily(at, 0.45) * noise('recommend', at, 0.08));
}

/** By which a fault slows down what waits for the model or the function. */
function slower(shows: Shows): number {
  return shows('slow-model') || shows('short-of-memory') ? 4.6 : shows('deploy-v42') ? 1.6 : 1;
}

function api(): readonly Measured[] {
  const measured = (name: string, course: Course): Measured => ({
    metric: { namespace: 'AWS/ApiGateway', name, dimensions: { ApiId: RECOMMENDATION.apiId } },
    leadMs: 18 * MINUTE_MS,
    course,
  });
  const errors: Course = (at, shows) => ({ count: calls(at), mean: failing(shows) });
  return [
    measured('Count', (at) => ({ count: calls(at), mean: 1 })),
    // An HTTP API calls it 5xx, a REST API 5XXError.
    measured('5xx', errors),
    measured('5XXError', errors),
    measured('4xx', (at) => ({ count: calls(at), mean: 0.006 })),
    measured('Latency', (at, shows) => ({
      count: calls(at),
      mean: 84 * slower(shows) * noise('api', at, 0.06),
      spread: 0.55,
    })),
  ];
}

function failing(shows: Shows): number {
  return shows('deploy-v42') ? 0.071 : shows('throttled') ? 0.006 : 0.0002;
}

function lambda(): readonly Measured[] {
  const name = RECOMMENDATION.function;
  const measured = (metric: string, course: Course): Measured => ({
    metric: { namespace: 'AWS/Lambda', name: metric, dimensions: { FunctionName: name }, region: 'us-east-1' },
    leadMs: 18 * MINUTE_MS,
    course,
  });
  return [
    measured('Invocations', (at) => ({ count: calls(at), mean: 1 })),
    measured('Errors', (at, shows) => ({ count: calls(at), mean: shows('deploy-v42') ? 0.071 : 0.0002 })),
    measured('Duration', (at, shows) => ({
      count: calls(at),
      mean: 62 * slower(shows) * noise('lambda', at, 0.06),
      spread: 0.5,
    })),
    measured('Throttles', (at, shows) => one(shows('throttled') ? Math.round(35 * noise('throttle', at, 0.2)) : 0)),
    measured('ConcurrentExecutions', (at, shows) =>
      one(Math.round((shows('throttled') ? 374 : 410) * noise('busy', at, 0.015))),
    ),
    memory(name, 'deploy-v42'),
    memory(RECOMMENDATION.featuresFunction, 'short-of-memory'),
  ];
}

function memory(function_name: string, fault: string): Measured {
  return {
    metric: { namespace: 'LambdaInsights', name: 'memory_utilization', dimensions: { function_name } },
    leadMs: 18 * MINUTE_MS,
    course: (at, shows) => one((shows(fault) ? 97.6 : 58) * noise(function_name, at, 0.02)),
  };
}

function endpoint(): readonly Measured[] {
  const dimensions = { EndpointName: RECOMMENDATION.endpoint, VariantName: 'AllTraffic' };
  const measured = (namespace: string, name: string, course: Course): Measured => ({
    ...{ metric: { namespace, name, dimensions }, leadMs: 18 * MINUTE_MS },
    course,
  });
  const usage = (name: string, base: number): Measured =>
    measured('/aws/sagemaker/Endpoints', name, (at, shows) =>
      one(base * (shows('slow-model') ? 1.35 : 1) * noise(name, at, 0.05)),
    );
  return [
    measured('AWS/SageMaker', 'Invocations', (at) => ({ count: calls(at), mean: 1 })),
    measured('AWS/SageMaker', 'ModelLatency', (at, shows) => ({
      count: calls(at),
      mean: 38_000 * (shows('slow-model') ? 6.9 : 1) * noise('model', at, 0.06),
      spread: 0.4,
    })),
    measured('AWS/SageMaker', 'InvocationModelErrors', () => one(0)),
    measured('AWS/SageMaker', 'Invocation5XXErrors', () => one(0)),
    usage('CPUUtilization', 48),
    usage('MemoryUtilization', 52),
  ];
}

function online(): readonly Measured[] {
  const measured = (name: string, course: Course): Measured => ({
    ...{
      metric: { namespace: 'RecommendationSystem', name, dimensions: {} },
      leadMs: 4 * HOUR_MS,
    },
    course,
  });
  const level = (name: string, good: number, fault: string, bad: number): Measured =>
    measured(name, (at, shows) => one((shows(fault) ? bad : good) * noise(name, at, 0.025)));
  const steady = (name: string, good: number): Measured => level(name, good, 'never', good);
  return [
    level('CTR', 3.1, 'low-ctr', 1.52),
    level('ConversionRate', 1.6, 'low-ctr', 1.12),
    steady('AverageOrderValue', 78),
    steady('CoveragePercentage', 74),
    steady('DiversityScore', 0.66),
    // The alarms on clicks look at three hours, those on drift at one.
    { ...level('FeatureDrift', 0.06, 'drift-the-features', 0.37), leadMs: 2 * HOUR_MS },
    { ...level('PredictionDrift', 0.05, 'drift-the-features', 0.24), leadMs: 2 * HOUR_MS },
    ...[
      ...([
        ['NDCG', 0.47],
        ['Precision', 0.37],
        ['Recall', 0.27],
        ['ModelDriftScore', 0.07],
      ] as const),
    ].map(([name, good]) => steady(name, good)),
  ];
}

function one(mean: number): Shape {
  return { count: 1, mean };
}
