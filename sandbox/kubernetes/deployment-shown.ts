import type { Held, ReplicaSet } from './deployments.ts';

export const REVISION = 'deployment.kubernetes.io/revision';

/** Deployments, scales and ReplicaSets as the API shows them. */
export function shown({ namespace, name, uid, createdAt, annotations, spec, generation, version, status }: Held) {
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: {
      ...{ name, namespace, uid, resourceVersion: String(version), generation, annotations },
      creationTimestamp: new Date(createdAt).toISOString(),
    },
    spec,
    status: JSON.parse(status === '' ? '{}' : status) as object,
  };
}

export function scaleOf({ namespace, name, uid, version, spec }: Held): object {
  const metadata = { name, namespace, uid, resourceVersion: String(version) };
  return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata, spec: { replicas: spec.replicas }, status: {} };
}

export function setOf(
  { namespace, name: owner, uid }: Held,
  { name, hash, template, annotations, createdAt, revision }: ReplicaSet,
): object {
  const labels = { ...template.metadata.labels, 'pod-template-hash': hash };
  return {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: {
      ...{ name, namespace, labels, creationTimestamp: new Date(createdAt).toISOString() },
      annotations: { ...annotations, [REVISION]: String(revision) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: owner, uid, controller: true }],
    },
    spec: { template: { ...template, metadata: { ...template.metadata, labels } } },
  };
}
