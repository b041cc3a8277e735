import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createPublicIncidents, type IncidentBody, type PublicIncident } from './incidents.ts';

export interface StatuspageFaults {
  /** The next change is done, and its answer never comes. */
  loseNextAnswer(): void;
  /** The next change is answered with 401, as to a key that was revoked. */
  refuseNext(): void;
  /** Every answer takes so long; 0: none. */
  slow(ms: number): void;
}

/** A page of Statuspage, with its components and incidents. https://developer.statuspage.io */
export interface Statuspage {
  /** Newest first. */
  incidents(): readonly PublicIncident[];
  components(): readonly { readonly id: string; readonly name: string; readonly status: string }[];
  readonly faults: StatuspageFaults;
  /** What was opened and updated, oldest first. */
  journal(): readonly string[];
  onChange(listener: () => void): () => void;
  /** `/v1/pages/…` under a prefix. */
  routes(app: FastifyInstance): Promise<void>;
}

export interface StatuspageOptions {
  readonly now: () => number;
  readonly page: string;
  /** The key that it takes. */
  readonly token: string;
  /** By their ids. */
  readonly components: Readonly<Record<string, string>>;
}

interface Paging {
  readonly page?: string;
  readonly per_page?: string;
  readonly limit?: string;
}

/** A hundred are the default, and the most. */
const MOST_OF_A_PAGE = 100;

function paged<T>(all: readonly T[], size: string | undefined, page = '1'): readonly T[] {
  const most = Math.min(MOST_OF_A_PAGE, Number(size ?? MOST_OF_A_PAGE));
  return all.slice((Number(page) - 1) * most, Number(page) * most);
}

/** One a second, counted over a minute. */
const MOST_A_MINUTE = 60;

export function createStatuspage({ now, page, token, components }: StatuspageOptions): Statuspage {
  const parts = Object.entries(components).map(([id, name]) => ({ id, name, status: 'operational' }));
  const wrong = { lost: 0, refused: 0, slowMs: 0 };
  const listeners = new Set<() => void>();
  const journal: string[] = [];
  let asked: readonly number[] = [];
  const held = createPublicIncidents({
    now,
    page,
    components: parts,
    id: () => randomUUID().replaceAll('-', '').slice(0, 12),
  });

  const isTooOften = (): boolean => {
    asked = [...asked.filter((at) => at > now() - 60_000), now()];
    return asked.length > MOST_A_MINUTE;
  };

  const turnedAway = ({ headers, params, method }: FastifyRequest) => {
    if (isTooOften()) return { code: 420, error: 'Enhance Your Calm: too many requests' };
    const isRefused = method !== 'GET' && wrong.refused > 0;
    if (isRefused) wrong.refused--;
    if (isRefused || headers.authorization !== `OAuth ${token}`) return { code: 401, error: 'Could not authenticate' };
    return (params as { page?: string }).page === page ? null : { code: 404, error: 'not found' };
  };

  const change = (
    reply: FastifyReply,
    verb: string,
    done: ReturnType<typeof held.open>,
    code: number,
  ): FastifyReply => {
    if ('error' in done) return reply.code(done.code).send({ error: done.error });
    journal.push(`${verb} ${done.name}: ${done.status}`);
    for (const listener of listeners) listener();
    if (wrong.lost === 0) return reply.code(code).send(done);
    wrong.lost--;
    reply.hijack();
    reply.raw.destroy();
    return reply;
  };

  const bodyOf = ({ body }: FastifyRequest): IncidentBody =>
    (body as { incident?: IncidentBody } | null)?.incident ?? {};

  return {
    incidents: held.list,
    components: () => parts,
    faults: {
      loseNextAnswer: () => void wrong.lost++,
      refuseNext: () => void wrong.refused++,
      slow: (ms) => {
        wrong.slowMs = ms;
      },
    },
    journal: () => journal,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (app) => {
      app.addHook('onRequest', async (request, reply) => {
        if (wrong.slowMs > 0) await sleep(wrong.slowMs);
        const no = turnedAway(request);
        if (no) return reply.code(no.code).send({ error: no.error });
      });
      app.get<{ Querystring: Paging }>('/v1/pages/:page/components', ({ query }) =>
        paged(parts, query.per_page, query.page),
      );
      app.get<{ Querystring: Paging }>('/v1/pages/:page/incidents', ({ query }) =>
        paged(held.list(), query.limit, query.page),
      );
      app.post('/v1/pages/:page/incidents', (request, reply) =>
        change(reply, 'opened', held.open(bodyOf(request)), 201),
      );
      app.patch<{ Params: { id: string } }>('/v1/pages/:page/incidents/:id', (request, reply) =>
        change(reply, 'updated', held.update(request.params.id, bodyOf(request)), 200),
      );
    },
  };
}
