import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { SandboxHook } from '../api.ts';

/** Somebody else's system that takes signed requests, and shows what came. */
export interface Hooks {
  /** Newest first. */
  list(): readonly SandboxHook[];
  /** `POST …/<name>` */
  routes(app: FastifyInstance): Promise<void>;
  onChange(listener: () => void): () => void;
}

export interface HooksOptions {
  readonly secret: string;
  readonly now: () => number;
  readonly isDown?: () => boolean;
}

const KEPT = 50;
const SHOWN_CHARACTERS = 8000;
const MOST_BYTES = 1024 * 1024;
/** A request that is older was recorded, or is late beyond use. */
const FRESH_MS = 5 * 60_000;

/** Takes what is signed rightly, answers 401 to everything else, and shows both. */
export function createHooks({ secret, now, isDown = () => false }: HooksOptions): Hooks {
  let hooks: readonly SandboxHook[] = [];
  const listeners = new Set<() => void>();

  const take = (name: string, headers: IncomingHttpHeaders, raw: string): number => {
    const signature = signatureOf(headers, raw, secret, now());
    const status = isDown() ? 503 : signature === 'right' ? 200 : 401;
    const one = { id: randomUUID(), at: now(), name, signature, status, body: readable(raw) };
    hooks = [one, ...hooks].slice(0, KEPT);
    for (const listener of listeners) listener();
    return status;
  };

  return {
    list: () => hooks,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (app) => {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MOST_BYTES }, (_request, body, done) =>
        done(null, body),
      );
      app.post<{ Params: { name: string } }>('/:name', (request, reply) => {
        const raw = typeof request.body === 'string' ? request.body : '';
        const status = take(request.params.name, request.headers, raw);
        return reply.code(status).send({ ok: status === 200 });
      });
    },
  };
}

/** HMAC-SHA256 over `timestamp.body`, which the headers carry beside the body; docs/paging.md describes it to receivers. */
export function signatureOf(
  headers: IncomingHttpHeaders,
  raw: string,
  secret: string,
  now: number,
): SandboxHook['signature'] {
  const { 'x-tocsin-signature': signature, 'x-tocsin-timestamp': timestamp } = headers;
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return 'missing';
  const expected = `sha256=${createHmac('sha256', secret).update(`${timestamp}.${raw}`).digest('hex')}`;
  const isFresh = Math.abs(now - Number(timestamp) * 1000) <= FRESH_MS;
  return isFresh && isSame(signature, expected) ? 'right' : 'wrong';
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function readable(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2).slice(0, SHOWN_CHARACTERS);
  } catch {
    return raw.slice(0, SHOWN_CHARACTERS);
  }
}
