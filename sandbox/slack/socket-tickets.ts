import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const TICKET_MS = 60_000;

/** Single-use tickets, each for one connection. */
export interface SocketTickets {
  create(): string;
  /** `absent` when the request is not for this Socket Mode at all. */
  redeem(request: IncomingMessage): 'taken' | 'refused' | 'absent';
}

export function createSocketTickets(now: () => number): SocketTickets {
  const tickets = new Map<string, number>();
  return {
    create() {
      const ticket = randomUUID();
      for (const [old, until] of tickets) if (until <= now()) tickets.delete(old);
      tickets.set(ticket, now() + TICKET_MS);
      return ticket;
    },
    redeem(request) {
      const ticket = /\/socket\/([^/?]+)/.exec(request.url ?? '')?.[1];
      if (ticket === undefined) return 'absent';
      const until = tickets.get(ticket) ?? 0;
      tickets.delete(ticket);
      return until > now() ? 'taken' : 'refused';
    },
  };
}
