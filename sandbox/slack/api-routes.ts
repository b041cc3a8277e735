import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Args } from './args.ts';
import { argumentsOf, fileBytesOf } from './body.ts';
import type { Fault, Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { stringOf } from './json.ts';
import { mimetype } from './presentation.ts';
import type { Answer, WebApi } from './web-api.ts';
import { channelArgument, rateLimited } from './web-api.ts';
import type { World } from './world.ts';

const TIMEOUT_MS = 30_000;
/** More than any graph needs; Slack itself takes 1 GB. */
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

interface Parts {
  readonly world: World;
  readonly api: WebApi;
  readonly faults: Faults;
  readonly journal: Journal;
}

/** `…/api/<method>`, and where files are sent to and fetched from. */
export function apiRoutes(app: FastifyInstance, { world, api, faults, journal }: Parts): void {
  const hanging = new Set<FastifyReply>();
  app.addHook('preClose', async () => {
    for (const reply of hanging) reply.raw.socket?.destroy();
  });

  app.all<{ Params: { method: string } }>('/api/:method', async (request, reply) => {
    const args = argumentsOf(request);
    const name = request.params.method;
    const fault = faults.take(name, channelArgument(args));
    if (fault === undefined) return send(reply, api.call(name, tokenOf(request, args), args));
    journal.add({ kind: 'api', name, args: withoutToken(args), outcome: `fault:${fault.kind}` });
    if (fault.kind === 'hang') {
      hanging.add(reply);
      reply.raw.on('close', () => hanging.delete(reply));
    }
    return misbehave(world, fault, reply, () => api.call(name, tokenOf(request, args), args));
  });

  app.post<{ Params: { id: string } }>('/upload/:id', { bodyLimit: MAX_UPLOAD_BYTES }, async (request, reply) => {
    const file = world.files.get(request.params.id);
    if (file === undefined || file.completed) return reply.code(404).send('not found');
    const content = fileBytesOf(request);
    journal.add({ kind: 'upload', name: file.name, args: { id: file.id, bytes: content.length }, outcome: 'ok' });
    file.content = content;
    return reply.code(200).send(`OK - ${content.length}`);
  });

  app.get<{ Params: { id: string } }>('/files/:id/:name', async (request, reply) => {
    const file = world.files.get(request.params.id);
    if (file?.completed !== true || file.content === null) return reply.code(404).send('not found');
    return reply
      .header('content-type', mimetype(file.name))
      .header('x-content-type-options', 'nosniff')
      .send(file.content);
  });
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

/** Does what the fault says instead of, or after, answering. */
async function misbehave(world: World, fault: Fault, reply: FastifyReply, call: () => Answer): Promise<FastifyReply> {
  const waits = fault.delayMs ?? (fault.kind === 'timeout' ? world.scaled(TIMEOUT_MS) : 0);
  if (waits > 0) await sleep(waits, undefined, { ref: false });
  switch (fault.kind) {
    case 'delay':
      return send(reply, call());
    case 'http500':
      return reply.code(500).send('internal server error');
    case 'ratelimited':
      return send(reply, rateLimited(fault.method, fault.retryAfter ?? 1));
    case 'error':
      return reply.send({ ok: false, error: fault.error ?? 'fatal_error' });
    case 'internal_error_after_commit':
      call();
      return reply.send({ ok: false, error: 'internal_error' });
    case 'drop_after_commit':
      call();
      return drop(reply);
    case 'timeout':
      return drop(reply);
    case 'hang':
      return reply.hijack();
  }
}

function drop(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.destroy();
  return reply;
}

function tokenOf(request: FastifyRequest, args: Args): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? (stringOf(args.token) || undefined);
}

function withoutToken({ token: _, ...args }: Args): Args {
  return args;
}
