import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface MlflowOptions {
  readonly isUp: () => boolean;
  /** The version that serves. */
  readonly live: () => number;
  readonly now: () => number;
}

const MODEL = 'credit-risk-model';
const DAY_MS = 86_400_000;
const API = '/api/2.0/mlflow';

/** The part of MLflow's REST that tells what a registry holds. https://mlflow.org/docs/latest/api_reference/rest-api.html */
export function mlflowRoutes(app: FastifyInstance, path: string, { isUp, live, now }: MlflowOptions): void {
  const started = now();
  const versions = () => [6, 7, 8].map((version) => versionOf(version, live(), started));
  const get = (name: string, run: (query: URLSearchParams) => object | null): void => {
    app.get(`${path}${API}/${name}`, (request: FastifyRequest, reply: FastifyReply) => {
      if (!isUp()) return reply.code(503).send('upstream connect error');
      const query = new URL(request.url, 'http://localhost').searchParams;
      const isKnown = (query.get('name') ?? MODEL) === MODEL;
      const found = isKnown ? run(query) : null;
      if (found !== null) return reply.send(found);
      const message = `Registered Model with name=${query.get('name') ?? ''} not found, or it has no such version`;
      return reply.code(404).send({ error_code: 'RESOURCE_DOES_NOT_EXIST', message });
    });
  };

  app.get(`${path}/health`, (_request, reply) => (isUp() ? reply.send('OK') : reply.code(503).send('')));
  app.get(`${path}/version`, () => '3.5.0');
  get('registered-models/get', () => ({ registered_model: { name: MODEL, latest_versions: versions() } }));
  get('registered-models/alias', (query) => {
    const found = versions().find(({ aliases }) => aliases.includes(query.get('alias') ?? ''));
    return found === undefined ? null : { model_version: found };
  });
  get('registered-models/get-latest-versions', (query) => {
    const stages = query.getAll('stages');
    const found = versions().filter(({ current_stage: stage }) => stages.length === 0 || stages.includes(stage));
    return { model_versions: found };
  });
  get('model-versions/search', (query) => {
    const wanted = /name\s*=\s*'([^']*)'/.exec(query.get('filter') ?? '')?.[1];
    return { model_versions: wanted === undefined || wanted === MODEL ? versions().toReversed() : [] };
  });
}

function versionOf(version: number, live: number, started: number) {
  const stage = version === live ? 'Production' : version > live ? 'Staging' : 'Archived';
  return {
    name: MODEL,
    version: String(version),
    creation_timestamp: started - (8 - version) * 12 * DAY_MS - DAY_MS / 3,
    current_stage: stage,
    run_id: `9f3c${version}b27ad1e4c6f8a05d1e2b7c9`,
    status: 'READY',
    source: `models:/${MODEL}/${version}`,
    aliases: version === live ? ['champion'] : version > live ? ['challenger'] : [],
  };
}
