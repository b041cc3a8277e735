import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyOf } from '../../blocks/incident-words.ts';
import type { Measurement } from '../../src/domain/alert.ts';
import { isWhole, type Member, shortest, toMember, withMembers } from '../../src/domain/member.ts';
import { timelineOf } from '../../src/domain/timeline.ts';
import { BY_RULE } from '../support/plain.ts';
import { alarms, alert, change, happens, MINUTE, opened, replay, T0 } from './given.ts';

const number = fc.constantFrom(null, 1, 2.5);
const measurement: fc.Arbitrary<Measurement> = fc.record({
  metric: fc.constantFrom('ModelLatency', 'Errors', null),
  statistic: fc.constantFrom('p95', null),
  unit: fc.constantFrom('Milliseconds', null),
  value: number,
  threshold: number,
  comparison: fc.constantFrom('above', 'outside the band', null),
  namespace: fc.constant(null),
  dimensions: fc.constant([]),
  periodSeconds: fc.constant(60),
  periods: fc.constant(1),
});
const optional = fc.option(measurement);
const member: fc.Arbitrary<Member> = fc
  .record({
    key: fc.constantFrom('a', 'b', 'c'),
    state: fc.constantFrom('firing' as const, 'recovered' as const, 'unknown' as const),
    severity: fc.constantFrom('P1' as const, 'P2' as const),
    reason: fc.constantFrom('one', 'another'),
    title: fc.constantFrom('slow', 'slower'),
    at: fc.nat(3),
    measurement: optional,
    url: fc.constantFrom(null, 'https://example.com/a'),
  })
  .map(({ key, state, severity, reason, title, at, ...more }) => {
    const said = { ...alert(key, state, T0 + at, { ...more, reason }), key };
    return toMember({ alert: said, severity, title, runbook: null, ruling: BY_RULE, dwellMs: null }, null);
  });

describe('an update of an alarm', () => {
  it('leaves the same behind as all of it would', () => {
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ({ key }) => key }), member, (shown, after) => {
        const totals = { total: shown.length, firing: 0, unknown: 0 };
        const members = withMembers({ ...totals, shown: [] }, shown, totals);

        const change = shortest(after, members);

        expect(withMembers(members, [change], totals)).toEqual(withMembers(members, [after], totals));
        expect(JSON.stringify(change).length).toBeLessThanOrEqual(JSON.stringify(after).length);
      }),
    );
  });

  it('is what is written when an alarm recovers, and all of it when the rule was given another title', () => {
    const story = opened();
    const recovers = change('bikeshare-latency', 'recovered', T0);
    const returns = { ...change('bikeshare-latency', 'firing', T0 + 1), title: 'Slow answers' };

    const events = [
      ...happens(story, alarms(story, recovers), T0),
      ...happens(story, alarms(story, returns), T0 + 1),
    ].filter((event) => event.type === 'alarms');

    expect(events.map(({ changed }) => changed.map(isWhole))).toEqual([[false], [true]]);
    expect(replay(story.events)).toEqual(story.incident);
  });

  it('has its title in the timeline', () => {
    const story = opened();
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', T0)), T0 + MINUTE);

    const words = timelineOf(story.events).map(({ phrase }) => phrase[0]);

    expect(words).toContain('1 alarm recovered: “bikeshare-latency”.');
  });
});

describe('the reason of an alarm', () => {
  it('is kept exactly where the card has no number to say', () => {
    fc.assert(
      fc.property(optional, (measured) => {
        const said = alert('a', 'firing', T0, { measurement: measured, reason: 'Because' });
        const member = toMember(
          { alert: said, severity: 'P2', title: null, runbook: null, ruling: BY_RULE, dwellMs: null },
          null,
        );

        expect(whyOf(member)).toBe(whyOf({ ...member, reason: 'Because' }));
        expect(member.reason === '').toBe(whyOf(member)?.includes('Because') === false);
      }),
    );
  });

  it('is cut where it is long, between two letters', () => {
    const said = alert('a', 'firing', T0, { reason: '😀'.repeat(400) });

    const { reason } = toMember(
      { alert: said, severity: 'P2', title: null, runbook: null, ruling: BY_RULE, dwellMs: null },
      null,
    );

    expect(reason).toHaveLength(300);
    expect(reason.isWellFormed()).toBe(true);
  });
});
