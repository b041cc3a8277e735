import { SetupError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import { type Fields, listOf, textOf } from '../../sources/foreign-fields.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { type Cluster, clusterOf, kubernetes, lockOf, nameIn, overtaken, refusal } from './kubernetes-api.ts';
import {
  APPS,
  type Deployment,
  deploymentOf,
  podsOf,
  REVISION,
  rolloutOf,
  templateDifferences,
  textsIn,
  within,
  withoutHash,
} from './kubernetes-deployment.ts';
import { isFine } from './rest.ts';

type Sealed = Cluster & {
  readonly deployment: string;
  readonly uid: string;
  readonly revision: string;
  /** The ReplicaSet that holds the template to go to. */
  readonly replicaSet: string;
  /** Digests of the template that runs, and of the one to go to. */
  readonly from: string;
  readonly to: string;
};

/** Puts a deployment back to an earlier revision, as `kubectl rollout undo` does. */
export const kubernetesUndo: Target<'kubernetes_undo', Sealed> = {
  plan,
  look,
  async change(deps, sealed) {
    const held = await deploymentOf(deps, sealed, sealed.deployment);
    const runs = podsOf(held.template);
    if (runs === sealed.to) return { reference: null };
    if (runs !== sealed.from) throw new SetupError(`${held.name} has just been changed by somebody else.`);
    if (held.isPaused) throw new SetupError(`${held.name} is paused: somebody is working on it.`);
    await patch(deps, sealed, held, await templateOf(deps, sealed));
    return { reference: null };
  },
  cancel: null,
  repeatable: true,
};

interface Revision {
  readonly name: string;
  readonly number: number;
  readonly template: Fields;
  readonly annotations: Readonly<Record<string, string>>;
  readonly createdAt: number | null;
}

async function plan(deps: TargetDeps, asked: Asked<'kubernetes_undo'>): Promise<Draft<Sealed>> {
  const cluster = clusterOf(asked, deps);
  const name = nameIn(asked.fill(asked.settings.deployment));
  const held = await deploymentOf(deps, cluster, name);
  const revisions = await revisionsOf(deps, cluster, held);
  const said = asked.inputs.to ?? (asked.settings.to === undefined ? null : asked.fill(asked.settings.to));
  const target = pickRevision(held, revisions, said);
  const now = revisions.find(({ number }) => String(number) === held.revision);
  const [from, to] = [podsOf(held.template), podsOf(target.template)];
  return {
    subject: name,
    lock: lockOf(cluster, `deployment/${name}`),
    current: `revision ${held.revision}`,
    target: `revision ${target.number}`,
    differences: [
      { what: 'Revision', from: held.revision, to: String(target.number) },
      ...templateDifferences(held.template, target.template),
    ],
    deployed: now ? { by: null, at: now.createdAt } : null,
    checks: checksOf(held, from === to, target.number),
    ...{ takesMs: null, cost: null, cannotUndo: [] },
    fingerprint: [held.uid, held.revision, from, target.name, to, held.isPaused].join(' '),
    sealed: {
      ...cluster,
      deployment: name,
      uid: held.uid,
      revision: String(target.number),
      replicaSet: target.name,
      from,
      to,
    },
  };
}

function checksOf({ isPaused, replicas, available, name }: Deployment, isSame: boolean, number: number): PlanCheck[] {
  return [
    ...(isPaused ? [{ isWell: false, text: `${name} is paused: somebody is working on it. Resume it first.` }] : []),
    ...(isSame ? [{ isWell: false, text: `Revision ${number} is what runs already: there is nothing to undo.` }] : []),
    { isWell: available >= replicas ? true : null, text: `${available} of ${replicas} replicas are available now.` },
  ];
}

/** The revision that was named, else the newest before the one that runs. */
function pickRevision({ name, revision }: Deployment, revisions: readonly Revision[], said: string | null): Revision {
  const known = revisions.map(({ number }) => number).join(', ');
  if (said !== null) {
    const found = revisions.find(({ number }) => String(number) === said);
    if (found) return found;
    throw new SetupError(`${name} has no revision “${said.slice(0, 20)}” any more. It has: ${known || 'none'}.`);
  }
  const before = revisions
    .filter(({ number }) => String(number) !== revision)
    .toSorted((one, other) => other.number - one.number)[0];
  if (before) return before;
  throw new SetupError(`${name} has no earlier revision to go back to: it has ${known || 'none'}.`);
}

async function revisionsOf(deps: TargetDeps, cluster: Cluster, { uid, selector }: Deployment): Promise<Revision[]> {
  const query = `replicasets?labelSelector=${encodeURIComponent(selector)}`;
  const found = await kubernetes(deps, cluster).get(APPS, query);
  return listOf(found?.items, (one) => readRevision(one, uid)).toSorted((one, other) => one.number - other.number);
}

/** `null` for what belongs to another deployment. */
function readRevision(one: Fields, owner: string): Revision | null {
  const metadata = within(one, 'metadata');
  const annotations = textsIn(metadata, 'annotations');
  const owners = listOf(metadata.ownerReferences, ({ uid }) => textOf(uid));
  const number = Number(annotations[REVISION] ?? Number.NaN);
  if (!owners.includes(owner) || !Number.isInteger(number)) return null;
  const created = Date.parse(textOf(metadata.creationTimestamp) ?? '');
  return {
    ...{ name: textOf(metadata.name) ?? '', number, annotations, template: within(within(one, 'spec'), 'template') },
    createdAt: Number.isNaN(created) ? null : created,
  };
}

/** The template to go to, as long as it is the one that was planned. */
async function templateOf(deps: TargetDeps, sealed: Sealed): Promise<Revision> {
  const found = await kubernetes(deps, sealed).get(APPS, `replicasets/${sealed.replicaSet}`);
  const revision = found ? readRevision(found, sealed.uid) : null;
  if (revision && podsOf(revision.template) === sealed.to) return revision;
  throw new SetupError(`Revision ${sealed.revision} of ${sealed.deployment} is not kept any more.`);
}

/** Of the deployment and not of a revision, as kubectl has it: pkg/polymorphichelpers/rollback.go. */
const OF_THE_DEPLOYMENT: ReadonlySet<string> = new Set([
  REVISION,
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

async function patch(
  deps: TargetDeps,
  sealed: Sealed,
  held: Deployment,
  { template, annotations }: Revision,
): Promise<void> {
  const keep = (all: Readonly<Record<string, string>>, isOwn: boolean) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => OF_THE_DEPLOYMENT.has(name) === isOwn));
  const steps = [
    { op: 'test', path: '/metadata/resourceVersion', value: held.resourceVersion },
    { op: 'replace', path: '/spec/template', value: withoutHash(template) as Json }, // as JSON brought it
    {
      op: 'replace',
      path: '/metadata/annotations',
      value: { ...keep(held.annotations, true), ...keep(annotations, false) },
    },
  ];
  const path = `deployments/${sealed.deployment}`;
  const answer = await kubernetes(deps, sealed).send('PATCH', APPS, path, steps, 'application/json-patch+json');
  if (isFine(answer)) return;
  // A test that fails is answered with 422, as what is invalid is: whether it has moved tells them apart.
  const isRejected = answer.status === 409 || answer.status === 422;
  if (isRejected && (await deploymentOf(deps, sealed, held.name)).resourceVersion !== held.resourceVersion)
    throw overtaken(held.name);
  throw refusal(sealed, answer);
}

async function look(deps: TargetDeps, sealed: Sealed, { sentAt }: Looked): Promise<Sight> {
  const held = await deploymentOf(deps, sealed, sealed.deployment);
  const runs = podsOf(held.template);
  if (held.uid !== sealed.uid) return { kind: 'moved', why: `${held.name} was deleted and made anew.` };
  if (runs === sealed.from) {
    return sentAt === null && held.isPaused
      ? { kind: 'moved', why: `${held.name} was paused: somebody is working on it.` }
      : { kind: 'untouched' };
  }
  if (runs === sealed.to) return rolloutOf(held, `${held.name} runs what revision ${sealed.revision} ran.`);
  return { kind: 'moved', why: `${held.name} runs revision ${held.revision} now: somebody else has changed it.` };
}
