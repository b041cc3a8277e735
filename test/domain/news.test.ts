import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../src/domain/alert.ts';
import type { AlertChange, KnownAlert } from '../../src/domain/member.ts';
import { isNews, LATE_MS, newsOf } from '../../src/domain/news.ts';
import { alarms, change, happens, MINUTE, opened, T0 } from './given.ts';

/** What Alertmanager says: a start and, once it is over, an end; and when we heard it. */
function said(state: AlertState, changedAt: number, receivedAt: number, repeats = true): AlertChange {
  const one = change('bikeshare-latency', state, changedAt);
  return { ...one, alert: { ...one.alert, receivedAt, repeats } };
}

const recoveredAt = (changedAt: number) => ({ changedAt, state: 'recovered' as const });

describe('that it fires, with a start before the recovery that is known', () => {
  it.each<[string, number, boolean, AlertState, boolean]>([
    ['is news long after the recovery', LATE_MS + 1, true, 'firing', true],
    ['is old at the end of the time for late messages', LATE_MS, true, 'firing', false],
    ['is old right after the recovery', 1_000, true, 'firing', false],
    ['is old from a source that says things once', 10 * LATE_MS, false, 'firing', false],
    ['is old when it is no firing', 10 * LATE_MS, true, 'unknown', false],
    ['is old when it is the recovery itself', 10 * LATE_MS, true, 'recovered', false],
  ])('%s', (_, after, repeats, state, expected) => {
    expect(isNews(said(state, T0 - MINUTE, T0 + after, repeats), recoveredAt(T0))).toBe(expected);
  });

  it('is no news while it fires anyway', () => {
    const before = { changedAt: T0, state: 'firing' as const };

    expect(isNews(said('firing', T0 - MINUTE, T0 + 10 * LATE_MS), before)).toBe(false);
    expect(isNews(said('firing', T0, T0 + 10 * LATE_MS), before)).toBe(false);
  });
});

describe('an Alertmanager that lost sight of Prometheus', () => {
  const start = T0;
  const lost = T0 + 20 * MINUTE;
  const back = lost + 15 * MINUTE;

  function story() {
    const one = opened();
    happens(one, alarms(one, said('firing', start, start + 1_000)), start + 1_000);
    happens(one, alarms(one, said('recovered', lost, lost + 1_000)), lost + 1_000);
    return one;
  }

  it('says that it fires with the old start, and the incident fires again', () => {
    const one = story();

    const events = happens(one, alarms(one, said('firing', start, back)), back);

    expect(events).toMatchObject([{ type: 'alarms', refired: 1 }, { type: 'relapsed' }]);
    expect(one.incident.members).toMatchObject({ firing: 1, shown: [{ state: 'firing', firings: 2 }] });
  });

  it('repeats itself, and so do its twins: nothing happens', () => {
    const one = story();
    happens(one, alarms(one, said('firing', start, back)), back);

    for (const again of [said('firing', start, back + MINUTE), said('recovered', lost, back + 30 * MINUTE)]) {
      expect(happens(one, alarms(one, again), back + 30 * MINUTE)).toEqual([]);
    }
  });

  it('says later that it is over, and it is', () => {
    const one = story();
    happens(one, alarms(one, said('firing', start, back)), back);

    happens(one, alarms(one, said('recovered', back + MINUTE, back + 2 * MINUTE)), back + 2 * MINUTE);

    expect(one.incident.members).toMatchObject({ firing: 0, total: 1 });
  });

  it('says later that it was over before we heard that it fires, and it is', () => {
    const one = story();
    happens(one, alarms(one, said('firing', start, back)), back);

    happens(one, alarms(one, said('recovered', back - 1_000, back + 5_000)), back + 5_000);

    expect(one.incident.members).toMatchObject({ firing: 0, total: 1 });
  });

  it('is understood also when both messages are taken in together', () => {
    const one = opened();
    happens(one, alarms(one, said('firing', start, start + 1_000)), start + 1_000);

    happens(one, alarms(one, said('recovered', lost, lost + 1_000), said('firing', start, back)), back);

    expect(one.incident.members).toMatchObject({ firing: 1 });
  });

  it('is not misunderstood when the first firing and the recovery are taken in together', () => {
    const one = opened();

    happens(
      one,
      alarms(one, said('recovered', lost, lost + 1_000), said('firing', start, start + 1_000)),
      lost + 2_000,
    );

    expect(one.incident.members).toMatchObject({ firing: 0 });
  });
});

describe('laws of news', () => {
  const times = fc.integer({ min: 0, max: 12 }).map((steps) => T0 + steps * 4 * MINUTE);
  const changes = fc
    .record({
      state: fc.constantFrom<AlertState>('firing', 'unknown', 'recovered'),
      at: times,
      lateMs: fc.constantFrom(0, MINUTE, 30 * MINUTE),
      repeats: fc.boolean(),
    })
    .map(({ state, at, lateMs, repeats }) => said(state, at, at + lateMs, repeats));
  const batches = fc.array(changes, { maxLength: 8 });

  function knownAfter(news: readonly AlertChange[], known = new Map<string, KnownAlert>()) {
    const last = news.at(-1)?.alert;
    return last ? new Map([[last.key, { changedAt: last.changedAt, state: last.state }]]) : known;
  }

  it('what was news once is none again', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        expect(newsOf(batch, knownAfter(newsOf(batch, new Map())))).toEqual([]);
      }),
    );
  });

  it('the order within a batch makes no difference', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        expect(knownAfter(newsOf([...batch].reverse(), new Map()))).toEqual(knownAfter(newsOf(batch, new Map())));
      }),
    );
  });

  it('its times only ever go on', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const news = newsOf(batch, new Map()).map(({ alert: { changedAt } }) => changedAt);

        expect(news).toEqual([...news].sort((a, b) => a - b));
      }),
    );
  });

  it('going through it again makes no difference', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const news = newsOf(batch, new Map());

        expect(newsOf(news, new Map())).toEqual(news);
      }),
    );
  });
});
