import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlackCall } from '../../bench/slack/calls.ts';
import { alarmsIn, isSummary, visibleOver, waits } from '../../bench/visible.ts';
import { incidentCard } from '../../blocks/incident-card.ts';
import { stormSummary } from '../../blocks/storm-summary.ts';
import { incident } from '../blocks/incidents.ts';

describe('the number of alarms in a message', () => {
  it.each([
    ['INC-1 P1 critical, svc-0001 prod: x. Triggered. 12 alarms: 12 firing.', 12],
    ['INC-1 P1 critical, svc-0001 prod: x. Triggered. 1,250 alarms: 1,000 firing · 250 recovered.', 1_250],
    ['INC-1 P1 critical, svc-0001 prod: x. Triggered. Nobody has it yet.', 1],
    ['svc-0003: 7 alarms: firing', 7],
    ['Alarm storm: 20 incidents with 4,950 alarms wait for their cards.', 4_950],
    ['The alarm storm is over: all 20 incidents have their own cards now.', null],
  ])('%s', (text, expected) => {
    expect(alarmsIn(text)).toBe(expected);
  });

  it('is read from the words that Tocsin really uses', () => {
    const members = { total: 31, firing: 31, unknown: 0, shown: [] };
    const many = incident('triggered', { serviceTitle: 'svc-0007', members });
    const storm = stormSummary({ channel: 'C1', waiting: [many], total: 40, alarms: 4_321, since: 0 }, 60_000);

    expect(alarmsIn(incidentCard(many, 0).text)).toBe(31);
    expect([isSummary(storm.text), alarmsIn(storm.text)]).toEqual([true, 4_321]);
  });
});

describe('what can be seen in a channel', () => {
  it('grows as cards are posted and drawn again', () => {
    const steps = visibleOver([card(1, 1, 1), card(2, 2, 5), card(3, 1, 10)]);

    expect(steps.map(({ visible }) => visible)).toEqual([1, 6, 15]);
  });

  it('counts an incident once that was in the summary before it got its card', () => {
    const steps = visibleOver([card(1, 1, 5), summary(2, 100), card(3, 2, 20), card(4, 2, 25)]);

    expect(steps.map(({ visible }) => visible)).toEqual([5, 105, 105, 110]);
  });

  it('takes a new summary for what it is: the incidents that still have no card', () => {
    const steps = visibleOver([summary(1, 100), card(2, 1, 20), summary(3, 90)]);

    expect(steps.at(-1)?.visible).toBe(110);
  });

  it('leaves out what Slack refused, and what is in threads', () => {
    const steps = visibleOver([
      { ...card(1, 1, 3), ok: false },
      { ...card(2, 1, 9), inThread: true },
    ]);

    expect(steps).toEqual([]);
  });
});

describe('the wait of an alarm', () => {
  it('ends when so many can be seen as were sent up to it', () => {
    const steps = [
      { at: 150, visible: 1 },
      { at: 400, visible: 3 },
    ];

    expect(waits([100, 110, 120, 130], steps)).toEqual([50, 290, 280, Number.POSITIVE_INFINITY]);
  });

  it('is never negative, and never ends before what was sent earlier can be seen', () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 30 })
      .map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, times, (sent, seen) => {
        const found = waits(
          sent,
          seen.map((at, i) => ({ at, visible: i + 1 })),
        );
        const ends = found.map((wait, i) => wait + (sent[i] ?? 0));

        expect(found.every((wait) => wait >= 0)).toBe(true);
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
      }),
    );
  });
});

function card(at: number, service: number, alarms: number): SlackCall {
  return call(at, `INC-${service} P2 high, svc-000${service} prod: x. Triggered. ${alarms} alarms: ${alarms} firing.`);
}

function summary(at: number, alarms: number): SlackCall {
  return call(at, `Alarm storm: 20 incidents with ${alarms} alarms wait for their cards.`);
}

function call(at: number, text: string): SlackCall {
  return { at, text, method: 'chat.postMessage', channel: 'C1', ts: null, inThread: false, ok: true };
}
