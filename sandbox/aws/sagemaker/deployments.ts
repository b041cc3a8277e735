import type { Deployment, Endpoint, EndpointConfig, Live, SageMaker, SageMakerChange } from './registry.ts';

/** What decides how a deployment goes on. */
export interface Progressing {
  readonly at: number;
  readonly isFiring: (alarm: string) => boolean;
}

/** What serves of an endpoint now, by variant. */
export function liveOf({ configs }: Pick<SageMaker, 'configs'>, { live, config }: Endpoint): Live {
  return live ?? liveAsIn(configs.get(config));
}

/** Weights are 32-bit numbers there, and are answered with the digits of those. */
export const asFloat = Math.fround;

/** What a configuration says of itself. */
export function liveAsIn(config: EndpointConfig | undefined): Live {
  return Object.fromEntries(
    (config?.variants ?? []).map(({ name, weight, instances }) => [name, { weight, instances }]),
  );
}

/** Brings an endpoint up to now; answers what has happened meanwhile, oldest first. */
export function settleEndpoint(sageMaker: SageMaker, endpoint: Endpoint, world: Progressing): SageMakerChange[] {
  const { deployment } = endpoint;
  if (!deployment) return [];
  const began = endpoint.rollback ? [] : (beganToGoBack(sageMaker, endpoint, deployment, world) ?? []);
  const ended = endpoint.rollback ? wentBack(endpoint, world.at) : arrived(endpoint, deployment, world.at);
  return [...began, ...ended];
}

/** A guard that fires at this moment, or a failure whose time has come before the end, makes it go back. */
function beganToGoBack(
  { timing }: SageMaker,
  endpoint: Endpoint,
  { guard, failure, endsAt }: Deployment,
  { at, isFiring }: Progressing,
): SageMakerChange[] | null {
  const alarm = at < endsAt ? guard.find(isFiring) : undefined;
  const cause = alarm ? { at, why: `One or more alarms are in ALARM: ${alarm}` } : failure;
  if (!cause || at < cause.at) return null;
  const rollback = { startedAt: cause.at, endsAt: cause.at + timing.rollbackMs, why: cause.why };
  Object.assign(endpoint, { rollback, status: 'RollingBack', modifiedAt: cause.at });
  return [{ kind: 'endpoint', endpoint: endpoint.name, at: cause.at }];
}

/** In service again with what it had: the API keeps no word of why. */
function wentBack(endpoint: Endpoint, now: number): SageMakerChange[] {
  const at = endpoint.rollback?.endsAt ?? now;
  if (now < at) return [];
  Object.assign(endpoint, { status: 'InService', modifiedAt: at, deployment: null, rollback: null });
  return [{ kind: 'endpoint', endpoint: endpoint.name, at }];
}

function arrived(endpoint: Endpoint, { to, live, endsAt }: Deployment, now: number): SageMakerChange[] {
  if (now < endsAt) return [];
  Object.assign(endpoint, { config: to, live, status: 'InService', failureReason: null });
  Object.assign(endpoint, { modifiedAt: endsAt, deployment: null });
  return [{ kind: 'endpoint', endpoint: endpoint.name, at: endsAt }];
}

/** How far the new instances are: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantStatus.html */
export function variantStatus(
  { startedAt, endsAt }: Deployment,
  at: number,
): 'Creating' | 'ActivatingTraffic' | 'Baking' {
  const share = (at - startedAt) / Math.max(1, endsAt - startedAt);
  if (share < 0.6) return 'Creating';
  return share < 0.8 ? 'ActivatingTraffic' : 'Baking';
}
