import { apply } from './apply.ts';
import type { Decision } from './decide.ts';
import { escalate } from './escalation-due.ts';
import { nextAt } from './escalation-next.ts';
import { situationOf } from './escalation-situation.ts';
import { type Incident, type IncidentEvent, isOver, nextOwnWakeAt } from './incident.ts';
import { type Delivery, deliveryId, nextAttempt } from './page.ts';

/**
 * A decision with what the policy demands once it is true: who is told by an alarm that opens, by a severity that rises, by the
 * time that has come. `before` is the incident that the decision is about; `null`: the decision opens it.
 */
export function withPages(before: Incident | null, decision: Decision, now: number): Decision {
  const after = decision.events.reduce<Incident | null>(apply, before);
  if (!after?.escalation || isOver(after)) return decision;
  const { policy, state } = after.escalation;
  const pages = escalate(policy, state, situationOf(after, policy), now);
  return pages.length === 0 ? decision : { ...decision, events: [...decision.events, ...pages] };
}

/**
 * When this incident next needs the clock, as seen at `now` (epoch ms); in the past when it is late, `null` when it needs none.
 * Working hours that nobody was there to use pass, so that the answer may be later when it is asked later.
 */
export function nextWakeAt(incident: Incident, now: number): number | null {
  const own = nextOwnWakeAt(incident, now);
  if (!incident.escalation) return own;
  const { policy, state } = incident.escalation;
  const page = nextAt(policy, state, situationOf(incident, policy), now);
  if (own === null || page === null) return own ?? page;
  return Math.min(own, page);
}

/** One target of a page that began its way, was tried or ended it. */
export interface MovedDelivery {
  /** See `deliveryId`. */
  readonly id: string;
  /** When it may be sent, epoch ms; `null`: it is not on its way any more. */
  readonly at: number | null;
}

/** What has changed on the way of pages between two states of an incident. Nothing is on its way once it is over. */
export function deliveriesMoved(before: Incident | null, after: Incident): MovedDelivery[] {
  const old = before && !isOver(before) ? onTheirWay(before) : NONE;
  const now = isOver(after) ? NONE : onTheirWay(after);
  const ended = [...old.keys()].filter((id) => !now.has(id)).map((id) => ({ id, at: null }));
  const moved = [...now].filter(([id, { delivery }]) => old.get(id)?.delivery !== delivery);
  return [...ended, ...moved.map(([id, { at }]) => ({ id, at }))];
}

interface OnItsWay {
  readonly delivery: Delivery;
  readonly at: number;
}

const NONE: ReadonlyMap<string, OnItsWay> = new Map();

function onTheirWay({ escalation }: Incident): ReadonlyMap<string, OnItsWay> {
  const pages = escalation?.state.pages ?? [];
  return new Map(
    pages.flatMap((page) =>
      page.deliveries.flatMap((delivery): [string, OnItsWay][] => {
        const next = nextAttempt(page, delivery);
        return next.kind === 'send' ? [[deliveryId(page, delivery), { delivery, at: next.at }]] : [];
      }),
    ),
  );
}

/**
 * Whether those whom pages have reached must hear of it: who has it now, or that it is over. Whoever was reached by another page
 * meanwhile must hear of it too, also when the others were being told just then.
 */
export function isNewsToTheTold(events: readonly IncidentEvent[]): boolean {
  return events.some(({ type }) => NEWS.has(type));
}

const NEWS: ReadonlySet<IncidentEvent['type']> = new Set([
  'acknowledged',
  'assigned',
  'unacknowledged',
  'mitigated',
  'page_sent',
  'recovered',
  'relapsed',
  'severity_set',
  'resolved',
  'reopened',
]);
