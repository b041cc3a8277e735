import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Delivery, Outgoing, Transport } from './delivery.ts';
import { ACK_MS } from './delivery.ts';
import type { Journal } from './journal.ts';
import type { Json } from './json.ts';
import { isJson, objectOf, parseJson } from './json.ts';
import type { World } from './world.ts';

/** Slack allows this many connections of one app. https://docs.slack.dev/apis/events-api/using-socket-mode */
const MAX_CONNECTIONS = 10;
const TICKET_MS = 60_000;
/** The SDK gives up on a socket that has not pinged it for 30 s of real time. */
const PING_EVERY_MS = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface SocketMode extends Transport {
  /** A single-use ticket for one connection. */
  openTicket(): string;
  /** Answers upgrades at `…/socket/<ticket>`; leaves all others to whoever else listens. */
  attach(server: Server): void;
  connections(): number;
  /** Sends a `disconnect` frame to the oldest connection or to all; as in Slack, TCP stays open unless `close` is set. */
  disconnect(reason: DisconnectReason, options?: { all?: boolean; close?: boolean }): void;
  /** Tells the app that it got too many events. */
  sendRateLimited(): void;
  close(): void;
}

interface Line {
  readonly socket: WebSocket;
  /** No envelope goes to a connection that was told to leave. */
  leaving: boolean;
}

/** Slack's side of Socket Mode: every envelope goes to exactly one live connection, in turn. */
export function createSocketMode(world: World, journal: Journal): SocketMode {
  const tickets = new Map<string, number>();
  const lines: Line[] = [];
  const waiting = new Map<string, (delivery: Delivery) => void>();
  const server = new WebSocketServer({ noServer: true });
  const attached: { http: Server; listener: (req: IncomingMessage, socket: Duplex, head: Buffer) => void }[] = [];
  let turn = 0;

  const pinging = setInterval(() => {
    for (const { socket } of lines) socket.ping();
  }, PING_EVERY_MS);
  pinging.unref();

  function live(): Line[] {
    return lines.filter((line) => !line.leaving && line.socket.readyState === line.socket.OPEN);
  }

  function accept(socket: WebSocket): void {
    if (live().length >= MAX_CONNECTIONS) {
      journal.add({ kind: 'socket', name: 'disconnect', args: { reason: 'too_many_websockets' }, outcome: 'sent' });
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info: debug() }));
      return;
    }
    const line = { socket, leaving: false };
    lines.push(line);
    socket.on('message', (data) => receive(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      lines.splice(lines.indexOf(line), 1);
      journal.add({ kind: 'socket', name: 'close', args: {}, outcome: String(lines.length) });
      world.changed();
    });
    journal.add({ kind: 'socket', name: 'hello', args: {}, outcome: String(live().length) });
    socket.send(JSON.stringify(hello()));
    world.changed();
  }

  function hello(): Json {
    return {
      type: 'hello',
      num_connections: live().length,
      connection_info: { app_id: world.app.id },
      debug_info: { ...debug(), started: new Date(world.now()).toISOString(), approximate_connection_time: 18_060 },
    };
  }

  function receive(text: string): void {
    const frame = objectOf(parseJson(text));
    const settle = waiting.get(String(frame.envelope_id));
    settle?.({ outcome: 'acked', payload: isJson(frame.payload) ? frame.payload : null });
  }

  function send(line: Line, outgoing: Outgoing): Promise<Delivery> {
    const id = randomUUID();
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ outcome: 'timeout' }), world.scaled(ACK_MS));
      const settle = (delivery: Delivery): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(delivery);
      };
      waiting.set(id, settle);
      line.socket.send(JSON.stringify(envelope(id, outgoing)));
    });
  }

  function redeem(request: IncomingMessage): boolean {
    const ticket = ticketOf(request);
    const until = ticket === undefined ? undefined : tickets.get(ticket);
    if (ticket !== undefined) tickets.delete(ticket);
    return until !== undefined && until > world.now();
  }

  return {
    openTicket() {
      const ticket = randomUUID();
      for (const [old, until] of tickets) if (until <= world.now()) tickets.delete(old);
      tickets.set(ticket, world.now() + TICKET_MS);
      return ticket;
    },
    attach(http) {
      const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
        if (ticketOf(request) === undefined) return;
        if (redeem(request)) server.handleUpgrade(request, socket, head, accept);
        else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      };
      http.on('upgrade', listener);
      attached.push({ http, listener });
    },
    async deliver(outgoing) {
      const open = live();
      const line = open[turn % Math.max(1, open.length)];
      turn += 1;
      const delivery: Delivery = line === undefined ? { outcome: 'no_connection' } : await send(line, outgoing);
      journal.add({ kind: 'delivery', name: outgoing.type, args: outgoing.payload, outcome: delivery.outcome });
      return delivery;
    },
    connected: () => live().length > 0,
    connections: () => live().length,
    disconnect(reason, { all = false, close = false } = {}) {
      for (const line of all ? live() : live().slice(0, 1)) {
        line.leaving = reason !== 'warning';
        line.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: debug() }));
        if (close) line.socket.close();
      }
      world.changed();
    },
    sendRateLimited() {
      const payload = {
        type: 'app_rate_limited',
        team_id: world.workspace.id,
        minute_rate_limited: Math.floor(world.now() / 60_000) * 60,
        api_app_id: world.app.id,
      };
      const frame = { envelope_id: randomUUID(), type: 'events_api', payload, accepts_response_payload: false };
      live()[0]?.socket.send(JSON.stringify(frame));
    },
    close() {
      clearInterval(pinging);
      for (const { http, listener } of attached) http.off('upgrade', listener);
      for (const socket of server.clients) socket.terminate();
      for (const settle of [...waiting.values()]) settle({ outcome: 'no_connection' });
      server.close();
    },
  };
}

function ticketOf(request: IncomingMessage): string | undefined {
  return /\/socket\/([^/?]+)/.exec(request.url ?? '')?.[1];
}

function envelope(id: string, { type, payload, retry }: Outgoing): Json {
  const frame = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' };
  if (type !== 'events_api') return frame;
  return { ...frame, retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' };
}

function debug(): Json {
  return { host: 'sandbox', build_number: 1 };
}
