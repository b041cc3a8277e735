import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createDeployments, type NewDeployment } from './deployments.ts';
import { createJobs, JOBS, type JobBody, type JobState, type NewCronJob } from './jobs.ts';
import { forbidden, isRefusal, type Refusal, type Resource, UNAUTHORIZED } from './status.ts';

/** Something that was changed through the API. */
export interface ClusterChange {
  readonly at: number;
  readonly verb: 'create' | 'patch' | 'update' | 'delete';
  /** `jobs/potato-pipeline/nightly-tab12`, `deployments/shop/checkout`, `deployments/scale/shop/checkout`. */
  readonly what: string;
  readonly body: unknown;
}

export interface ClusterFaults {
  /** The next change is done, and its answer never comes. */
  loseNextAnswer(): void;
  /** The next change is forbidden, as a role without the right is. */
  refuseNext(): void;
  /** Every answer takes so long; 0: none. */
  slow(ms: number): void;
  /** The next job fails half-way. */
  failNextJob(): void;
  /** Pods with this image never come up. */
  breakImage(image: string): void;
}

/** An API server with CronJobs, Jobs and Deployments. */
export interface Cluster {
  addCronJob(cronJob: NewCronJob): void;
  addDeployment(deployment: NewDeployment): void;
  /** `null`: none scales it. */
  autoscale(deployment: string): void;
  /** A pipeline brings a new image. */
  deploy(namespace: string, name: string, image: string): void;
  pause(namespace: string, name: string, paused: boolean): void;
  suspend(namespace: string, name: string, suspended: boolean): void;
  /** What a simulated system sees: jobs that ran, and the image and number of replicas of a deployment. */
  jobs(): readonly JobState[];
  serving(
    namespace: string,
    name: string,
  ): { readonly image: string; readonly replicas: number; readonly rolledAt: number } | null;
  readonly faults: ClusterFaults;
  /** Oldest first. */
  journal(): readonly ClusterChange[];
  onChange(listener: (change: ClusterChange) => void): () => void;
  /** `/apis/…` under a prefix. */
  routes(app: FastifyInstance): Promise<void>;
}

export interface ClusterOptions {
  readonly now: () => number;
  /** The token that it takes. */
  readonly token: string;
}

/** What a cluster is made of, for its routes. */
interface Parts {
  readonly token: string;
  readonly jobs: ReturnType<typeof createJobs>;
  readonly deployments: ReturnType<typeof createDeployments>;
  readonly autoscaled: ReadonlySet<string>;
  readonly wrong: { lost: number; refused: number; slowMs: number; failing: number };
  took(change: Omit<ClusterChange, 'at'>): void;
}

export function createKubernetes({ now, token }: ClusterOptions): Cluster {
  let stored = 1_000;
  const version = () => ++stored;
  const broken = new Set<string>();
  const autoscaled = new Set<string>();
  const wrong = { lost: 0, refused: 0, slowMs: 0, failing: 0 };
  const listeners = new Set<(change: ClusterChange) => void>();
  const journal: ClusterChange[] = [];
  const jobs = createJobs({ now, version });
  const isBroken = (template: { readonly spec: object }) =>
    [...broken].some((image) => JSON.stringify(template.spec).includes(`"${image}"`));
  const deployments = createDeployments({ now, version, isBroken });
  const took = (change: Omit<ClusterChange, 'at'>) => {
    const one = { at: now(), ...change };
    journal.push(one);
    for (const listener of listeners) listener(one);
  };

  return {
    addCronJob: jobs.addCronJob,
    addDeployment: deployments.add,
    autoscale: (deployment) => void autoscaled.add(deployment),
    deploy: deployments.deploy,
    pause: deployments.pause,
    suspend: jobs.suspend,
    jobs: jobs.states,
    serving(namespace, name) {
      const held = deployments.find(namespace, name);
      const image = held && (held.spec.template.spec as { containers?: { image?: string }[] }).containers?.[0]?.image;
      return held ? { image: image ?? '', replicas: held.spec.replicas, rolledAt: held.rolledAt } : null;
    },
    faults: {
      loseNextAnswer: () => void wrong.lost++,
      refuseNext: () => void wrong.refused++,
      slow: (ms) => {
        wrong.slowMs = ms;
      },
      failNextJob: () => void wrong.failing++,
      breakImage: (image) => void broken.add(image),
    },
    journal: () => journal,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (app) => serve(app, { token, jobs, deployments, autoscaled, wrong, took }),
  };
}

interface Named {
  readonly ns: string;
  readonly name: string;
}

