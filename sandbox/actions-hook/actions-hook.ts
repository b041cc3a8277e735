import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { signatureOf } from '../hooks/hooks.ts';

/** A ticket, as GitHub shows an issue. */
export interface Ticket {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly createdAt: number;
}

export interface ComposeService {
  readonly name: string;
  readonly state: 'running' | 'restarting';
  readonly restarts: number;
  /** Epoch ms. */
  readonly startedAt: number;
}

export interface ActionsHookFaults {
  /** The next request is done, and its answer never comes. */
  loseNextAnswer(): void;
  /** The next request is answered with 422 and these words. */
  refuseNext(words: string): void;
  /** Every answer takes so long; 0: none. */
  slow(ms: number): void;
}

/** The small programs at the other end of signed webhooks: one opens tickets, one restarts services of Docker Compose. */
export interface ActionsHook {
  /** Newest first. */
  tickets(): readonly Ticket[];
  services(): readonly ComposeService[];
  readonly faults: ActionsHookFaults;
  /** `opened #1 …`, `restarted api`; oldest first. */
  journal(): readonly string[];
  onChange(listener: (change: string) => void): () => void;
  /** `POST …/tickets` and `POST …/compose` */
  routes(app: FastifyInstance): Promise<void>;
}

export interface ActionsHookOptions {
  readonly now: () => number;
  readonly secret: string;
  /** Names of services that Compose runs. */
  readonly services: readonly string[];
}

interface Said {
  readonly code: number;
  readonly body: object;
}

const RESTART_MS = 6_000;
const KEPT_KEYS = 500;

export function createActionsHook({ now, secret, services }: ActionsHookOptions): ActionsHook {
  let tickets: readonly Ticket[] = [];
  const restarts = new Map<string, number[]>(services.map((name) => [name, []]));
  const answers = new Map<string, Said>();
  const wrong = { lost: 0, refusals: [] as string[], slowMs: 0 };
  const journal: string[] = [];
  const listeners = new Set<(change: string) => void>();

  const took = (change: string): void => {
    journal.push(change);
    for (const listener of listeners) listener(change);
  };

  const openTicket = (fields: Readonly<Record<string, unknown>>): Said => {
    const { title, body = '', labels = [] } = fields;
    if (typeof title !== 'string' || title === '')
      return { code: 422, body: { message: 'Validation Failed: title is missing' } };
    const number = tickets.length + 1;
    const named = Array.isArray(labels) ? labels.map(String) : [];
    tickets = [{ number, title, body: String(body), labels: named, createdAt: now() }, ...tickets];
    took(`opened #${number} ${title}`);
    return { code: 201, body: { number, html_url: `https://github.example.com/team/repo/issues/${number}` } };
  };

  const restart = (fields: Readonly<Record<string, unknown>>): Said => {
    const name = String(fields.restart ?? '');
    const known = restarts.get(name);
    if (!known) return { code: 422, body: { message: `there is no service ${name}` } };
    known.push(now());
    took(`restarted ${name}`);
    return { code: 202, body: { restarted: name } };
  };

  /** The same key is done once and answered the same. */
  const once = (key: string, run: () => Said): Said => {
    const said = answers.get(key) ?? run();
    if (said.code < 300) answers.set(key, said);
    const oldest = answers.keys().next().value;
    if (answers.size > KEPT_KEYS && oldest !== undefined) answers.delete(oldest);
    return said;
  };

  /** `null`: it is done, and its answer gets lost. */
  const answerTo = (path: string, headers: IncomingHttpHeaders, raw: string, run: typeof restart): Said | null => {
    if (signatureOf(headers, raw, secret, now()) !== 'right') {
      return { code: 401, body: { message: 'The signature does not fit.' } };
    }
    const words = wrong.refusals.shift();
    if (words !== undefined) return { code: 422, body: { message: words } };
    const said = once(`${path} ${String(headers['idempotency-key'])}`, () => run(JSON.parse(raw)));
    if (wrong.lost === 0) return said;
    wrong.lost--;
    return null;
  };

  return {
    tickets: () => tickets,
    services: () => [...restarts].map(([name, times]) => serviceOf(name, times, now())),
    faults: {
      loseNextAnswer: () => void wrong.lost++,
      refuseNext: (words) => void wrong.refusals.push(words),
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
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      for (const [path, run] of [
        ['/tickets', openTicket],
        ['/compose', restart],
      ] as const) {
        app.post(path, async (request, reply) => {
          if (wrong.slowMs > 0) await sleep(wrong.slowMs);
          const said = answerTo(path, request.headers, typeof request.body === 'string' ? request.body : '', run);
          return said === null ? lose(reply) : reply.code(said.code).send(said.body);
        });
      }
    },
  };
}

function lose(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

function serviceOf(name: string, restarts: readonly number[], now: number): ComposeService {
  const startedAt = restarts.at(-1) ?? 0;
  const isUp = restarts.length === 0 || now >= startedAt + RESTART_MS;
  return { name, state: isUp ? 'running' : 'restarting', restarts: restarts.length, startedAt };
}
