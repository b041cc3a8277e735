import { liveAsIn, liveOf } from '../aws/sagemaker/deployments.ts';
import type { Live, PipelineStep, SageMaker } from '../aws/sagemaker/registry.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The variant that serves everybody, by SageMaker's own default name, and the one that is tried beside it. */
export const CHAMPION = 'AllTraffic';
export const CHALLENGER = 'Challenger';

/** What retrain pipelines do, as long as one can watch them. */
export const RETRAIN_STEPS: readonly PipelineStep[] = [
  { name: 'Prepare', type: 'Processing', takesMs: 6_000 },
  { name: 'Train', type: 'Training', takesMs: 18_000 },
  { name: 'Evaluate', type: 'Processing', takesMs: 5_000 },
  { name: 'Register', type: 'RegisterModel', takesMs: 2_000 },
];

export interface EndpointHistory {
  readonly endpoint: string;
  readonly model: string;
  /** The version that has been live for two days. The one before is there, too. */
  readonly live: number;
  /** Versions that were made since, and what somebody prepared beside them: `v42`, `popularity`. */
  readonly others: readonly string[];
  readonly now: number;
}

/** An endpoint with a past: its configurations are `<endpoint>-v40` and so on, each with a champion and a challenger without traffic. */
export function addEndpointHistory(
  sageMaker: SageMaker,
  { endpoint, model, live, others, now }: EndpointHistory,
): void {
  const older = [live - 1, live].map(
    (version) => [`v${version}`, now - (2.5 + 7 * (live - version)) * DAY_MS] as const,
  );
  const newer = others.map((version, i) => [version, now - (20 - i) * HOUR_MS] as const);
  for (const [version, createdAt] of [...older, ...newer]) addConfig(sageMaker, endpoint, model, version, createdAt);
  sageMaker.endpoints.set(endpoint, {
    ...{ name: endpoint, createdAt: now - 200 * DAY_MS, config: `${endpoint}-v${live}`, status: 'InService' },
    ...{ failureReason: null, modifiedAt: now - 2 * DAY_MS },
  });
}

function addConfig(
  { models, configs }: SageMaker,
  endpoint: string,
  model: string,
  version: string,
  createdAt: number,
): void {
  const name = `${model}-${version}`;
  const dataUrl = `s3://${model}-models/${version}/model.tar.gz`;
  models.set(name, { name, image: `${model}:${version}`, dataUrl, createdAt });
  const variant = { model: name, instances: 2, instanceType: 'ml.m5.large' };
  const variants = [
    { ...variant, name: CHAMPION, weight: 1 },
    { ...variant, name: CHALLENGER, instances: 1, weight: 0 },
  ];
  configs.set(`${endpoint}-${version}`, { name: `${endpoint}-${version}`, createdAt, variants });
}

/** Whether the configuration serves, and nothing is on its way to replace it that has arrived. */
export function serves({ endpoints }: Pick<SageMaker, 'endpoints'>, endpoint: string, config: string): boolean {
  return endpoints.get(endpoint)?.config === config;
}

/** The share of the traffic that a variant gets, from 0 to 1. */
export function trafficOf(sageMaker: Pick<SageMaker, 'endpoints' | 'configs'>, name: string, variant: string): number {
  const endpoint = sageMaker.endpoints.get(name);
  const live = endpoint === undefined ? {} : liveOf(sageMaker, endpoint);
  const all = Object.values(live).reduce((sum, { weight }) => sum + weight, 0);
  return all === 0 ? 0 : (live[variant]?.weight ?? 0) / all;
}

/** Somebody gives one variant all of the traffic, at `at` (epoch ms). */
export function sendTraffic(sageMaker: SageMaker, name: string, variant: string, at: number): void {
  const endpoint = sageMaker.endpoints.get(name);
  if (endpoint === undefined) throw new RangeError(`There is no ${name}`);
  const all = Object.entries(liveAsIn(sageMaker.configs.get(endpoint.config)));
  const live: Live = Object.fromEntries(
    all.map(([one, { instances }]) => [one, { instances, weight: one === variant ? 1 : 0 }]),
  );
  Object.assign(endpoint, { live, modifiedAt: at });
  for (const listener of sageMaker.listeners) listener({ kind: 'endpoint', endpoint: name, at });
}
