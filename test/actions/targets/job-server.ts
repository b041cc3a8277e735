import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A request that was taken. */
interface Taken {
  readonly method: string;
  readonly url: string;
  readonly key: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

interface Options {
  readonly now: () => number;
  readonly token: string;
}

const JOB_MS = 20_000;
const LOAD_MS = 3_000;

/** A server of an owner's own: it runs jobs that have ids, does a key once, and serves a version that can be set. */
export function createJobServer({ now, token }: Options) {
  const taken: Taken[] = [];
  const jobs = new Map<string, { id: string; at: number; fate: 'well' | 'fails' | 'hangs'; isStopped: boolean }>();
  let version = { name: 'v2', next: 'v2', at: 0 };
  let [lost, fate, ignores] = [false, 'well' as 'well' | 'fails' | 'hangs', false];

  const progressOf = (job: { at: number; fate: string; isStopped: boolean }) => {
    const share = Math.min(1, (now() - job.at) / JOB_MS);
    if (job.isStopped) return { state: 'failed', share };
    if (share < 1 || job.fate === 'hangs') return { state: 'running', share };
    return { state: job.fate === 'fails' ? 'failed' : 'succeeded', share };
  };
  const serving = () => (now() >= version.at + LOAD_MS ? version.next : version.name);
  const answered = (reply: FastifyReply, body: object) => {
    if (!lost) return reply.send(body);
    lost = false;
    reply.hijack();
    reply.raw.destroy();
    return reply;
  };
  const serve = (name: string) => {
    if (!ignores) version = { name: serving(), next: name, at: now() };
    ignores = false;
  };

  return {
    requests: (): readonly Taken[] => taken,
    /** Of POST, PUT and switches: how often it has changed something. */
    changes: () => taken.length,
    loseNextAnswer: () => {
      lost = true;
    },
    failNextJob: () => {
      fate = 'fails';
    },
    hangNextJob: () => {
      fate = 'hangs';
    },
    ignoreNextSwitch: () => {
      ignores = true;
    },
    setVersion: (name: string) => {
      version = { name, next: name, at: 0 };
    },
    routes: async (app: FastifyInstance): Promise<void> => {
      app.addHook('onRequest', async ({ headers }, reply) => {
        if (headers.authorization !== `Bearer ${token}`) return reply.code(401).send({ error: 'who are you?' });
      });
      const take = ({ method, url, headers, body }: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>) => {
        taken.push({ method, url, key: String(headers['idempotency-key']), headers, body });
      };
      app.post('/jobs', (request, reply) => {
        const key = String(request.headers['idempotency-key']);
        const known = jobs.get(key);
        if (!known) {
          take(request);
          jobs.set(key, { id: `job ${jobs.size + 1}/7`, at: now(), fate, isStopped: false });
          fate = 'well';
        }
        return answered(reply, { job: { id: jobs.get(key)?.id } });
      });
      app.get<{ Params: { id: string } }>('/jobs/:id', ({ params }, reply) => {
        const job = [...jobs.values()].find(({ id }) => id === params.id);
        if (!job) return reply.code(404).send({ error: 'no such job' });
        return { job: progressOf(job) };
      });
      app.delete<{ Params: { id: string } }>('/jobs/:id', (request, reply) => {
        const job = [...jobs.values()].find(({ id }) => id === request.params.id);
        take(request);
        if (job) job.isStopped = true;
        return reply.code(204).send();
      });
      app.get('/version', () => ({ version: serving() }));
      app.put<{ Querystring: { to: string } }>('/version', (request, reply) => {
        take(request);
        serve(request.query.to);
        return answered(reply, { ok: true });
      });
      app.get<{ Querystring: { model: string } }>('/switch', (request, reply) => {
        take(request);
        serve(request.query.model);
        return answered(reply, { ok: true });
      });
    },
  };
}
