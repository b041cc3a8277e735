import type { FastifyInstance, FastifyReply } from 'fastify';
import { createRestFaults, type RestFaults } from '../rest/faults.ts';
import {
  createRegistry,
  type Model,
  type Registry,
  type RegistryChange,
  STAGES,
  type Stage,
  type Version,
} from './registry.ts';

export interface MlflowOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** A bearer token that every request must bring; without it anybody may ask. */
  readonly token?: string;
}

/** MLflow's model registry behind its REST interface. https://mlflow.org/docs/latest/api_reference/rest-api.html */
export interface Mlflow {
  /** To fill it, to read it, and to change it by hand. */
  readonly registry: Registry;
  readonly faults: RestFaults;
  /** Changes that came through the REST interface, oldest first. */
  changes(): readonly RegistryChange[];
  onChange(listener: (change: RegistryChange) => void): () => void;
  /** Fastify plugin: register it under the prefix that `mlflow` of the environment points to. */
  routes(app: FastifyInstance): Promise<void>;
}

const API = '/api/2.0/mlflow';
/** Asked for with POST, and still with GET. */
const LATEST = 'registered-models/get-latest-versions';

/** A refusal as MLflow words it. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

type Answer = object | Refusal;
type Input = Readonly<Record<string, unknown>>;

export function createMlflow({ now, token }: MlflowOptions): Mlflow {
  const registry = createRegistry(now);
  const faults = createRestFaults(({ method, url }) => method !== 'GET' && !url.includes(`/${LATEST}`));
  const changes: RegistryChange[] = [];
  const listeners = new Set<(change: RegistryChange) => void>();
  const changed: Changed = (model, label, version) => {
    const change = { at: now(), model, label, version };
    changes.push(change);
    for (const listener of listeners) listener(change);
  };

  return {
    registry,
    faults,
    changes: () => changes,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (app) => {
      faults.add(app);
      app.addHook('onRequest', async (request, reply) => {
        if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
          return await reply.code(401).type('text/plain').send('You are not authenticated.');
      });
      app.get('/health', (_, reply) => reply.type('text/plain').send('OK'));
      app.get('/version', (_, reply) => reply.type('text/plain').send('3.17.2'));
      addReads(app, registry);
      addWrites(app, registry, changed);
    },
  };
}

type Changed = (model: string, label: RegistryChange['label'], version: number | null) => void;

function addReads(app: FastifyInstance, registry: Registry): void {
  const get = (path: string, answer: (model: Model, query: URLSearchParams) => Answer): void => {
    app.get(`${API}/${path}`, (request, reply) => {
      const query = new URL(request.url, 'http://localhost').searchParams;
      const name = query.get('name') ?? '';
      const model = registry.find(name);
      return send(reply, model ? answer(model, query) : noModel(name));
    });
  };
  get('registered-models/get', (model) => ({ registered_model: modelShown(model) }));
  get('registered-models/alias', (model, query) => {
    const version = model.aliases[query.get('alias') ?? ''];
    const found = model.versions.find((one) => one.version === version);
    return found ? { model_version: versionShown(model, found) } : noAlias(query.get('alias') ?? '');
  });
  get(LATEST, (model, query) => latestShown(model, query.getAll('stages')));
  app.post(`${API}/${LATEST}`, (request, reply) => {
    const { name, stages } = request.body as Input;
    const model = registry.find(String(name));
    return send(
      reply,
      model ? latestShown(model, Array.isArray(stages) ? stages.map(String) : []) : noModel(String(name)),
    );
  });
  get('model-versions/get', (model, query) => {
    const found = versionIn(model, query.get('version'));
    return 'code' in found ? found : { model_version: versionShown(model, found) };
  });
  app.get(`${API}/model-versions/search`, (request) => {
    const query = new URL(request.url, 'http://localhost').searchParams;
    const name = /name\s*=\s*(['"])(?<name>.*?)\1/.exec(query.get('filter') ?? '')?.groups?.name ?? '';
    const model = registry.find(name);
    const found = (model?.versions ?? []).toSorted((one, other) => other.version - one.version);
    const most = Number(query.get('max_results') ?? 10_000);
    return model ? listed(model, found.slice(0, most)) : {};
  });
}

function addWrites(app: FastifyInstance, registry: Registry, changed: Changed): void {
  const write = (method: 'POST' | 'DELETE', path: string, act: (model: Model, input: Input) => Answer): void => {
    app.route({
      method,
      url: `${API}/${path}`,
      handler: (request, reply) => {
        const input = { ...(request.query as Input), ...(request.body as Input | null) };
        const model = registry.find(String(input.name));
        return send(reply, model ? act(model, input) : noModel(String(input.name)));
      },
    });
  };
  write('POST', 'registered-models/alias', (model, { alias, version }) => {
    const found = versionIn(model, version);
    if ('code' in found) return found;
    registry.setAlias(model.name, String(alias), found.version);
    changed(model.name, { kind: 'alias', name: String(alias) }, found.version);
    return {};
  });
  write('DELETE', 'registered-models/alias', (model, { alias }) => {
    registry.deleteAlias(model.name, String(alias));
    changed(model.name, { kind: 'alias', name: String(alias) }, null);
    return {};
  });
  write('POST', 'model-versions/transition-stage', (model, { version, stage, archive_existing_versions: archive }) => {
    const [found, to] = [versionIn(model, version), stageOf(String(stage))];
    if ('code' in found) return found;
    if (to === null) return badStage(String(stage));
    registry.setStage(model.name, found.version, to, archive === true);
    changed(model.name, { kind: 'stage', name: to }, found.version);
    const after = registry.find(model.name) ?? model;
    return { model_version: versionShown(after, versionIn(after, version) as Version) }; // it was there before
  });
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (!('code' in answer)) return reply.send(answer);
  const { status, code, message } = answer as Refusal;
  return reply.code(status).send({ error_code: code, message });
}

/** An empty list is no field at all. */
function listed(model: Model, versions: readonly Version[]): object {
  return versions.length > 0 ? { model_versions: versions.map((one) => versionShown(model, one)) } : {};
}

