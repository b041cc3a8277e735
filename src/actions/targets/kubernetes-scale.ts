import { kindOf, SetupError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import { amountOf, type Fields, listOf, textOf } from '../../sources/foreign-fields.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { type Cluster, clusterOf, kubernetes, lockOf, nameIn, overtaken, refusal } from './kubernetes-api.ts';
import { APPS, deploymentOf, within } from './kubernetes-deployment.ts';
import { isFine } from './rest.ts';

type Sealed = Cluster & {
  readonly deployment: string;
  readonly uid: string;
  readonly from: number;
  readonly to: number;
};

/** Runs more replicas, or fewer, through the scale subresource: it compares before it sets. */
export const kubernetesScale: Target<'kubernetes_scale', Sealed> = {
  plan,
  look,
  async change(deps, sealed) {
    const path = `deployments/${sealed.deployment}/scale`;
    const held = await kubernetes(deps, sealed).get(APPS, path);
    if (!held) throw new SetupError(`There is no deployment ${sealed.deployment} any more.`);
    const now = amountOf(within(held, 'spec').replicas) ?? 0;
    if (now === sealed.to) return { reference: null };
    if (now !== sealed.from)
      throw new SetupError(`${sealed.deployment} wants ${now} replicas now, not ${sealed.from}.`);
    const body = { ...held, spec: { ...within(held, 'spec'), replicas: sealed.to } } as Json; // with its resourceVersion
    const answer = await kubernetes(deps, sealed).send('PUT', APPS, path, body);
    if (answer.status === 409) throw overtaken(sealed.deployment);
    if (!isFine(answer)) throw refusal(sealed, answer);
    return { reference: null };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'kubernetes_scale'>): Promise<Draft<Sealed>> {
  const cluster = clusterOf(asked, deps);
  const name = nameIn(asked.fill(asked.settings.deployment));
  const held = await deploymentOf(deps, cluster, name);
  const from = held.replicas;
  const to = goal(asked, name, from);
  return {
    subject: name,
    lock: lockOf(cluster, `deployment/${name}`),
    current: `${from} replicas`,
    target: `${to} replicas`,
    differences: [{ what: 'Replicas', from: String(from), to: String(to) }],
    deployed: null,
    checks: [
      held.available >= from
        ? { isWell: true, text: `All ${from} replicas are available.` }
        : {
            isWell: null,
            text: `Only ${held.available} of ${from} replicas are available: more may not start either.`,
          },
      await autoscaling(deps, cluster, name),
    ],
    takesMs: null,
    cost: from === 0 ? null : `${(to / from).toFixed(1).replace(/\.0$/, '')} times the cost of its pods`,
    cannotUndo: [],
    fingerprint: `${held.uid} ${from}`,
    sealed: { ...cluster, deployment: name, uid: held.uid, from, to },
  };
}

/** The number that somebody asked for, else so many more or fewer; at least one, and at most what the service file allows. */
function goal({ inputs, settings: { by, most } }: Asked<'kubernetes_scale'>, name: string, from: number): number {
  const said = inputs.to ?? '';
  if (said !== '' && (!/^[1-9]\d{0,3}$/.test(said) || Number(said) > most)) {
    throw new SetupError(`“${said.slice(0, 40)}” cannot be the number of replicas of ${name}: write 1 to ${most}.`);
  }
  const to = said === '' ? Math.max(1, Math.min(most, from + by)) : Number(said);
  if (to !== from && (said !== '' || Math.sign(to - from) === Math.sign(by))) return to;
  throw new SetupError(
    `${name} wants ${from} replicas already; the service file allows 1 to ${most}: there is nothing to change.`,
  );
}

/**
 * What scales by itself takes back what people set. Kubernetes before 1.23 has no autoscaling/v2 and answers 404: nothing can be told then.
 * https://kubernetes.io/docs/reference/using-api/deprecation-guide/#horizontalpodautoscaler-v126
 */
async function autoscaling(deps: TargetDeps, cluster: Cluster, name: string): Promise<PlanCheck> {
  try {
    const found = await kubernetes(deps, cluster).get('autoscaling/v2', 'horizontalpodautoscalers');
    if (found === null) return UNSEEN;
    const scaler = listOf(found.items, (one) => (isFor(one, name) ? textOf(within(one, 'metadata').name) : null))[0];
    if (scaler === undefined) return { isWell: true, text: 'No autoscaler sets its replicas.' };
    return {
      isWell: false,
      text: `The autoscaler ${scaler} sets its replicas and would take this back: change its limits instead.`,
    };
  } catch (error) {
    if (kindOf(error) === 'bug') throw error;
    return UNSEEN;
  }
}

const UNSEEN: PlanCheck = {
  isWell: null,
  text: 'Whether an autoscaler sets its replicas could not be seen; if so, it takes this back.',
};

function isFor(scaler: Fields, name: string): boolean {
  const target = within(within(scaler, 'spec'), 'scaleTargetRef');
  return target.kind === 'Deployment' && target.name === name;
}

async function look(deps: TargetDeps, sealed: Sealed, _: Looked): Promise<Sight> {
  const held = await deploymentOf(deps, sealed, sealed.deployment);
  const { from, to } = sealed;
  if (held.uid !== sealed.uid) return { kind: 'moved', why: `${held.name} was deleted and made anew.` };
  if (held.replicas === from) return { kind: 'untouched' };
  if (held.replicas === to) return rolledTo(held, to);
  return { kind: 'moved', why: `${held.name} wants ${held.replicas} replicas now, neither ${from} nor ${to}.` };
}

function rolledTo(held: Awaited<ReturnType<typeof deploymentOf>>, to: number): Sight {
  const { available, total, isObserved, name } = held;
  const isThere = isObserved && available >= to && total === to;
  if (isThere) return { kind: 'done', detail: `${name} runs ${to} replicas.`, link: null };
  const phase = total > to ? `${total - to} replicas are ending` : `${available} of ${to} replicas are available`;
  return { kind: 'under_way', phase, share: Math.min(1, available / to), link: null };
}
