import type { Looked, Sight, TargetDeps } from '../target.ts';
import { whyNot } from './aws-place.ts';
import { guardStates } from './sagemaker-deployment.ts';
import { endpointLink, endpointOf, isBusy, type LiveEndpoint } from './sagemaker-endpoint.ts';
import type { SealedRollback } from './sagemaker-rollback.ts';

/** Clocks differ: a change of the endpoint may seem to be a little older than the call that made it. */
const SKEW_MS = 5_000;
/** What SageMaker has answered shows within this time. */
const SHOWS_WITHIN_MS = 60_000;

/** What is to be seen of a rollback: an endpoint that is in service with its old configuration again was undone. */
export async function lookAtRollback(deps: TargetDeps, sealed: SealedRollback, run: Looked): Promise<Sight> {
  const live = await endpointOf(deps, sealed);
  const { endpoint, from, to } = sealed;
  const link = endpointLink(sealed);
  if (run.sentAt === null) return before(sealed, live);
  if (isBusy(live)) return underWay(sealed, live, link);
  if (live.status !== 'InService') {
    const why = live.failureReason === '' ? 'SageMaker gives no reason' : live.failureReason;
    return { kind: 'failed', why: `${endpoint} is ${live.status} with ${live.config}: ${why}`, link };
  }
  if (live.config === to) return { kind: 'done', detail: `${endpoint} is in service with ${to}.`, link };
  if (live.config === from) return await again(deps, sealed, live, run);
  return { kind: 'moved', why: `${endpoint} serves ${live.config}: somebody else has deployed it.` };
}

function before({ endpoint, from, to }: SealedRollback, { config, status }: LiveEndpoint): Sight {
  if (status === 'InService' && config === from) return { kind: 'untouched' };
  const already = config === to ? ' already, and nothing was sent' : '';
  return { kind: 'moved', why: `${endpoint} is ${status} with ${config}${already}: somebody else was here.` };
}

const PHASES: Readonly<Record<string, readonly [phase: string, share: number]>> = {
  Creating: ['New instances start', 0.25],
  Updating: ['Instances are updated', 0.4],
  ActivatingTraffic: ['Traffic moves', 0.6],
  Baking: ['It is watched before the old instances end', 0.8],
  Deleting: ['The old instances end', 0.9],
};

function underWay(
  { endpoint, to }: SealedRollback,
  { status, config, pending }: LiveEndpoint,
  link: string | null,
): Sight {
  if (status === 'RollingBack')
    return { kind: 'under_way', phase: 'SageMaker undoes the deployment', share: null, link };
  const going = pending?.config ?? to;
  if (going !== to && config !== to) return { kind: 'moved', why: `Somebody else deploys ${going} to ${endpoint}.` };
  const [phase, share] = PHASES[pending?.phase ?? ''] ?? [status, null];
  return { kind: 'under_way', phase, share, link };
}

/** In service with what it had: not taken yet, or undone by an alarm or by instances that did not come up. */
async function again(deps: TargetDeps, sealed: SealedRollback, live: LiveEndpoint, run: Looked): Promise<Sight> {
  const { endpoint, from, to } = sealed;
  const link = endpointLink(sealed);
  const sentAt = run.sentAt ?? 0;
  const isTouched = live.modifiedAt !== null && live.modifiedAt >= sentAt - SKEW_MS;
  if (!isTouched && run.reference === null) return { kind: 'untouched' };
  if (!isTouched && deps.now() < sentAt + SHOWS_WITHIN_MS)
    return { kind: 'under_way', phase: 'SageMaker has taken it', share: 0, link };
  const undone =
    run.reference === null
      ? `Its answer was lost, and ${endpoint} is in service with ${from}: the deployment of ${to} was undone, or never began.`
      : `The deployment of ${to} was undone: ${endpoint} is in service with ${from} again.`;
  const why = `${undone} ${await causeOf(deps, sealed)}`;
  return { kind: 'failed', why, link };
}

/** SageMaker does not keep why: an alarm that fires now is the best guess. */
async function causeOf(deps: TargetDeps, { region, guard }: SealedRollback): Promise<string> {
  const unknown = 'SageMaker does not say why: look at its events and at the logs of the new instances.';
  try {
    const firing = [...(await guardStates(deps, region, guard))].flatMap(([name, is]) => (is === 'firing' ? name : []));
    return firing.length === 0 ? unknown : `Its guard fires: ${firing.join(', ')}.`;
  } catch (error) {
    return `What undid it could not be told: ${whyNot(error)}`;
  }
}
