import type { DropReason, PageDue, PageFailed } from './escalation-events.ts';
import type { FollowedEvent } from './escalation-follow.ts';
import type { Actor } from './incident.ts';
import type { Severity } from './severity.ts';

/** One thing that the escalation did, or that somebody did to it, oldest first. Times are epoch ms. */
export type Past =
  | {
      readonly kind: 'page';
      readonly at: number;
      readonly page: PageDue;
      readonly sent: readonly { readonly target: string; readonly way: number; readonly at: number }[];
      readonly failed: readonly PageFailed[];
      readonly dropped: { readonly at: number; readonly why: DropReason } | null;
    }
  | { readonly kind: 'asked'; readonly at: number; readonly owner: Actor }
  | { readonly kind: 'confirmed' | 'acknowledged'; readonly at: number; readonly by: Actor }
  | {
      readonly kind: 'unacknowledged';
      readonly at: number;
      readonly by: Actor;
      readonly owner: Actor | null;
      readonly why: 'no_answer' | 'by_hand';
    }
  | { readonly kind: 'snoozed'; readonly at: number; readonly by: Actor; readonly until: number }
  | {
      readonly kind: 'escalated';
      readonly at: number;
      readonly by: Actor;
      readonly level: string;
      readonly reason: string;
    }
  | { readonly kind: 'severity'; readonly at: number; readonly by: Actor; readonly severity: Severity };

type PastPage = Extract<Past, { kind: 'page' }>;

/** What happened so far, from the events of one incident: pages with what became of them, and what moved the escalation. */
export function pastOf(events: readonly FollowedEvent[]): Past[] {
  const past: Past[] = [];
  const last = new Map<string, number>(); // a page that was dropped may be decided again, with the same id
  for (const event of events) {
    if (event.type === 'page_due') last.set(event.page, past.length);
    const entry = entryOf(event);
    if (entry) past.push(entry);
    const place = 'page' in event ? last.get(event.page) : undefined;
    const page = place === undefined ? undefined : past[place];
    if (place !== undefined && page?.kind === 'page') past[place] = withOutcome(page, event);
  }
  return past;
}

function entryOf(event: FollowedEvent): Past | null {
  const { at } = event;
  switch (event.type) {
    case 'page_due':
      return { kind: 'page', at, page: event, sent: [], failed: [], dropped: null };
    case 'asked_owner':
      return { kind: 'asked', at, owner: event.owner };
    case 'confirmed':
    case 'acknowledged':
      return { kind: event.type, at, by: event.by };
    case 'unacknowledged':
      return { kind: 'unacknowledged', at, by: event.by, owner: event.owner, why: event.why };
    case 'snoozed':
      return { kind: 'snoozed', at, by: event.by, until: event.until };
    case 'escalated':
      return { kind: 'escalated', at, by: event.by, level: event.level, reason: event.reason };
    case 'severity_set':
      return { kind: 'severity', at, by: event.by, severity: event.severity };
    default:
      return null;
  }
}

function withOutcome(page: PastPage, event: FollowedEvent): PastPage {
  switch (event.type) {
    case 'page_sent':
      return { ...page, sent: [...page.sent, { target: event.target, way: event.way, at: event.at }] };
    case 'page_failed':
      return { ...page, failed: [...page.failed, event] };
    case 'page_dropped':
      return { ...page, dropped: { at: event.at, why: event.why } };
    default:
      return page;
  }
}
