import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/domain/apply.ts';
import { type Command, decide } from '../../src/domain/decide.ts';
import { type Incident, isOver, TOCSIN } from '../../src/domain/incident.ts';
import type { KnownAlert } from '../../src/domain/member.ts';
import { openForAlarms } from '../../src/domain/open.ts';
import { deliveryId, nextAttempt } from '../../src/domain/page.ts';
import { deliveriesMoved, isNewsToTheTold, nextWakeAt, withPages } from '../../src/domain/paging.ts';
import { type Policy, targetKey } from '../../src/domain/policy.ts';
import { createPolicies } from '../../src/store/policies.ts';
import { readSnapshot, writeSnapshot } from '../../src/store/snapshot.ts';
import { ANA, BEN } from './escalation-given.ts';
import { policies } from './escalation-life.ts';
import { alert, change, MINUTE, replay, routeTo, service } from './given.ts';

/** Something that somebody, a receiver or an alarm does to an incident that pages. */
type Act =
  | Exclude<Command, { type: 'alarms' }>
  | { readonly type: 'sent' | 'failed' | 'dropped' | 'unusable'; readonly which: number }
  | { readonly type: 'alarm'; readonly state: 'firing' | 'recovered' };

const who = fc.constantFrom(ANA, BEN);
const severity = fc.constantFrom('P0' as const, 'P1' as const, 'P2' as const, 'P3' as const);
const which = fc.nat(20);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Act>({ type: 'wake' }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constantFrom('sent' as const, 'failed' as const, 'dropped' as const, 'unusable' as const),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('acknowledge' as const), by: who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('give_back' as const), by: who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('confirm' as const), by: who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('assign' as const), by: who, to: who }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('set_severity' as const), by: who, severity }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('snooze' as const, 'silence' as const),
      by: who,
      forMs: fc.integer({ min: 1, max: 90 }).map((n) => n * MINUTE),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('end_snooze' as const, 'mitigate' as const), by: who }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('escalate' as const), by: who, reason: fc.constant('worse') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('resolve' as const),
      by: who,
      seen: fc.constant(null),
      text: fc.constant(''),
      note: fc.constant(null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('reopen' as const),
      by: fc.constantFrom(ANA, TOCSIN),
      reason: fc.constant('again'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('alarm' as const),
      state: fc.constantFrom('firing' as const, 'recovered' as const),
    }),
  },
);

interface History {
  readonly policy: Policy;
  readonly from: number;
  readonly severity: 'P0' | 'P1' | 'P2' | 'P3';
  readonly acts: readonly { readonly afterMs: number; readonly act: Act }[];
}

const histories: fc.Arbitrary<History> = fc.record({
  policy: policies,
  from: fc.integer({ min: 0, max: 7 * 24 * 60 }).map((minute) => Date.UTC(2026, 10, 20) + minute * MINUTE),
  severity,
  acts: fc.array(fc.record({ afterMs: fc.oneof(fc.constant(0), fc.nat(40 * MINUTE), fc.nat(900 * MINUTE)), act }), {
    maxLength: 40,
  }),
});

/** Lives a history and looks at the incident before and after each change. */
function lives(
  { policy, from, severity: first, acts }: History,
  look: (before: Incident | null, after: Incident, now: number) => void,
) {
  const owner = service('bikeshare', { escalation: policy });
  const known = new Map<string, KnownAlert>();
  let now = from;
  const opening = openForAlarms(
    'INC-1',
    [{ ...change('bikeshare-1', 'firing', from - 1_000, first), route: routeTo(owner) }],
    known,
    now,
  );
  for (const one of opening.alerts) known.set(one.key, one);
  let incident: Incident = replay(opening.events);
  look(null, incident, now);
  for (const { afterMs, act: one } of acts) {
    now += afterMs;
    const command = commandOf(one, incident, now, known);
    const result = command ? decide(incident, command, now) : null;
    if (!result?.ok || (result.value.events.length === 0 && command?.type !== 'wake')) continue;
    for (const alertOf of result.value.alerts) known.set(alertOf.key, alertOf);
    const before: Incident = incident;
    incident = result.value.events.reduce<Incident>(apply, before);
    look(before, incident, now);
  }
}

