import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Delivery, Transport } from './delivery.ts';
import { ACK_MS } from './delivery.ts';
import type { Journal } from './journal.ts';
import type { Json } from './json.ts';
import { createAcks } from './socket-acks.ts';
import { createLines, disconnectFrame } from './socket-lines.ts';
import type { SocketServer } from './socket-server.ts';
import { createSocketServer } from './socket-server.ts';
import type { World } from './world.ts';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface SocketMode extends Transport, SocketServer {
  /** Sends a `disconnect` frame to the oldest connection or to all; as in Slack, TCP stays open unless `close` is set. */
  disconnect(reason: DisconnectReason, options?: { all?: boolean; close?: boolean }): void;
  /** Tells the app that it got too many events. */
  sendRateLimited(): void;
}

/** Slack's side of Socket Mode: every envelope goes to exactly one live connection, in turn. */
export function createSocketMode(world: World, journal: Journal): SocketMode {
  const lines = createLines();
  const acks = createAcks(world.scaled(ACK_MS));
  const server = createSocketServer(world.now, accept);

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

  return {
    openTicket: server.openTicket,
    attach: server.attach,
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
      server.close();
      acks.abandon();
    },
  };
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
