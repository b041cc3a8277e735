import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SandboxPagerDutyIncident } from '../api.ts';
import type { PagerDutyEvent } from './event.ts';
import { readEvent } from './event.ts';

/** PagerDuty's Events API v2 and what it opens, over one service. */
export interface PagerDuty {
  /** Newest first. */
  list(): readonly SandboxPagerDutyIncident[];
  /** `POST …/v2/enqueue` */
  routes(app: FastifyInstance): Promise<void>;
  onChange(listener: () => void): () => void;
}

export interface PagerDutyOptions {
  readonly now: () => number;
  /** How it misbehaves just now. */
  readonly fault?: () => 'throttled' | 'down' | null;
}

interface Incident extends SandboxPagerDutyIncident {
  readonly routingKey: string;
}

const KEPT = 100;
/** https://developer.pagerduty.com/docs/events-api-v2-overview: 512 KB. */
const MOST_BYTES = 512 * 1024;

/** An event that fits is taken with 202, whether or not there is something to acknowledge or resolve: PagerDuty works it off later. */
export function createPagerDuty({ now, fault = () => null }: PagerDutyOptions): PagerDuty {
  let incidents: readonly Incident[] = [];
  const listeners = new Set<() => void>();

  const take = (event: PagerDutyEvent): string => {
    const dedupKey = event.dedup_key ?? randomUUID().replaceAll('-', '');
    incidents = after(incidents, event, dedupKey, now()).slice(0, KEPT);
    for (const listener of listeners) listener();
    return dedupKey;
  };

  return {
    list: () => incidents.map(({ routingKey: _, ...shown }) => shown),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (app) => {
      app.post('/v2/enqueue', { bodyLimit: MOST_BYTES }, (request, reply) => {
        const wrong = fault();
        if (wrong !== null) return misbehave(reply, wrong);
        const event = readEvent(request.body);
        if ('errors' in event) return reply.code(400).send({ ...INVALID, errors: event.errors });
        return reply.code(202).send({ status: 'success', message: 'Event processed', dedup_key: take(event) });
      });
    },
  };
}

const INVALID = { status: 'invalid event', message: 'Event object is invalid' };

function misbehave(reply: FastifyReply, wrong: 'throttled' | 'down'): FastifyReply {
  if (wrong === 'down') return reply.code(503).send('Service Unavailable');
  const message = 'Requests for this service are arriving too quickly.  Please retry later.';
  return reply.code(429).send({ status: 'throttle exceeded', message });
}

/** An event is for the open incident of its key and its integration; a trigger without one opens it. */
function after(
  incidents: readonly Incident[],
  event: PagerDutyEvent,
  dedupKey: string,
  at: number,
): readonly Incident[] {
  const { routing_key: routingKey, event_action: action } = event;
  const open = incidents.find(
    (one) => one.dedupKey === dedupKey && one.routingKey === routingKey && one.state !== 'resolved',
  );
  const changed = (change: Partial<Incident>) =>
    incidents.map((one) => (one === open ? { ...one, ...change, changedAt: at } : one));
  if (action !== 'trigger') return changed({ state: action === 'acknowledge' ? 'acknowledged' : 'resolved' });
  const { summary, source, severity } = event.payload;
  if (open !== undefined) return changed({ summary, source, severity, events: open.events + 1 });
  const [id, keyEnd, state] = [randomUUID(), routingKey.slice(-4), 'triggered' as const];
  const told = { summary, source, severity, events: 1, openedAt: at, changedAt: at };
  return [{ id, dedupKey, routingKey, keyEnd, state, ...told }, ...incidents];
}
