import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createRestFaults, type RestFaults } from '../rest/faults.ts';
import { dispatchRefusal } from './dispatch.ts';
import { createWorkflows, type Inputs, type Workflow, type WorkflowRun, type Workflows } from './workflows.ts';

export interface GitHubOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** An older GitHub Enterprise Server: it does not say which run it has started. */
  readonly isOld?: boolean;
}

export interface GitHubChange {
  /** Epoch ms. */
  readonly at: number;
  readonly kind: 'dispatched' | 'cancelled';
  readonly workflow: string;
  readonly run: number;
  readonly inputs: Inputs;
}

/** GitHub Actions of one repository behind its REST interface. https://docs.github.com/en/rest/actions */
export interface GitHub {
  /** To fill it, to read it, and to change it by hand. */
  readonly workflows: Workflows;
  readonly faults: RestFaults;
  /** From now on everything is answered with 403, as to whoever asks too much. */
  throttle(isOn: boolean): void;
  /** Changes that came through the REST interface, oldest first. */
  changes(): readonly GitHubChange[];
  onChange(listener: (change: GitHubChange) => void): () => void;
  /** Fastify plugin: register it under the prefix of `url`. */
  routes(app: FastifyInstance): Promise<void>;
}

export function createGitHub({ now, repository, token, isOld = false }: GitHubOptions): GitHub {
  const workflows = createWorkflows(now);
  const faults = createRestFaults();
  const changes: GitHubChange[] = [];
  const listeners = new Set<(change: GitHubChange) => void>();
  let isThrottled = false;
  const changed = (kind: GitHubChange['kind'], { file, id, inputs }: WorkflowRun): void => {
    const change = { at: now(), kind, workflow: file, run: id, inputs };
    changes.push(change);
    for (const listener of listeners) listener(change);
  };
  return {
    workflows,
    faults,
    throttle: (isOn) => {
      isThrottled = isOn;
    },
    changes: () => changes,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (app) => {
      faults.add(app);
      app.addHook('onRequest', async (request, reply) => {
        if (request.headers.authorization !== `Bearer ${token}`) return await say(reply, 401, 'Bad credentials');
        if (isThrottled) return await say(reply, 403, 'API rate limit exceeded for user ID 1.');
      });
      await app.register(async (inner) => addRoutes(inner, { workflows, changed, isOld, repository }), {
        prefix: `/repos/${repository}`,
      });
      app.setNotFoundHandler((_, reply) => say(reply, 404, 'Not Found'));
    },
  };
}

interface Routes {
  readonly workflows: Workflows;
  readonly changed: (kind: GitHubChange['kind'], run: WorkflowRun) => void;
  readonly isOld: boolean;
  readonly repository: string;
}

/** Every refusal has a message, a link and its status as text. */
function say(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply
    .code(status)
    .send({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) });
}

function addRoutes(app: FastifyInstance, routes: Routes): void {
  addReads(app, routes);
  addWrites(app, routes);
}

type Named = { Params: { file: string } };
type Numbered = { Params: { id: string } };

function addReads(app: FastifyInstance, { workflows, repository }: Routes): void {
  app.get<Named>('/actions/workflows/:file', (request, reply) => {
    const found = workflows.find(request.params.file);
    return found ? workflowShown(found) : say(reply, 404, 'Not Found');
  });
  app.get<Named>('/contents/.github/workflows/:file', (request, reply) => {
    const found = workflows.find(request.params.file);
    return found ? contentShown(found) : say(reply, 404, 'Not Found');
  });
  app.get<Named>('/actions/workflows/:file/runs', (request) => {
    const query = new URL(request.url, 'http://localhost').searchParams;
    const since = Date.parse(query.get('created')?.replace('>=', '') ?? '1970-01-01');
    const found = workflows.runs(request.params.file).filter(({ createdAt }) => createdAt >= since);
    const shown = found.slice(0, Number(query.get('per_page') ?? 30)).map((run) => runShown(run, repository));
    return { total_count: found.length, workflow_runs: shown };
  });
  app.get<Numbered>('/actions/runs/:id', (request, reply) => {
    const found = workflows.runs().find(({ id }) => String(id) === request.params.id);
    return found ? runShown(found, repository) : say(reply, 404, 'Not Found');
  });
  app.get<Numbered>('/actions/runs/:id/jobs', (request, reply) => {
    const found = workflows.runs().find(({ id }) => String(id) === request.params.id);
    return found ? { total_count: found.jobs.length, jobs: found.jobs } : say(reply, 404, 'Not Found');
  });
}

function addWrites(app: FastifyInstance, { workflows, changed, isOld, repository }: Routes): void {
  app.post<Named>('/actions/workflows/:file/dispatches', (request, reply) => {
    const workflow = workflows.find(request.params.file);
    if (!workflow) return say(reply, 404, 'Not Found');
    const body = request.body as Readonly<Record<string, unknown>>;
    const wrong = dispatchRefusal(workflow, body, isOld);
    if (wrong !== null) return say(reply, 422, wrong);
    const run = workflows.start(workflow.file, String(body.ref), (body.inputs ?? {}) as Inputs);
    changed('dispatched', run);
    if (body.return_run_details !== true) return reply.code(204).send();
    const { url, html_url } = runShown(run, repository);
    return reply.send({ workflow_run_id: run.id, run_url: url, html_url });
  });
  app.post<Numbered>('/actions/runs/:id/cancel', (request, reply) => {
    const found = workflows.runs().find(({ id }) => String(id) === request.params.id);
    if (!found) return say(reply, 404, 'Not Found');
    if (found.status === 'completed') return say(reply, 409, 'Cannot cancel a workflow run that is completed.');
    workflows.cancel(found.id);
    changed('cancelled', found);
    return reply.code(202).send({});
  });
}

function workflowShown({ file, name, state }: Workflow): object {
  return { id: 161_335, name, path: `.github/workflows/${file}`, state };
}

function contentShown({ file, text }: Workflow): object {
  const sha = createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
  const content = Buffer.from(text).toString('base64').replaceAll(/.{60}/g, '$&\n');
  return { type: 'file', encoding: 'base64', path: `.github/workflows/${file}`, sha, content };
}

function runShown(run: WorkflowRun, repository: string) {
  const { id, number, title, ref, status, conclusion, createdAt, updatedAt } = run;
  const created = new Date(createdAt).toISOString();
  return {
    ...{ id, run_number: number, name: title, display_title: title, head_branch: ref, event: 'workflow_dispatch' },
    ...{
      status,
      conclusion,
      created_at: created,
      run_started_at: created,
      updated_at: new Date(updatedAt).toISOString(),
    },
    url: `https://api.github.com/repos/${repository}/actions/runs/${id}`,
    html_url: `https://github.com/${repository}/actions/runs/${id}`,
  };
}
