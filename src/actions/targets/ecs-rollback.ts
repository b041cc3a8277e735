import { SetupError } from '../../app/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import { lastKnownGood } from '../ledger.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { wantedOf } from './aws-place.ts';
import {
  callEcs,
  type EcsService,
  lockOf,
  placeOfService,
  type ServicePlace,
  serviceLink,
  serviceOf,
} from './ecs-calls.ts';
import { type Definition, definitionOf, describeDefinitions, revisionsOf } from './ecs-definitions.ts';
import { controllerCheck, rolloutSight } from './ecs-rollout.ts';

type Sealed = {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly from: string;
  readonly to: string;
  /** The deployment that was there when it was planned. */
  readonly deployment: string;
};

/** Puts a service back to an earlier task definition. ECS comes to the same state however often it is sent. */
export const ecsRollback: Target<'ecs_rollback', Sealed> = {
  plan,
  look,
  async change({ acting }, { region, cluster, service, to }) {
    const call = { permission: 'ecs:UpdateService', region };
    const answer = await callEcs(acting, call, (client, sdk) =>
      client.send(new sdk.UpdateServiceCommand({ cluster, service, taskDefinition: to })),
    );
    return { reference: answer.service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id ?? null };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'ecs_rollback'>): Promise<Draft<Sealed>> {
  const place = placeOfService(asked);
  const held = await serviceOf(deps, place);
  const { wanted, check } = await goal(deps, asked, place, held);
  const [before, after] = await Promise.all([
    definitionOf(deps, place.region, held.definition),
    definitionOf(deps, place.region, wanted),
  ]);
  if (after.name === before.name)
    throw new SetupError(`${place.service} runs ${after.name} already: there is nothing to go back to.`);
  return {
    subject: place.service,
    lock: lockOf(place),
    current: before.name,
    target: after.name,
    differences: describeDefinitions(before, after),
    deployed: { by: before.by, at: held.primary?.createdAt ?? before.at },
    checks: [check, usableCheck(after), ...controllerCheck(held), breakerCheck(held)],
    ...{ takesMs: 10 * 60_000, cost: null, cannotUndo: [] },
    fingerprint: JSON.stringify([held.primary?.id, before.name, after.name, after.isActive, held.controller]),
    sealed: { ...place, from: before.name, to: after.name, deployment: held.primary?.id ?? '' },
  };
}

/** Where to: as asked; else what a deployment that is under way replaces; else the last known good; else the revision before. */
async function goal(
  deps: TargetDeps,
  asked: Asked<'ecs_rollback'>,
  place: ServicePlace,
  { definition, deployments }: EcsService,
): Promise<{ readonly wanted: string; readonly check: PlanCheck }> {
  const wanted = wantedOf(asked, asked.settings.to);
  if (wanted !== null) return { wanted, check: unsure(`${wanted} was asked for.`) };
  const entries = await deps.ledger.entries(lockOf(place));
  const isWithdrawn = (name: string) => entries.some((one) => one.isWithdrawn && one.version === name);
  const replaced = deployments.find((one) => one.status === 'ACTIVE' && one.definition !== definition);
  if (replaced && !isWithdrawn(replaced.definition)) {
    const text = `${replaced.definition} is what runs beside it: its replacement is under way.`;
    return { wanted: replaced.definition, check: unsure(text) };
  }
  const good = lastKnownGood(entries, definition)?.version;
  if (good !== undefined) return { wanted: good, check: { isWell: true, text: `${good} is the last known good one.` } };
  const [family = '', revision] = definition.split(':');
  const before = (await revisionsOf(deps, place.region, family)).find(
    (one) => one < Number(revision) && !isWithdrawn(`${family}:${one}`),
  );
  if (before === undefined)
    throw new SetupError(
      `${place.service} runs ${definition}, and ECS has no revision before it: say which, with “to”.`,
    );
  return {
    wanted: `${family}:${before}`,
    check: unsure(`${family}:${before} is the revision before; how well it ran is not known.`),
  };
}

function unsure(text: string): PlanCheck {
  return { isWell: null, text };
}

function usableCheck({ name, isActive }: Definition): PlanCheck {
  return isActive
    ? { isWell: true, text: `${name} can be used.` }
    : { isWell: false, text: `${name} was deregistered: ECS starts no tasks of it any more.` };
}

function breakerCheck({ hasCircuitBreaker }: EcsService): PlanCheck {
  return hasCircuitBreaker
    ? { isWell: true, text: 'ECS stops by itself when the tasks do not come up.' }
    : unsure('The service has no circuit breaker: ECS would go on starting tasks that do not come up.');
}

/** The service has the definition at once; its deployment shows within this time, or not at all where ECS is not AWS's own. */
const SHOWS_WITHIN_MS = 60_000;

async function look(deps: TargetDeps, sealed: Sealed, { sentAt, reference }: Looked): Promise<Sight> {
  const { service, from, to, deployment } = sealed;
  const held = await serviceOf(deps, sealed);
  const link = serviceLink(sealed);
  const { primary } = held;
  if (!primary) return { kind: 'moved', why: `${service} has no deployment of its own any more.` };
  if (primary.id === deployment) return notShown(held, to, deps.now(), sentAt, link);
  if (primary.definition === to) return rolloutSight(held, primary, `${service} runs ${to}.`, link);
  const own = held.deployments.find((one) => one.definition === to && one.rollout === 'FAILED');
  if (sentAt !== null && primary.definition === from && (own || reference !== null)) {
    const why = own?.reason || primary.reason || 'ECS gives no reason';
    return { kind: 'failed', why: `ECS has gone back to ${from} by itself: ${why}`, link };
  }
  return {
    kind: 'moved',
    why: `${service} runs ${primary.definition}: somebody else has deployed since it was planned.`,
  };
}

/** The service has the new definition and shows no deployment of it: by then it is judged by its tasks, as far as they are told. */
function notShown(held: EcsService, to: string, now: number, sentAt: number | null, link: string | null): Sight {
  if (held.definition !== to || sentAt === null || !held.primary) return { kind: 'untouched' };
  if (now < sentAt + SHOWS_WITHIN_MS) return { kind: 'under_way', phase: 'ECS has taken it', share: 0, link };
  return rolloutSight(held, held.primary, `The service is at ${to}, and all its tasks run.`, link);
}
