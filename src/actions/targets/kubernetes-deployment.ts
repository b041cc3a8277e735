import { SetupError } from '../../app/errors.ts';
import { amountOf, type Fields, fieldsOf, listOf, textOf } from '../../sources/foreign-fields.ts';
import { canonical } from '../plan-hash.ts';
import type { Sight, TargetDeps } from '../target.ts';
import { type Cluster, kubernetes } from './kubernetes-api.ts';
import { digest } from './subject.ts';

export const APPS = 'apps/v1';

/** A deployment as far as it is looked at. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1 */
export interface Deployment {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of its current template, as `kubectl rollout history` counts; empty before the controller has seen it. */
  readonly revision: string;
  readonly isPaused: boolean;
  readonly replicas: number;
  readonly selector: string;
  readonly template: Fields;
  readonly isObserved: boolean;
  /** Replicas of the current template, all replicas, and those that serve. */
  readonly updated: number;
  readonly total: number;
  readonly available: number;
  /** Why it will not progress any more; `null`: it does. */
  readonly stuck: string | null;
}

/** Throws SetupError where there is none. */
export async function deploymentOf(deps: TargetDeps, cluster: Cluster, name: string): Promise<Deployment> {
  const found = await kubernetes(deps, cluster).get(APPS, `deployments/${name}`);
  if (found) return readDeployment(name, found);
  throw new SetupError(`There is no deployment ${name} in the namespace ${cluster.namespace}.`);
}

function readDeployment(name: string, found: Fields): Deployment {
  const { metadata, spec, status } = {
    metadata: within(found, 'metadata'),
    spec: within(found, 'spec'),
    status: within(found, 'status'),
  };
  const annotations = textsIn(metadata, 'annotations');
  const stuck = listOf(status.conditions, (one) =>
    isStuck(one) ? (textOf(one.message) ?? 'no reason given') : null,
  )[0];
  return {
    name,
    uid: textOf(metadata.uid) ?? '',
    resourceVersion: textOf(metadata.resourceVersion) ?? '',
    annotations,
    revision: annotations[REVISION] ?? '',
    isPaused: spec.paused === true,
    replicas: amountOf(spec.replicas) ?? 1,
    selector: selectorOf(within(spec, 'selector')),
    template: within(spec, 'template'),
    isObserved: (amountOf(status.observedGeneration) ?? 0) >= (amountOf(metadata.generation) ?? 0),
    updated: amountOf(status.updatedReplicas) ?? 0,
    total: amountOf(status.replicas) ?? 0,
    available: amountOf(status.availableReplicas) ?? 0,
    stuck: stuck ?? null,
  };
}

export const REVISION = 'deployment.kubernetes.io/revision';

function isStuck(condition: Fields): boolean {
  return condition.type === 'Progressing' && condition.reason === 'ProgressDeadlineExceeded';
}

/** An object within another; an empty one where it is none. */
export function within(fields: Fields, name: string): Fields {
  return fieldsOf(fields[name]) ?? {};
}

export function textsIn(fields: Fields, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(within(fields, name)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** As `?labelSelector=` wants it. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels */
function selectorOf(selector: Fields): string {
  const labels = Object.entries(textsIn(selector, 'matchLabels')).map(([name, value]) => `${name}=${value}`);
  const expressions = listOf(selector.matchExpressions, ({ key, operator, values }) => {
    const list = Array.isArray(values) ? values.join(',') : '';
    if (operator === 'Exists') return `${key}`;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${list})`;
  });
  return [...labels, ...expressions].join(',');
}

/** A template without what the controller adds to it: two revisions that run the same pods read alike. */
export function podsOf(template: Fields): string {
  return digest(withoutHash(template));
}

export function withoutHash(template: Fields): Fields {
  const { creationTimestamp: _, ...metadata } = within(template, 'metadata');
  const { 'pod-template-hash': __, ...labels } = textsIn(metadata, 'labels');
  return { ...template, metadata: { ...metadata, labels } };
}

/** How far a rollout is, in the order in which `kubectl rollout status` asks. */
export function rolloutOf(one: Deployment, done: string): Sight {
  const { replicas, updated, total, available, stuck } = one;
  const on = (phase: string, share: number): Sight => ({ kind: 'under_way', phase, share, link: null });
  if (!one.isObserved) return on('Waiting for the controller', 0);
  if (stuck !== null) {
    const why = `It is stuck: ${available} of ${replicas} replicas are available. Kubernetes says: ${stuck.slice(0, 150)}`;
    return { kind: 'failed', why, link: null };
  }
  const share = replicas === 0 ? 1 : (updated + available) / (2 * Math.max(replicas, total));
  if (updated < replicas) return on(`${updated} of ${replicas} new replicas`, share);
  if (total > updated) return on(`${total - updated} old replicas are ending`, share);
  if (available < updated) return on(`${available} of ${updated} new replicas are available`, share);
  return { kind: 'done', detail: done, link: null };
}

/** Whether two templates run the same image in each container; what differs otherwise is named by its field. */
export function templateDifferences(from: Fields, to: Fields): { what: string; from: string; to: string }[] {
  const [before, after] = [containersOf(from), containersOf(to)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const found = names.flatMap((name) => containerDifferences(name, before.get(name), after.get(name)));
  if (found.length > 0) return found.slice(0, MOST_DIFFERENCES);
  return podsOf(from) === podsOf(to) ? [] : [{ what: 'Pod template', from: podsOf(from), to: podsOf(to) }];
}

const MOST_DIFFERENCES = 12;

function containersOf(template: Fields): ReadonlyMap<string, Fields> {
  const pairs = listOf(within(template, 'spec').containers, (one): [string, Fields] => [textOf(one.name) ?? '', one]);
  return new Map(pairs);
}

function containerDifferences(name: string, before: Fields = {}, after: Fields = {}) {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .filter((field) => canonical(before[field] ?? null) !== canonical(after[field] ?? null))
    .map((field) => ({
      what: `${name}: ${field}`.slice(0, 80),
      from: shown(field, before[field]),
      to: shown(field, after[field]),
    }));
}

/** Images and numbers are shown; the rest may hold a secret, such as `env`, and is told apart by a digest. */
function shown(field: string, value: unknown): string {
  if (value === undefined) return 'none';
  if (field === 'image' && typeof value === 'string') return value.slice(0, 200);
  return `${field} ${digest(value)}`;
}
