import { createHash, randomUUID } from 'node:crypto';
import { REVISION, scaleOf, setOf, shown } from './deployment-shown.ts';
import { jsonPatched, merged, type PatchStep } from './patch.ts';
import { conflict, invalid, notFound, type Refusal, unprocessable } from './status.ts';

export const DEPLOYMENTS = { group: 'apps', resource: 'deployments' } as const;

type Labels = Readonly<Record<string, string>>;

export interface Template {
  readonly metadata: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: object;
}

interface Spec {
  readonly replicas: number;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds: number;
  readonly selector: { readonly matchLabels: Labels };
  readonly template: Template;
}

export interface ReplicaSet {
  readonly name: string;
  readonly hash: string;
  readonly template: Template;
  readonly annotations: Labels;
  readonly createdAt: number;
  revision: number;
}

export interface Held {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  annotations: Labels;
  spec: Spec;
  generation: number;
  version: number;
  /** The last status that was written, as JSON. */
  status: string;
  /** When the spec last changed, what the template and the number of pods were before, and since when the template runs. */
  changedAt: number;
  from: number;
  rolledAt: number;
  sets: ReplicaSet[];
}

export interface NewDeployment {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
}

/** How long the controller takes to see a change, and a new pod to serve. */
const SEES_AFTER_MS = 500;
const POD_MS = 4_000;

export interface DeploymentsOptions {
  readonly now: () => number;
  /** The next number of the cluster's store. */
  readonly version: () => number;
  /** Whether pods with this template never come up. */
  readonly isBroken: (template: Template) => boolean;
}

