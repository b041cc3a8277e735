import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SandboxRunning } from '../api.ts';
import { LAST_GOOD_MODEL } from './movie-names.ts';

/** What the registry holds, and how each version serves. */
const MODELS: Readonly<Record<string, { readonly kind: string; readonly manner: MovieManner }>> = {
  v_popularity: { kind: 'popularity', manner: 'well' },
  'v0.2': { kind: 'als', manner: 'well' },
  'v0.3': { kind: 'als', manner: 'well' },
  'v0.4': { kind: 'als', manner: 'slow' },
  'v0.5': { kind: 'als', manner: 'failing' },
};
export type MovieManner = 'well' | 'slow' | 'failing';

/** Everybody gets the same: it needs next to nothing. */
export const LIGHT_MODEL = 'v_popularity';
/** How long a model is loaded before it serves. */
const LOADS_MS = 4_000;

/** The service with its registry of models, one of which serves. */
export interface MovieApi {
  /** The version that serves now. */
  version(): string;
  manner(): MovieManner;
  /** Lets a version serve after it was loaded, or at once. False when the registry has none of this name. */
  switchTo(version: string, how?: 'loaded' | 'at once'): boolean;
  running(): SandboxRunning;
  routes(app: FastifyInstance, isUp: () => boolean): void;
}

export function createMovieApi(now: () => number): MovieApi {
  let before = LAST_GOOD_MODEL;
  let serving = { version: LAST_GOOD_MODEL, from: Number.NEGATIVE_INFINITY };
  const version = (): string => (now() >= serving.from ? serving.version : before);

  const switchTo: MovieApi['switchTo'] = (wanted, how = 'loaded') => {
    if (!Object.hasOwn(MODELS, wanted)) return false;
    const isThere = serving.version === wanted;
    if (isThere && how === 'loaded') return true;
    before = version();
    serving = { version: wanted, from: how === 'loaded' ? now() + LOADS_MS : now() };
    return true;
  };

  return {
    version,
    switchTo,
    manner: () => MODELS[version()]?.manner ?? 'well',
    running: () => {
      const isChanging = now() < serving.from;
      return { what: 'Model', now: isChanging ? `${before} → ${serving.version}, loading` : version(), isChanging };
    },
    routes: (app, isUp) => {
      const answer = (reply: FastifyReply, body: object) =>
        isUp() ? reply.send(body) : reply.code(503).send({ detail: 'Service Unavailable' });
      app.get('/api/healthz', (_request, reply) =>
        answer(reply, { status: 'ok', version: version(), model: MODELS[version()]?.kind }),
      );
      app.get('/api/rollout/status', (_request, reply) =>
        answer(reply, { live: version(), previous: before, share: 1 }),
      );
      app.get<{ Querystring: { model?: string } }>('/api/switch', ({ query }, reply) => {
        if (!isUp()) return answer(reply, {});
        const model = query.model ?? '';
        if (switchTo(model)) return reply.send({ status: 'switched', version: model });
        return reply.code(404).send({ detail: `There is no ${model.slice(0, 40)} in the registry` });
      });
    },
  };
}
