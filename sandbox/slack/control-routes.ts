import type { FastifyInstance } from 'fastify';
import { argumentsOf } from './body.ts';
import type { Fault, Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { isJson, stringOf, stringsOf } from './json.ts';
import { announce } from './message-events.ts';
import { find, remove } from './messages.ts';
import type { Services } from './method.ts';
import { archiveChannel } from './methods/conversations.ts';
import type { DisconnectReason, SocketMode } from './socket-mode.ts';

interface Parts {
  readonly services: Services;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly sockets: SocketMode;
}

/** `…/_control/…`: what only a test, a bench or a demo may do to this Slack. */
export function controlRoutes(app: FastifyInstance, parts: Parts): void {
  faultRoutes(app, parts);
  appRoutes(app, parts);
  channelRoutes(app, parts.services);
}

function faultRoutes(app: FastifyInstance, { faults, journal }: Parts): void {
  app.post('/_control/faults', async (request, reply) => {
    const fault = argumentsOf(request);
    if (!isFault(fault)) return reply.code(400).send({ ok: false, error: 'method and a known kind are needed' });
    faults.add(fault);
    return { ok: true };
  });

  app.delete('/_control/faults', async () => {
    faults.clear();
    return { ok: true };
  });

  app.get('/_control/journal', async (request) => {
    const { name, kind, since } = isJson(request.query) ? request.query : {};
    const filter = { ...(name ? { name: String(name) } : {}), ...(kind ? { kind: String(kind) } : {}) };
    return { ok: true, entries: journal.entries({ ...filter, since: Number(since ?? 0) }) };
  });
}

function appRoutes(app: FastifyInstance, { services: { world }, sockets }: Parts): void {
  app.post('/_control/disconnect', async (request) => {
    const { reason, all, close } = argumentsOf(request);
    sockets.disconnect(reasonOf(reason), { all: all === true, close: close === true });
    return { ok: true };
  });

  app.post('/_control/app_rate_limited', async () => {
    sockets.sendRateLimited();
    return { ok: true };
  });

  app.post('/_control/scopes', async (request) => {
    world.app.scopes.clear();
    for (const scope of stringsOf(argumentsOf(request).scopes)) world.app.scopes.add(scope);
    return { ok: true };
  });

  app.post('/_control/revoke', async (request) => {
    world.app.revoked = argumentsOf(request).revoked !== false;
    return { ok: true };
  });
}

function channelRoutes(app: FastifyInstance, services: Services): void {
  const { world } = services;

  app.post('/_control/channels/archive', async (request, reply) => {
    const { channel: id, user } = argumentsOf(request);
    const channel = world.channels.get(stringOf(id));
    if (channel === undefined) return reply.code(404).send({ ok: false, error: 'channel_not_found' });
    archiveChannel(services, channel, stringOf(user) || channel.creator);
    return { ok: true };
  });

  app.post('/_control/users/deactivate', async (request, reply) => {
    const { user: id, deactivated } = argumentsOf(request);
    const user = world.users.get(stringOf(id));
    if (user === undefined) return reply.code(404).send({ ok: false, error: 'user_not_found' });
    user.isDeactivated = deactivated !== false;
    world.changed();
    return { ok: true };
  });

  app.post('/_control/channels/delete', async (request) => {
    const id = stringOf(argumentsOf(request).channel);
    if (world.channels.delete(id)) services.events.emit('channel_deleted', { type: 'channel_deleted', channel: id });
    world.changed();
    return { ok: true };
  });

  app.post('/_control/messages/delete', async (request, reply) => {
    const { channel: id, ts } = argumentsOf(request);
    const channel = world.channels.get(stringOf(id));
    const message = channel === undefined ? undefined : find(channel, stringOf(ts));
    if (channel === undefined || message === undefined) {
      return reply.code(404).send({ ok: false, error: 'message_not_found' });
    }
    remove(world, channel, message);
    announce(services, channel, message, 'message_deleted');
    return { ok: true };
  });
}

const KINDS: readonly string[] = [
  'http500',
  'timeout',
  'hang',
  'delay',
  'internal_error_after_commit',
  'drop_after_commit',
  'ratelimited',
  'error',
] satisfies Fault['kind'][];

function isFault(value: unknown): value is Fault {
  return isJson(value) && typeof value.method === 'string' && KINDS.includes(stringOf(value.kind));
}

const REASONS: readonly DisconnectReason[] = ['warning', 'refresh_requested', 'link_disabled', 'too_many_websockets'];

function reasonOf(value: unknown): DisconnectReason {
  return REASONS.find((reason) => reason === value) ?? 'refresh_requested';
}
