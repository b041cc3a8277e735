import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begun } from '../../src/domain/escalation.ts';
import { elapsed } from '../../src/domain/escalation-clock.ts';
import { judgePage } from '../../src/domain/escalation-due.ts';
import type { PageDue } from '../../src/domain/escalation-events.ts';
import { follow } from '../../src/domain/escalation-follow.ts';
import { comingOf, outlook } from '../../src/domain/escalation-outlook.ts';
import { pastOf } from '../../src/domain/escalation-past.ts';
import type { Policy, Step, Target } from '../../src/domain/policy.ts';
import { targetKey } from '../../src/domain/policy.ts';
import { MINUTE } from './escalation-given.ts';
import { type Life, lives } from './escalation-life.ts';
import { type Lived, lived, type Moment } from './escalation-lived.ts';
import { demanded } from './escalation-model.ts';

const holds = (check: (life: Life, was: Lived) => void, numRuns = 60) =>
  fc.assert(
    fc.property(lives, (life) => check(life, lived(life))),
    { numRuns },
  );

type PageMoment = Moment & { readonly event: PageDue };

const pages = ({ moments }: Lived) => moments.filter((one): one is PageMoment => one.event.type === 'page_due');

function stepOf({ paths }: Policy, id: string): Step {
  const found = paths.flatMap(({ steps }) => steps).find((step) => step.id === id);
  if (!found) throw new Error(`no step ${id}`);
  return found;
}

it('the engine agrees with the model, page by page, whatever was clicked and whenever it was down', {
  timeout: 120_000,
}, () => {
  holds((life, was) => {
    expect(was.lines).toEqual(demanded(life));
  }, 120);
});

