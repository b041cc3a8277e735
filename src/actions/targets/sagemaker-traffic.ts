import { SetupError } from '../../app/errors.ts';
import type { LiveRun } from '../../domain/live.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sent, Sight, Target, TargetDeps } from '../target.ts';
import { callSageMaker } from './sagemaker-calls.ts';
import {
  type EndpointPlace,
  endpointLink,
  endpointLock,
  endpointOf,
  inServiceCheck,
  isBusy,
  type LiveEndpoint,
  placeOfEndpoint,
} from './sagemaker-endpoint.ts';

type Weights = Readonly<Record<string, number>>;

type Sealed = {
  readonly region: string;
  readonly endpoint: string;
  readonly config: string;
  /** Of all variants. */
  readonly before: Weights;
  /** Of those that are set. */
  readonly set: Weights;
};

/** Shifts traffic between variants that are there. Sent again it comes to the same weights. */
export const sagemakerTraffic: Target<'sagemaker_traffic', Sealed> = {
  plan,
  look,
  change,
  cancel: null, // SageMaker has no call that stops it
  repeatable: true,
};

const TAKES_MS = 2 * 60_000;

async function plan(deps: TargetDeps, asked: Asked<'sagemaker_traffic'>): Promise<Draft<Sealed>> {
  const place = placeOfEndpoint(asked);
  const live = await endpointOf(deps, place);
  const before = weightsOf(live);
  const set: Weights = asked.settings.weights;
  const after = { ...before, ...set };
  if (sharesOf(before) === sharesOf(after) && Object.keys(set).every((name) => Object.hasOwn(before, name)))
    throw new SetupError(`The traffic of ${place.endpoint} is shared so already: ${sharesOf(before)}.`);
  return {
    subject: place.endpoint,
    lock: endpointLock(place),
    current: sharesOf(before),
    target: sharesOf(after),
    differences: Object.keys(after).flatMap((name) => {
      const [from, to] = [shareOf(before, name), shareOf(after, name)];
      return from === to ? [] : [{ what: `Traffic of ${name}`, from, to }];
    }),
    deployed: live.modifiedAt === null ? null : { by: null, at: live.modifiedAt },
    checks: [inServiceCheck(place, live), ...weightChecks(place, live, set, after)],
    ...{ takesMs: TAKES_MS, cost: null, cannotUndo: [] },
    fingerprint: JSON.stringify([live.config, live.status, before]),
    sealed: { ...place, config: live.config, before, set },
  };
}

function weightsOf({ variants }: LiveEndpoint): Record<string, number> {
  return Object.fromEntries(variants.flatMap(({ name, weight }) => (weight === null ? [] : [[name, weight]])));
}

/** `champion 80 %, challenger 20 %` */
function sharesOf(weights: Weights): string {
  return Object.keys(weights)
    .map((name) => `${name} ${shareOf(weights, name)}`)
    .join(', ');
}

function shareOf(weights: Weights, name: string): string {
  const total = Object.values(weights).reduce((sum, one) => sum + one, 0);
  if (!Object.hasOwn(weights, name)) return 'not there';
  return total === 0 ? 'nothing' : `${Math.round((1_000 * (weights[name] ?? 0)) / total) / 10} %`;
}

function weightChecks({ endpoint }: EndpointPlace, live: LiveEndpoint, set: Weights, after: Weights): PlanCheck[] {
  const names = live.variants.map(({ name }) => name);
  const missing = Object.keys(set).filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const text = `${endpoint} has no variant ${missing.join(', ')}, only ${names.join(', ')}: mend the weights in the service file.`;
    return [{ isWell: false, text }];
  }
  const idle = live.variants.filter(({ name, instances }) => (after[name] ?? 0) > 0 && instances === 0);
  if (Object.values(after).every((weight) => weight === 0))
    return [{ isWell: false, text: 'All weights would be 0: nobody would get an answer.' }];
  if (idle.length > 0)
    return [{ isWell: false, text: `${idle.map(({ name }) => name).join(', ')} has no instances to take traffic.` }];
  return [{ isWell: true, text: 'Every variant is there, and somebody gets the traffic.' }];
}

async function change({ acting }: TargetDeps, { region, endpoint, set }: Sealed, _live: LiveRun): Promise<Sent> {
  const call = { permission: 'sagemaker:UpdateEndpointWeightsAndCapacities', region };
  const DesiredWeightsAndCapacities = Object.entries(set).map(([VariantName, DesiredWeight]) => ({
    ...{ VariantName, DesiredWeight },
  }));
  const answer = await callSageMaker(acting, call, (client, sdk) =>
    client.send(
      new sdk.UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: endpoint, DesiredWeightsAndCapacities }),
    ),
  );
  return { reference: answer.EndpointArn ?? endpoint };
}

/** What SageMaker has answered shows within this time. */
const SHOWS_WITHIN_MS = 60_000;

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  const live = await endpointOf(deps, sealed);
  const link = endpointLink(sealed);
  const { endpoint, config, before } = sealed;
  if (live.config !== config)
    return { kind: 'moved', why: `${endpoint} serves ${live.config} now: somebody else has deployed it.` };
  const isAs = (weights: Weights) =>
    live.variants.every(({ name, wantedWeight }) => isSame(weights[name], wantedWeight));
  const isWanted = isAs({ ...before, ...sealed.set });
  if (run.sentAt === null)
    return isAs(before) && live.status === 'InService' ? { kind: 'untouched' } : touched(endpoint, live);
  if (isBusy(live)) {
    if (!isWanted) return touched(endpoint, live);
    return { kind: 'under_way', phase: 'Traffic moves', share: null, link };
  }
  if (live.status !== 'InService')
    return {
      kind: 'failed',
      why: `${endpoint} is ${live.status}: ${live.failureReason || 'no reason is given'}`,
      link,
    };
  if (isWanted) return { kind: 'done', detail: `${endpoint}: ${sharesOf(weightsOf(live))}.`, link };
  return isAs(before) ? unchanged(deps, endpoint, run, link) : touched(endpoint, live);
}

/** As before: never taken, or not to be seen yet, or taken and undone. */
function unchanged({ now }: TargetDeps, endpoint: string, { reference, sentAt }: Looked, link: string | null): Sight {
  if (reference === null) return { kind: 'untouched' };
  if (now() < (sentAt ?? 0) + SHOWS_WITHIN_MS)
    return { kind: 'under_way', phase: 'SageMaker has taken it', share: null, link };
  return { kind: 'failed', why: `SageMaker has taken it, and the weights of ${endpoint} are as before.`, link };
}

function touched(endpoint: string, live: LiveEndpoint): Sight {
  const shares = sharesOf(weightsOf(live));
  return { kind: 'moved', why: `${endpoint} is ${live.status} with ${shares}: somebody else was here.` };
}

/** SageMaker keeps weights as 32-bit numbers. */
function isSame(one: number | undefined, other: number | null): boolean {
  return one === undefined || other === null
    ? one === (other ?? undefined)
    : Math.abs(one - other) < 1e-5 * Math.max(1, one);
}
