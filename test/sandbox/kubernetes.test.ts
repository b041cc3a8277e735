import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, createKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';

let cluster: Cluster;
let app: ReturnType<typeof fastify>;
let url: string;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 22, 3, 0);
  cluster = createKubernetes({ now: () => now, token: 'token' });
  cluster.addDeployment({ namespace: 'shop', name: 'api', image: 'api:1', replicas: 2 });
  app = fastify();
  await app.register(cluster.routes, { prefix: '/k8s' });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/k8s/apis`;
});
afterEach(() => app.close());

const DEPLOYMENT = 'apps/v1/namespaces/shop/deployments/api';

async function ask(method: string, path: string, body?: unknown, type = 'application/json', token = 'token') {
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) };
  const answer = await fetch(`${url}/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

describe('the API server of the sandbox', () => {
  it('answers as the real one to a token, a name, a patch and a version that it does not take', async () => {
    const patch = [{ op: 'test', path: '/metadata/resourceVersion', value: '1' }];
    const answers = [
      await ask('GET', DEPLOYMENT, undefined, '', 'other'),
      await ask('GET', `${DEPLOYMENT}x`),
      await ask('PATCH', DEPLOYMENT, patch, 'application/json-patch+json'),
      await ask('PATCH', DEPLOYMENT, { metadata: { resourceVersion: '1' } }, 'application/merge-patch+json'),
      await ask('PUT', `${DEPLOYMENT}/scale`, { spec: { replicas: -1 } }),
    ];

    expect(answers.map(({ status, json }) => [status, json.kind, json.reason])).toEqual([
      [401, 'Status', 'Unauthorized'],
      [404, 'Status', 'NotFound'],
      [422, 'Status', 'Invalid'],
      [409, 'Status', 'Conflict'],
      [422, 'Status', 'Invalid'],
    ]);
  });

  it('rolls a new image out one pod after the other, and keeps the revision of before', async () => {
    cluster.deploy('shop', 'api', 'api:2');
    const seen: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const { status } = (await ask('GET', DEPLOYMENT)).json as { status: Record<string, unknown> };
      seen.push([status.updatedReplicas, status.replicas]);
      now += 4_000;
    }
    const sets = (await ask('GET', 'apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dapi')).json as {
      items: unknown[];
    };

    expect(seen).toEqual([
      [0, 2],
      [1, 3],
      [2, 3],
      [2, 2],
    ]);
    expect(sets.items).toHaveLength(2);
  });
});
