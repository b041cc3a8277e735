import { kindOf, SetupError } from '../../app/errors.ts';
import type { LiveRun } from '../../domain/live.ts';
import type { Asked, Draft, Sent, Target, TargetDeps } from '../target.ts';
import { callSageMaker } from './sagemaker-calls.ts';
import { configurationOf } from './sagemaker-config.ts';
import {
  deploymentConfig,
  deploymentTakes,
  guardChecks,
  guardStates,
  NO_GUARDRAILS,
  type Traffic,
} from './sagemaker-deployment.ts';
import {
  changeableChecks,
  costOf,
  differencesOf,
  isWithoutGuardrails,
  keepsInstances,
} from './sagemaker-differences.ts';
import { endpointLock, endpointOf, inServiceCheck, type LiveEndpoint, placeOfEndpoint } from './sagemaker-endpoint.ts';
import { goalOf } from './sagemaker-goal.ts';
import { lookAtRollback } from './sagemaker-rollback-look.ts';
import { digest } from './subject.ts';

export type SealedRollback = {
  readonly region: string;
  readonly endpoint: string;
  readonly from: string;
  readonly to: string;
  readonly traffic: Traffic;
  readonly guard: readonly string[];
};

/**
 * Puts an endpoint back to an earlier configuration. SageMaker knows no token and compares nothing, so that what serves is compared
 * right before it is sent; while one is under way it refuses another, and a second one after it comes to the same state.
 */
export const sagemakerRollback: Target<'sagemaker_rollback', SealedRollback> = {
  plan,
  look: lookAtRollback,
  change,
  cancel: null, // SageMaker has no call that stops a deployment
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'sagemaker_rollback'>): Promise<Draft<SealedRollback>> {
  const place = placeOfEndpoint(asked);
  const { traffic } = asked.settings;
  const guard = asked.settings.guard.map(asked.fill);
  const live = await endpointOf(deps, place);
  const goal = await goalOf(deps, asked, place, live.config);
  const [before, after, guards] = await Promise.all([
    configurationOf(deps, place, live.config),
    configurationOf(deps, place, goal.config),
    guardChecks(deps, place.region, guard),
  ]);
  const isKeeping = keepsInstances(live, after);
  const isGuarded = traffic !== 'all_at_once' || guard.length > 0;
  const promised = isGuarded && isWithoutGuardrails(before, after) ? [NO_GUARDRAILS] : guards;
  return {
    subject: place.endpoint,
    lock: endpointLock(place),
    current: live.config,
    target: goal.config,
    differences: differencesOf(live, before, after, isKeeping),
    deployed: live.modifiedAt === null ? null : { by: null, at: await since(deps, endpointLock(place), live) },
    checks: [inServiceCheck(place, live), goal.check, ...changeableChecks(before, after), ...promised],
    takesMs: deploymentTakes(traffic, guard.length > 0),
    cost: costOf(before, after, isKeeping),
    cannotUndo: byHand(live, before.variants),
    fingerprint: JSON.stringify([live.config, live.status, digest(after)]),
    sealed: { ...place, from: live.config, to: goal.config, traffic, guard },
  };
}

/** SageMaker's time is of the last change of any kind; the ledger may have seen the configuration earlier. */
async function since(deps: TargetDeps, lock: string, { config, modifiedAt }: LiveEndpoint): Promise<number | null> {
  const entry = (await deps.ledger.entries(lock)).find(({ version }) => version === config);
  if (!entry || modifiedAt === null) return modifiedAt;
  return Math.min(modifiedAt, entry.firstSeen);
}

/** Weights that somebody has set since the deployment end with it. */
function byHand(
  { variants }: LiveEndpoint,
  configured: readonly { readonly name: string; readonly weight: number }[],
): string[] {
  const moved = variants.filter(({ name, weight }) => {
    const own = configured.find((one) => one.name === name)?.weight;
    return weight !== null && own !== undefined && Math.abs(weight - own) > 1e-6;
  });
  if (moved.length === 0) return [];
  return [`The weights that were set by hand: ${moved.map(({ name, weight }) => `${name} ${weight}`).join(', ')}`];
}

async function change(deps: TargetDeps, sealed: SealedRollback, _live: LiveRun): Promise<Sent> {
  const { region, endpoint, from, to, traffic } = sealed;
  const [live, after, guard] = await Promise.all([
    endpointOf(deps, sealed),
    configurationOf(deps, sealed, to),
    quietGuard(deps, sealed),
  ]);
  if (live.config !== from || live.status !== 'InService')
    throw new SetupError(`${endpoint} is ${live.status} with ${live.config} now, not InService with ${from}.`);
  const deployment = deploymentConfig(traffic, guard);
  const call = { permission: 'sagemaker:UpdateEndpoint', region };
  const answer = await callSageMaker(deps.acting, call, (client, sdk) =>
    client.send(
      new sdk.UpdateEndpointCommand({
        ...{ EndpointName: endpoint, EndpointConfigName: to },
        ...(keepsInstances(live, after) && RETAINED),
        ...(deployment && { DeploymentConfig: deployment }),
      }),
    ),
  );
  return { reference: answer.EndpointArn ?? endpoint };
}

/** The alarms that can guard at this moment. Whoever may not ask for them rolls back without: the plan has said so. */
async function quietGuard(deps: TargetDeps, { region, guard }: SealedRollback): Promise<readonly string[]> {
  try {
    const states = await guardStates(deps, region, guard);
    return guard.filter((name) => states.get(name) === 'quiet');
  } catch (error) {
    if (kindOf(error) === 'setup') return [];
    throw error;
  }
}

/** The instances stay as they are; weights and data capture are those of the configuration. */
const RETAINED = {
  RetainAllVariantProperties: true,
  ExcludeRetainedVariantProperties: [
    { VariantPropertyType: 'DesiredWeight' as const },
    { VariantPropertyType: 'DataCaptureConfig' as const },
  ],
};