/** Deployments with their ReplicaSets: what there is to see follows from when something was changed. */
export function createDeployments({ now, version, isBroken }: DeploymentsOptions) {
  const all = new Map<string, Held>();

  /** What the controllers have done by now. */
  function settled(held: Held): Held {
    if (now() >= held.changedAt + SEES_AFTER_MS) adopt(held);
    const status = JSON.stringify(statusOf(held));
    if (status !== held.status) Object.assign(held, { status, version: version() });
    return held;
  }

  /** A template that ran before gets its ReplicaSet again, under the newest number. */
  function adopt(held: Held): void {
    const hash = hashOf(held.spec.template);
    const newest = Math.max(0, ...held.sets.map(({ revision }) => revision));
    const known = held.sets.find((set) => set.hash === hash);
    if (known && known.revision === newest) return;
    const { [REVISION]: _, ...annotations } = held.annotations;
    if (known) known.revision = newest + 1;
    else {
      const set = {
        name: `${held.name}-${hash}`,
        hash,
        template: held.spec.template,
        annotations,
        createdAt: held.changedAt,
      };
      held.sets = [...held.sets, { ...set, revision: newest + 1 }].slice(-11);
    }
    held.annotations = { ...held.annotations, [REVISION]: String(newest + 1) };
  }

  function statusOf(held: Held) {
    const { spec, generation, changedAt, rolledAt } = held;
    const isSeen = now() >= changedAt + SEES_AFTER_MS;
    const age = now() - changedAt - SEES_AFTER_MS;
    const isDown = isBroken(spec.template);
    const ready = isDown ? 0 : Math.max(0, Math.floor(age / POD_MS));
    const isRolling = rolledAt === changedAt;
    const pods = isRolling ? rolling(held, ready, isSeen) : scaling(held, ready);
    const isStuck = isRolling && isDown && age >= spec.progressDeadlineSeconds * 1_000;
    return {
      observedGeneration: isSeen ? generation : generation - 1,
      ...pods,
      readyReplicas: pods.availableReplicas,
      conditions: [progressing(pods.updatedReplicas >= spec.replicas && ready >= spec.replicas, isStuck)],
    };
  }

  /** What somebody changes: a new template rolls out, another number of replicas is scaled to. */
  function write(held: Held, spec: Spec, annotations: Labels): void {
    const isRolled = hashOf(spec.template) !== hashOf(held.spec.template);
    const at = now();
    const from = availableOf(held);
    Object.assign(held, {
      spec,
      annotations,
      generation: held.generation + 1,
      version: version(),
      changedAt: at,
      from,
    });
    if (isRolled) held.rolledAt = at;
  }

  const availableOf = (held: Held) => Math.min(statusOf(held).availableReplicas, held.spec.replicas);

  function find(namespace: string, name: string): Held | null {
    const held = all.get(`${namespace}/${name}`);
    return held ? settled(held) : null;
  }

  function patched(held: Held, body: unknown, isJsonPatch: boolean): object | Refusal {
    const before = shown(held);
    // Bodies of patches are JSON of the client's; what it makes of the deployment is checked below.
    const after = isJsonPatch ? jsonPatched(before, body as PatchStep[]) : merged(before, body);
    if (after === null) return unprocessable();
    const { metadata, spec } = after as ReturnType<typeof shown>;
    if (metadata.resourceVersion !== before.metadata.resourceVersion) return conflict(DEPLOYMENTS, held.name);
    const wrong = wrongIn(held.name, spec);
    if (wrong) return wrong;
    write(held, spec, metadata.annotations);
    return shown(settled(held));
  }

  return {
    add({ namespace, name, image, replicas }: NewDeployment): void {
      const labels = { app: name };
      const template = { metadata: { labels }, spec: { containers: [{ name, image }] } };
      const spec = { replicas, progressDeadlineSeconds: 600, selector: { matchLabels: labels }, template };
      const long = now() - 24 * 60 * 60_000;
      const held: Held = {
        ...{
          namespace,
          name,
          uid: randomUUID(),
          createdAt: long,
          annotations: {},
          spec,
          generation: 1,
          version: version(),
        },
        ...{ status: '', changedAt: long, rolledAt: long, from: 0, sets: [] },
      };
      all.set(`${namespace}/${name}`, settled(held));
    },
    find,
    /** A new image, as a pipeline brings it. */
    deploy(namespace: string, name: string, image: string): void {
      const held = find(namespace, name);
      if (!held) throw new Error(`there is no deployment ${name}`);
      const template = { ...held.spec.template, spec: { containers: [{ name, image }] } };
      write(held, { ...held.spec, template }, held.annotations);
    },
    pause(namespace: string, name: string, paused: boolean): void {
      const held = find(namespace, name);
      if (held) write(held, { ...held.spec, paused }, held.annotations);
    },
    get: (namespace: string, name: string): object | Refusal => {
      const held = find(namespace, name);
      return held ? shown(held) : notFound(DEPLOYMENTS, name);
    },
    patch: (namespace: string, name: string, body: unknown, isJsonPatch: boolean): object | Refusal => {
      const held = find(namespace, name);
      return held ? patched(held, body, isJsonPatch) : notFound(DEPLOYMENTS, name);
    },
    scale: (namespace: string, name: string): object | Refusal => {
      const held = find(namespace, name);
      return held ? scaleOf(held) : notFound(DEPLOYMENTS, name);
    },
    rescale(
      namespace: string,
      name: string,
      body: { metadata?: { resourceVersion?: string }; spec?: { replicas?: number } },
    ) {
      const held = find(namespace, name);
      if (!held) return notFound(DEPLOYMENTS, name);
      const { resourceVersion } = body.metadata ?? {};
      if (resourceVersion !== undefined && resourceVersion !== String(held.version)) return conflict(DEPLOYMENTS, name);
      const spec = { ...held.spec, replicas: body.spec?.replicas ?? 0 };
      const wrong = wrongIn(name, spec);
      if (wrong) return wrong;
      if (spec.replicas !== held.spec.replicas) write(held, spec, held.annotations);
      return scaleOf(held);
    },
    /** Of all deployments of a namespace whose labels fit. */
    replicaSets(namespace: string, selector: string): object {
      const wanted = selector
        .split(',')
        .filter(Boolean)
        .map((one) => one.split('=') as [string, string]);
      const items = [...all.values()]
        .filter((held) => held.namespace === namespace)
        .filter(({ spec }) => wanted.every(([name, value]) => spec.selector.matchLabels[name] === value))
        .flatMap((held) => settled(held).sets.map((set) => setOf(held, set)));
      return { kind: 'ReplicaSetList', apiVersion: 'apps/v1', metadata: {}, items };
    },
    replicaSet(namespace: string, name: string): object | Refusal {
      for (const held of all.values()) {
        const set = held.namespace === namespace ? held.sets.find((one) => one.name === name) : undefined;
        if (set) return setOf(held, set);
      }
      return notFound({ group: 'apps', resource: 'replicasets' }, name);
    },
  };
}

export type Deployments = ReturnType<typeof createDeployments>;

/** One new pod at a time; an old one ends when a new one serves. */
function rolling({ spec, from }: Held, ready: number, isSeen: boolean) {
  const available = Math.min(spec.replicas, ready);
  const updated = Math.min(spec.replicas, available + (isSeen ? 1 : 0));
  const old = Math.max(0, from - available);
  return { replicas: updated + old, updatedReplicas: updated, availableReplicas: available + old };
}

function scaling({ spec, from }: Held, ready: number) {
  const to = spec.replicas;
  const available = to >= from ? Math.min(to, from + ready) : Math.max(to, from - ready);
  return { replicas: Math.max(available, to), updatedReplicas: to, availableReplicas: available };
}

function progressing(isComplete: boolean, isStuck: boolean): object {
  const type = 'Progressing';
  if (isStuck) {
    const message = 'ReplicaSet has timed out progressing.';
    return { type, status: 'False', reason: 'ProgressDeadlineExceeded', message };
  }
  return { type, status: 'True', reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated', message: '' };
}

function hashOf(template: Template): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
}

function wrongIn(name: string, { replicas }: Spec): Refusal | null {
  if (replicas >= 0) return null;
  return invalid(
    'Deployment',
    DEPLOYMENTS,
    name,
    'spec.replicas',
    `Invalid value: ${replicas}: must be greater than or equal to 0`,
  );
}
