import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Delivery, Outgoing, Transport } from './delivery.ts';
import { ACK_MS } from './delivery.ts';
import type { Journal } from './journal.ts';
import type { Json } from './json.ts';
import { isJson, objectOf, parseJson } from './json.ts';
import type { Line } from './socket-lines.ts';
import { createLines, disconnectFrame } from './socket-lines.ts';
import { createSocketTickets } from './socket-tickets.ts';
import type { World } from './world.ts';

/** The SDK gives up on a socket that has not pinged it for 30 s of real time. */
const PING_EVERY_MS = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface SocketMode extends Transport {
  /** A single-use ticket for one connection. */
  openTicket(): string;
  /** Answers upgrades at `…/socket/<ticket>`; leaves all others to whoever else listens. */
  attach(server: Server): void;
  /** Sends a `disconnect` frame to the oldest connection or to all; as in Slack, TCP stays open unless `close` is set. */
  disconnect(reason: DisconnectReason, options?: { all?: boolean; close?: boolean }): void;
  /** Tells the app that it got too many events. */
  sendRateLimited(): void;
  close(): void;
}

/** Slack's side of Socket Mode: every envelope goes to exactly one live connection, in turn. */
export function createSocketMode(world: World, journal: Journal): SocketMode {
  const tickets = createSocketTickets(world.now);
  const lines = createLines();
  const acks = createAcks(world.scaled(ACK_MS));
  const server = new WebSocketServer({ noServer: true });
  const detach: (() => void)[] = [];
  const pinging = setInterval(() => {
    for (const { socket } of lines.all()) socket.ping();
  }, PING_EVERY_MS);
  pinging.unref();

  function note(name: string): void {
    journal.add({ kind: 'socket', name, args: {}, outcome: String(lines.live().length) });
    world.changed();
  }

  function accept(socket: WebSocket): void {
    const line = lines.accept(socket, () => note('close'));
    socket.on('message', (data) => acks.receive(String(data)));
    if (line !== null) socket.send(JSON.stringify(hello(world, lines.live().length)));
    note(line === null ? 'too_many_websockets' : 'hello');
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = tickets.redeem(request);
    if (ticket === 'taken') server.handleUpgrade(request, socket, head, accept);
    else if (ticket === 'refused') socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
  }

  return {
    openTicket: tickets.create,
    attach(http) {
      http.on('upgrade', upgrade);
      detach.push(() => http.off('upgrade', upgrade));
    },
    async deliver(outgoing) {
      const line = lines.next();
      const delivery: Delivery = line === undefined ? { outcome: 'no_connection' } : await acks.send(line, outgoing);
      journal.add({ kind: 'delivery', name: outgoing.type, args: outgoing.payload, outcome: delivery.outcome });
      return delivery;
    },
    connected: () => lines.live().length > 0,
    disconnect(reason, { all = false, close = false } = {}) {
      for (const line of all ? lines.live() : lines.live().slice(0, 1)) {
        line.leaving = reason !== 'warning';
        line.socket.send(JSON.stringify(disconnectFrame(reason)));
        if (close) line.socket.close();
      }
      note(reason);
    },
    sendRateLimited() {
      lines.next()?.socket.send(JSON.stringify(rateLimitedFrame(world)));
    },
    close() {
      clearInterval(pinging);
      for (const off of detach) off();
      for (const socket of server.clients) socket.terminate();
      acks.abandon();
      server.close();
    },
  };
}

interface Acks {
  /** Sends an envelope and waits for its acknowledgement, at most as long as Slack does. */
  send(line: Line, outgoing: Outgoing): Promise<Delivery>;
  receive(text: string): void;
  abandon(): void;
}

function createAcks(timeoutMs: number): Acks {
  const waiting = new Map<string, (delivery: Delivery) => void>();
  return {
    send(line, outgoing) {
      const id = randomUUID();
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle({ outcome: 'timeout' }), timeoutMs);
        const settle = (delivery: Delivery): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(delivery);
        };
        waiting.set(id, settle);
        line.socket.send(JSON.stringify(envelope(id, outgoing)));
      });
    },
    receive(text) {
      const frame = objectOf(parseJson(text));
      const settle = waiting.get(String(frame.envelope_id));
      settle?.({ outcome: 'acked', payload: isJson(frame.payload) ? frame.payload : null });
    },
    abandon() {
      for (const settle of [...waiting.values()]) settle({ outcome: 'no_connection' });
    },
  };
}

function envelope(id: string, { type, payload, retry }: Outgoing): Json {
  const frame = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' };
  if (type !== 'events_api') return frame;
  return { ...frame, retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' };
}

function hello(world: World, connections: number): Json {
  return {
    type: 'hello',
    num_connections: connections,
    connection_info: { app_id: world.app.id },
    debug_info: { host: 'sandbox', started: new Date(world.now()).toISOString(), approximate_connection_time: 18_060 },
  };
}

/** It has no inner event, unlike all other `events_api` envelopes. https://docs.slack.dev/reference/events/app_rate_limited */
function rateLimitedFrame({ workspace, app, now }: World): Json {
  const payload = {
    token: 'sandbox',
    type: 'app_rate_limited',
    team_id: workspace.id,
    minute_rate_limited: Math.floor(now() / 60_000) * 60,
    api_app_id: app.id,
  };
  return { envelope_id: randomUUID(), type: 'events_api', payload, accepts_response_payload: false };
}
