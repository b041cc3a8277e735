import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

const TICKET_MS = 60_000;
/** The SDK gives up on a socket that has not pinged it for 30 s of real time. */
const PING_EVERY_MS = 10_000;

/** Lets connections in that bring a ticket. */
export interface SocketServer {
  /** A single-use ticket for one connection. */
  openTicket(): string;
  /** Answers upgrades at `…/socket/<ticket>`; leaves all others to whoever else listens. */
  attach(server: Server): void;
  close(): void;
}

export function createSocketServer(now: () => number, accept: (socket: WebSocket) => void): SocketServer {
  const tickets = new Map<string, number>();
  const sockets = new WebSocketServer({ noServer: true });
  const attached: Server[] = [];
  const pinging = setInterval(() => {
    for (const socket of sockets.clients) socket.ping();
  }, PING_EVERY_MS);
  pinging.unref();

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = /\/socket\/([^/?]+)/.exec(request.url ?? '')?.[1];
    if (ticket === undefined) return;
    const until = tickets.get(ticket) ?? 0;
    tickets.delete(ticket);
    if (until > now()) sockets.handleUpgrade(request, socket, head, accept);
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
  }

  return {
    openTicket() {
      const ticket = randomUUID();
      for (const [old, until] of tickets) if (until <= now()) tickets.delete(old);
      tickets.set(ticket, now() + TICKET_MS);
      return ticket;
    },
    attach(server) {
      server.on('upgrade', upgrade);
      attached.push(server);
    },
    close() {
      clearInterval(pinging);
      for (const server of attached) server.off('upgrade', upgrade);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