function stageOf(name: string): Stage | null {
  return STAGES.find((one) => one.toLowerCase() === name.toLowerCase()) ?? null;
}

function latestShown(model: Model, names: readonly string[]): Answer {
  const stranger = names.find((one) => stageOf(one) === null);
  if (stranger !== undefined) return badStage(stranger);
  return listed(model, latestOf(model, names.length > 0 ? names.map(stageOf) : STAGES));
}

function latestOf({ versions }: Model, stages: readonly (Stage | null)[]): Version[] {
  return stages.flatMap((stage) => versions.findLast((one) => one.stage === stage) ?? []);
}

function versionIn(model: Model, given: unknown): Version | Refusal {
  const found = model.versions.find(({ version }) => String(version) === String(given));
  const message = `Model Version (name=${model.name}, version=${String(given)}) not found`;
  return found ?? { status: 404, code: 'RESOURCE_DOES_NOT_EXIST', message };
}

function noModel(name: string): Refusal {
  return { status: 404, code: 'RESOURCE_DOES_NOT_EXIST', message: `Registered Model with name=${name} not found` };
}

function noAlias(alias: string): Refusal {
  return { status: 400, code: 'INVALID_PARAMETER_VALUE', message: `Registered model alias ${alias} not found.` };
}

function badStage(stage: string): Refusal {
  const message = `Invalid Model Version stage: ${stage}. Value must be one of ${STAGES.join(', ')}.`;
  return { status: 400, code: 'INVALID_PARAMETER_VALUE', message };
}

function modelShown(model: Model): object {
  const { name, createdAt, aliases } = model;
  const latest = latestOf(model, STAGES).map((one) => versionShown(model, one));
  const shown = Object.entries(aliases).map(([alias, version]) => ({ alias, version: String(version) }));
  return {
    ...{ name, creation_timestamp: createdAt, last_updated_timestamp: createdAt, latest_versions: latest },
    aliases: shown,
  };
}

/** The list of a model says no aliases of its versions; one version does. */
function versionShown({ name, aliases }: Model, one: Version): object {
  const { version, createdAt, changedAt, stage, source, runId, status, tags, by } = one;
  return {
    ...{ name, version: String(version), creation_timestamp: createdAt, last_updated_timestamp: changedAt },
    ...{ user_id: by, current_stage: stage, description: '', source, run_id: runId, status, run_link: '' },
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    aliases: Object.keys(aliases).filter((alias) => aliases[alias] === version),
  };
}