function commandOf(one: Act, incident: Incident, now: number, known: ReadonlyMap<string, KnownAlert>): Command | null {
  if (one.type === 'alarm') {
    const changed = { ...change('bikeshare-1', one.state, now - 1), alert: alert('bikeshare-1', one.state, now - 1) };
    return { type: 'alarms', changes: [changed], known };
  }
  if (!('which' in one)) return one;
  const pages = incident.escalation?.state.pages ?? [];
  const all = pages.flatMap((page) => page.deliveries.map((delivery) => ({ page, delivery })));
  const chosen = all[one.which % Math.max(1, all.length)];
  if (!chosen) return null;
  const { page, delivery } = chosen;
  if (one.type === 'dropped') return { type: 'page_dropped', page: page.id, why: 'not_called_for' };
  const next = nextAttempt(page, delivery);
  const way = next.kind === 'send' ? next.way : 0;
  const about = { page: page.id, target: targetKey(delivery.target), way };
  if (one.type === 'sent') return { type: 'page_sent', ...about };
  return { type: 'page_failed', ...about, why: 'no', isUsable: one.type === 'failed' };
}

const holds = (look: Parameters<typeof lives>[1], numRuns = 150) =>
  fc.assert(
    fc.property(histories, (history) => lives(history, look)),
    { numRuns },
  );

describe('pages on their way', () => {
  it('are what one gets by every move from the beginning, with their times', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const queue = new Map<string, number>();
        lives(history, (before, after) => {
          for (const { id, at } of deliveriesMoved(before, after)) at === null ? queue.delete(id) : queue.set(id, at);
          expect(queue).toEqual(onTheirWay(after));
        });
      }),
      { numRuns: 200 },
    );
  });
});

/** In plain words: each target of each page that has an attempt left, while the incident is open. */
function onTheirWay(incident: Incident): Map<string, number> {
  const way = new Map<string, number>();
  if (isOver(incident)) return way;
  for (const page of incident.escalation?.state.pages ?? []) {
    for (const delivery of page.deliveries) {
      const next = nextAttempt(page, delivery);
      if (next.kind === 'send') way.set(deliveryId(page, delivery), next.at);
    }
  }
  return way;
}

describe('a decision with its pages', () => {
  it('demands nothing more at the same moment', () => {
    holds((_, after, now) => {
      expect(withPages(after, { events: [], alerts: [] }, now).events).toEqual([]);
    });
  });

  it('of an incident that is over demands none', () => {
    holds((_, after) => {
      if (isOver(after)) expect(onTheirWay(after).size).toBe(0);
    });
  });
});

describe('the next wake-up', () => {
  it('lies in the future when a wake-up has found nothing to do, so that nobody is woken again at once', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(2_000 * MINUTE), { maxLength: 3 }), (history, waits) => {
        lives(history, (_, after, changedAt) => {
          for (const wait of [0, ...waits]) {
            const now = changedAt + wait;
            const woken = decide(after, { type: 'wake' }, now);
            if (!woken.ok || woken.value.events.length > 0) continue;
            expect(nextWakeAt(after, now) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  it('comes when there is something to do: nothing is owed before it', () => {
    holds((_, after, now) => {
      const next = nextWakeAt(after, now);
      const before = next === null ? now + 30 * 24 * 60 * MINUTE : next - 1;
      if (before <= now) return;
      const woken = decide(after, { type: 'wake' }, before);
      expect(woken).toMatchObject({ ok: true, value: { events: [] } });
    });
  });
});

describe('a snapshot', () => {
  it('keeps how far the escalation has gone, and its policy', async () => {
    const stored = createPolicies({ get: async () => null }, { policy: (name) => name });
    const seen: Incident[] = [];
    fc.assert(
      fc.property(histories, (history) => {
        let last: Incident | undefined;
        lives(history, (_, after) => {
          last = after;
        });
        if (last) seen.push(last);
      }),
      { numRuns: 40 },
    );
    for (const incident of seen) {
      const read = await readSnapshot(Buffer.from(writeSnapshot(incident, stored)), stored);
      expect(read.escalation?.state).toEqual(incident.escalation?.state);
      expect(read.escalation?.policy).toEqual(incident.escalation?.policy);
    }
    expect(seen).toHaveLength(40);
  });
});

describe('what the told must hear of', () => {
  it('is who has it, that it is over, and that somebody else was told; not what was written about it', () => {
    expect(isNewsToTheTold([{ type: 'acknowledged', at: 0, by: ANA }])).toBe(true);
    expect(isNewsToTheTold([{ type: 'page_sent', at: 0, page: 'p', target: 't', way: 0 }])).toBe(true);
    expect(isNewsToTheTold([{ type: 'noted', at: 0, by: ANA, text: 'x' }])).toBe(false);
    expect(isNewsToTheTold([])).toBe(false);
  });
});
