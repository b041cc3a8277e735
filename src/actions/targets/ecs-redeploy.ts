import { SetupError } from '../../app/errors.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { isThrottled } from './aws-place.ts';
import { callEcs, type EcsDeployment, lockOf, placeOfService, serviceLink, serviceOf } from './ecs-calls.ts';
import { controllerCheck, rolloutSight } from './ecs-rollout.ts';

type Sealed = {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly definition: string;
  /** The deployment that was there when it was planned: another one after it is the restart. */
  readonly deployment: string;
};

/**
 * Replaces all tasks of a service by new ones. Each time that it is sent, ECS begins anew, so that it is not sent again: what was not
 * answered shows itself by a deployment that was not there before.
 */
export const ecsRedeploy: Target<'ecs_redeploy', Sealed> = {
  plan,
  look,
  async change({ acting }, { region, cluster, service }) {
    const call = { permission: 'ecs:UpdateService', region };
    const answer = await callEcs(acting, call, (client, sdk) =>
      client.send(new sdk.UpdateServiceCommand({ cluster, service, forceNewDeployment: true })),
    ).catch(notTaken);
    return { reference: answer.service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id ?? null };
  },
  cancel: null,
  repeatable: false,
};

/** Clocks differ: a deployment may seem to be a little older than the call that began it. */
const SKEW_MS = 5_000;

function notTaken(error: unknown): never {
  if (!isThrottled(error)) throw error;
  throw new SetupError('ECS takes no more calls just now: it is throttled. Try again in some minutes.', {
    cause: error,
  });
}

async function plan(deps: TargetDeps, asked: Asked<'ecs_redeploy'>): Promise<Draft<Sealed>> {
  const place = placeOfService(asked);
  const held = await serviceOf(deps, place);
  const tasks = `${held.running} ${held.running === 1 ? 'task' : 'tasks'} of ${held.definition}`;
  return {
    subject: place.service,
    lock: lockOf(place),
    current: tasks,
    target: `${held.desired} new ones`,
    differences: [{ what: 'Tasks', from: tasks, to: `${held.desired} new ones of ${held.definition}` }],
    deployed: { by: null, at: held.primary?.createdAt ?? null },
    checks: [
      ...controllerCheck(held),
      held.desired > 0
        ? { isWell: true, text: 'New tasks start before old ones end, as far as the service allows it.' }
        : { isWell: false, text: 'The service wants no tasks at all: there is nothing to replace.' },
    ],
    ...{ takesMs: 10 * 60_000, cost: null, cannotUndo: ['What the tasks hold in memory'] },
    fingerprint: JSON.stringify([held.primary?.id, held.definition, held.controller]),
    sealed: { ...place, definition: held.definition, deployment: held.primary?.id ?? '' },
  };
}

async function look(deps: TargetDeps, sealed: Sealed, { sentAt, reference }: Looked): Promise<Sight> {
  const { service, definition, deployment } = sealed;
  const held = await serviceOf(deps, sealed);
  const { primary } = held;
  const link = serviceLink(sealed);
  if (primary?.id === deployment) return { kind: 'untouched' };
  const undone = sentAt === null ? undefined : held.deployments.find((one) => isUndone(one, reference, sentAt));
  if (undone)
    return {
      kind: 'failed',
      why: `ECS could not bring the new tasks up: ${undone.reason || 'it gives no reason'}`,
      link,
    };
  const isOwn = sentAt !== null && primary?.definition === definition && [null, primary.id].includes(reference);
  if (isOwn && primary) return rolloutSight(held, primary, `All tasks of ${service} are new.`, link);
  return {
    kind: 'moved',
    why: `${service} has another deployment, of ${primary?.definition ?? 'nothing'}: somebody else has deployed since it was planned.`,
  };
}

/** The run's own has failed, and ECS has begun another one of the same definition: without an answer it is known by its time. */
function isUndone({ id, rollout, createdAt }: EcsDeployment, reference: string | null, sentAt: number): boolean {
  if (rollout !== 'FAILED') return false;
  return reference === null ? (createdAt ?? 0) >= sentAt - SKEW_MS : id === reference;
}