type Answer = object | Refusal;

function serve(app: FastifyInstance, parts: Parts): void {
  const { jobs, deployments } = parts;
  const patches = ['application/json-patch+json', 'application/merge-patch+json'];
  app.addContentTypeParser(patches, { parseAs: 'string' }, (_request, body, done) =>
    done(null, JSON.parse(String(body))),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (parts.wrong.slowMs > 0) await sleep(parts.wrong.slowMs);
    if (request.headers.authorization !== `Bearer ${parts.token}`) return reply.code(401).send(UNAUTHORIZED);
  });

  const read = (path: string, run: (named: Named, query: Readonly<Record<string, string>>) => Answer) =>
    app.get<{ Params: Named; Querystring: Record<string, string> }>(`/apis/${path}`, (request, reply) =>
      answer(reply, run(request.params, request.query)),
    );
  read('batch/v1/namespaces/:ns/cronjobs/:name', ({ ns, name }) => jobs.cronJob(ns, name));
  read('batch/v1/namespaces/:ns/jobs', ({ ns }) => jobs.list(ns));
  read('batch/v1/namespaces/:ns/jobs/:name', ({ ns, name }) => jobs.get(ns, name));
  read('apps/v1/namespaces/:ns/deployments/:name', ({ ns, name }) => deployments.get(ns, name));
  read('apps/v1/namespaces/:ns/deployments/:name/scale', ({ ns, name }) => deployments.scale(ns, name));
  read('apps/v1/namespaces/:ns/replicasets', ({ ns }, { labelSelector }) =>
    deployments.replicaSets(ns, labelSelector ?? ''),
  );
  read('apps/v1/namespaces/:ns/replicasets/:name', ({ ns, name }) => deployments.replicaSet(ns, name));
  read('autoscaling/v2/namespaces/:ns/horizontalpodautoscalers', () => autoscalers(parts.autoscaled));
  serveChanges(app, parts);
}

function autoscalers(names: ReadonlySet<string>): object {
  const items = [...names].map((name) => ({
    metadata: { name },
    spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas: 1, maxReplicas: 10 },
  }));
  return { kind: 'HorizontalPodAutoscalerList', apiVersion: 'autoscaling/v2', metadata: {}, items };
}

const DEPLOYMENTS = { group: 'apps', resource: 'deployments' };
const SCALES = { group: 'apps', resource: 'deployments/scale' };

function serveChanges(app: FastifyInstance, parts: Parts): void {
  const { jobs, deployments, wrong } = parts;
  type Request = FastifyRequest<{ Params: Named }>;
  const change =
    (verb: ClusterChange['verb'], resource: Resource, run: (request: Request) => Answer) =>
    (request: Request, reply: FastifyReply): FastifyReply => {
      const { ns, name = '' } = request.params;
      if (take(wrong, 'refused')) return answer(reply, forbidden(resource, verb, ns));
      const done = run(request);
      if (isRefusal(done)) return answer(reply, done);
      parts.took({ verb, what: [resource.resource, ns, name].filter(Boolean).join('/'), body: request.body });
      if (take(wrong, 'lost')) return lose(reply);
      return answer(reply, done, verb === 'create' ? 201 : 200);
    };
  const isJsonPatch = (request: Request) =>
    String(request.headers['content-type']).startsWith('application/json-patch');

  app.post(
    '/apis/batch/v1/namespaces/:ns/jobs',
    change('create', JOBS, ({ params, body }) => jobs.create(params.ns, body as JobBody, take(wrong, 'failing'))),
  );
  app.delete(
    '/apis/batch/v1/namespaces/:ns/jobs/:name',
    change('delete', JOBS, ({ params }) => jobs.remove(params.ns, params.name)),
  );
  app.patch(
    '/apis/apps/v1/namespaces/:ns/deployments/:name',
    change('patch', DEPLOYMENTS, (request) =>
      deployments.patch(request.params.ns, request.params.name, request.body, isJsonPatch(request)),
    ),
  );
  app.put(
    '/apis/apps/v1/namespaces/:ns/deployments/:name/scale',
    change('update', SCALES, ({ params, body }) => deployments.rescale(params.ns, params.name, body as object)),
  );
}

function take(wrong: Parts['wrong'], name: 'lost' | 'refused' | 'failing'): boolean {
  if (wrong[name] === 0) return false;
  wrong[name]--;
  return true;
}

function lose(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

function answer(reply: FastifyReply, said: Answer, code = 200): FastifyReply {
  return reply.code(isRefusal(said) ? said.code : code).send(said);
}