describe('a page', () => {
  it('is decided once', () => {
    holds((_, was) => {
      const ids = pages(was).map(({ event }) => event.page);
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it('does not come after an acknowledgement unless its step says so, and never after the end', () => {
    holds((life, was) => {
      for (const { before, event } of pages(was)) {
        const { until } = stepOf(life.policy, event.step);
        const { status } = before.situation;
        if (until === 'acknowledged') expect(status).toBe('triggered');
        if (until === 'mitigated') expect(['triggered', 'acknowledged']).toContain(status);
        expect(status).not.toBe('resolved');
      }
    });
  });

  it('does not come while it is put off', () => {
    holds((_, was) => {
      for (const { at, before, event } of was.moments) {
        if (event.type !== 'page_due' && event.type !== 'asked_owner') continue;
        expect(before.escalation.hold?.until ?? 0).toBeLessThanOrEqual(at);
      }
    });
  });

  it('leaves out whoever has acknowledged', () => {
    holds((_, was) => {
      for (const { before, event } of pages(was)) {
        const { status, owner } = before.situation;
        if (status === 'triggered' || owner === null) continue;
        expect(event.except).toBe(owner);
        expect(event.notify.map(targetKey)).not.toContain(`person:${owner}`);
      }
    });
  });

  it('may be sent at the moment at which it is decided', () => {
    holds((life, was) => {
      for (const { at, before, event } of pages(was)) {
        const after = follow(life.policy, before.escalation, event, before.situation);
        const page = after.pages.find(({ id }) => id === event.page);
        expect(page && judgePage(life.policy, after, before.situation, page, at)).toEqual({
          kind: 'send',
          except: event.except,
        });
      }
    });
  });

  it('is repeated no more often than its step and the end of its path have it', () => {
    holds((life, was) => {
      for (const { event } of pages(was)) {
        const { repeat } = stepOf(life.policy, event.step);
        const end = life.policy.paths.find(({ steps }) => steps.some(({ id }) => id === event.step))?.end;
        expect(event.repeat).toBeLessThanOrEqual((repeat?.times ?? 0) + (end?.times ?? 0));
      }
    });
  });

  it('tells nobody twice at one moment by the same way, however long nobody was there to send it', () => {
    holds((_, was) => {
      for (const { events } of was.wakes) {
        const told = events.flatMap((event) =>
          event.type === 'page_due' ? event.notify.map((target) => `${nameOf(target)} by ${event.via[0]?.kind}`) : [],
        );
        expect(new Set(told).size).toBe(told.length);
      }
    });
  });
});

function nameOf(target: Target): string {
  return targetKey(target);
}

describe('a page that is sent later than it was decided', () => {
  const delays = fc.integer({ min: 0, max: 20 });
  const holdsLater = (check: (life: Life, was: Lived) => void) =>
    fc.assert(
      fc.property(lives, delays, (life, delay) => check(life, lived(life, delay))),
      { numRuns: 60 },
    );
  const named = (type: 'page_sent' | 'page_dropped', { moments }: Lived) =>
    moments.flatMap((moment) => (moment.event.type === type ? [{ ...moment, event: moment.event }] : []));

  it('is not sent when somebody has acknowledged meanwhile, unless its step says so', () => {
    holdsLater((life, was) => {
      for (const { event, before } of named('page_sent', was)) {
        const page = before.escalation.pages.find(({ id }) => id === event.page);
        const { until } = stepOf(life.policy, page?.step ?? '');
        if (until === 'acknowledged') expect(before.situation.status).toBe('triggered');
        expect(before.situation.status).not.toBe('resolved');
      }
    });
  });

  it('reaches everybody in it once, whatever was dropped and decided again', () => {
    holdsLater((_, was) => {
      const sent = named('page_sent', was).map(({ event }) => `${event.page} ${'target' in event ? event.target : ''}`);
      expect(new Set(sent).size).toBe(sent.length);
    });
  });

  it('is sent, dropped, or of a round that is over; else it is still on its way', () => {
    holdsLater((_, was) => {
      const { pages: onTheirWay, round } = was.after.escalation;
      const ended = [...named('page_sent', was), ...named('page_dropped', was)].map(({ event }) => event.page);
      const known = new Set([...ended, ...onTheirWay.map(({ id }) => id)]);
      const lost = pages(was).filter(({ event, before }) => {
        return before.escalation.round === round && !known.has(event.page);
      });
      expect(lost.map(({ event }) => event.page)).toEqual([]);
    });
  });

  it('does not make a wake ask for the same moment again', () => {
    holdsLater((_, was) => {
      for (const { at, again, asksFor } of was.wakes) {
        expect(again).toEqual([]);
        expect(asksFor ?? Number.POSITIVE_INFINITY).toBeGreaterThan(at);
      }
    });
  });
});

describe('a wake', () => {
  it('finds something exactly when it was asked for by then', () => {
    holds((_, was) => {
      for (const { at, askedFor, events } of was.wakes) {
        expect(events.length > 0).toBe(askedFor !== null && askedFor <= at);
      }
    }, 150);
  });

  it('leaves nothing for a second one at the same moment, and asks for a later time', () => {
    holds((_, was) => {
      for (const { at, again, asksFor } of was.wakes) {
        expect(again).toEqual([]);
        expect(asksFor ?? Number.POSITIVE_INFINITY).toBeGreaterThan(at);
      }
    }, 150);
  });

  it('comes first for what is announced first', () => {
    holds((life, was) => {
      const { escalation, situation } = was.after;
      const at = life.from + life.minutes * MINUTE;
      const coming = comingOf(life.policy, escalation, situation, at);
      expect(coming.map(({ at }) => at)).toEqual(coming.map(({ at }) => at).toSorted((a, b) => a - b));
      const withTime = outlook(life.policy, escalation, situation, at).filter(({ next }) => next.kind === 'at');
      expect(withTime.length).toBe(coming.filter(({ kind }) => kind === 'page').length);
    });
  });
});

const CHANGES_HANDS: ReadonlySet<string> = new Set(['acknowledged', 'assigned', 'reopened', 'unacknowledged']);

describe('the escalation', () => {
  it('is what replaying its events gives, and survives being stored', () => {
    holds((life, was) => {
      const first = begun(life.policy, life.situation, life.from);
      let replayed = first;
      for (const [i, { event }] of was.moments.entries()) {
        const situation = was.moments[i + 1]?.before.situation ?? was.after.situation;
        replayed = follow(life.policy, replayed, event, situation);
      }
      expect(replayed).toEqual(was.after.escalation);
      expect(JSON.parse(JSON.stringify(replayed))).toEqual(replayed);
    });
  });

  it('has clocks that never go back within a round', () => {
    holds(({ policy: { calendar } }, was) => {
      const gone = ({ at, before: { escalation } }: Moment) =>
        [escalation.firing, escalation.open].flatMap((clock) =>
          (['wall', 'work'] as const).map((count) => elapsed(clock, count, calendar, at)),
        );
      for (const [i, moment] of was.moments.entries()) {
        const last = was.moments[i - 1];
        if (last?.before.escalation.round !== moment.before.escalation.round) continue;
        const before = gone(last);
        expect(gone(moment).filter((ms, j) => ms < (before[j] ?? 0))).toEqual([]);
      }
    });
  });

  it('asks an owner no more often than the policy has it', () => {
    holds(({ policy }, was) => {
      let asked = 0;
      for (const { event } of was.moments) {
        if (CHANGES_HANDS.has(event.type)) asked = 0;
        if (event.type === 'asked_owner') asked += 1;
        expect(asked).toBeLessThanOrEqual(policy.progress?.times ?? 0);
      }
    });
  });

  it('takes an incident from nobody but an owner who was asked', () => {
    holds((_, was) => {
      for (const { event, before } of was.moments) {
        if (event.type !== 'unacknowledged' || event.why !== 'no_answer') continue;
        expect(before.escalation.progress.askedAt).not.toBeNull();
        expect(event.owner).toBe(before.situation.owner);
      }
    });
  });

  it('is told afterwards with every page in it', () => {
    holds((_, was) => {
      const past = pastOf(was.moments.map(({ event }) => event));
      expect(past.filter(({ kind }) => kind === 'page').length).toBe(pages(was).length);
    });
  });
});
