import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideAlarms } from '../../src/domain/alarms.ts';
import type { AlertState } from '../../src/domain/alert.ts';
import type { AlertChange } from '../../src/domain/member.ts';
import { MEMBERS_SHOWN } from '../../src/domain/member.ts';
import { openForAlarms } from '../../src/domain/open.ts';
import {
  ANA,
  alarms,
  alert,
  change,
  happens,
  inStatus,
  MINUTE,
  opened,
  replay,
  routeTo,
  service,
  T0,
} from './given.ts';

const route = routeTo(service('bikeshare'));
const STATES: AlertState[] = ['firing', 'unknown', 'recovered'];
const changes: fc.Arbitrary<AlertChange> = fc
  .record({ name: fc.constantFrom('a', 'b', 'c', 'd'), state: fc.constantFrom(...STATES), at: fc.nat(12) })
  .map(({ name, state, at }) => change(name, state, T0 + at));
const batches = fc.array(fc.array(changes, { maxLength: 6 }), { maxLength: 8 });

/** The newest word of each alarm; of two at one time, the one that is more of a reason to look. */
function lastStates(all: readonly AlertChange[]): Map<string, AlertState> {
  const newest = new Map<string, AlertChange>();
  for (const one of all) {
    const other = newest.get(one.alert.key);
    const isNewer =
      !other ||
      one.alert.changedAt > other.alert.changedAt ||
      (one.alert.changedAt === other.alert.changedAt &&
        STATES.indexOf(one.alert.state) < STATES.indexOf(other.alert.state));
    if (isNewer) newest.set(one.alert.key, one);
  }
  return new Map(
    [...newest].map(
      ([
        key,
        {
          alert: { state },
        },
      ]) => [key, state],
    ),
  );
}

describe('the alarms of an incident', () => {
  it('are counted as their last states, whatever the order, the repetition and the batching', () => {
    fc.assert(
      fc.property(batches, fc.boolean(), (given, twice) => {
        const story = opened();
        const all = [change('bikeshare-latency', 'firing', T0 - 1_000), ...given.flat()];

        for (const batch of twice ? [...given, ...given] : given) happens(story, alarms(story, ...batch), T0 + MINUTE);

        const states = [...lastStates(all).values()];
        expect(story.incident.members).toMatchObject({
          total: states.length,
          firing: states.filter((state) => state === 'firing').length,
          unknown: states.filter((state) => state === 'unknown').length,
        });
      }),
    );
  });

  it('change nothing when they come again, alone or together, in any order', () => {
    fc.assert(
      fc.property(batches, (given) => {
        const story = opened();
        for (const batch of given) happens(story, alarms(story, ...batch), T0 + MINUTE);
        const before = story.incident;

        for (const batch of [...given].reverse()) {
          expect(happens(story, alarms(story, ...batch), T0 + 2 * MINUTE)).toEqual([]);
        }

        expect(story.incident).toEqual(before);
      }),
    );
  });

  it('are shown with the worst first, and never more than the card can carry', () => {
    const story = opened();
    const many = Array.from({ length: 40 }, (_, i) =>
      change(`alarm-${i}`, i % 3 === 0 ? 'recovered' : 'firing', T0 + i, i === 25 ? 'P0' : 'P3'),
    );

    happens(story, alarms(story, ...many), T0 + MINUTE);

    const { shown, total } = story.incident.members;
    expect(total).toBe(41);
    expect(shown).toHaveLength(MEMBERS_SHOWN);
    expect(shown[0]).toMatchObject({ title: 'alarm-25', severity: 'P0', state: 'firing' });
    expect(shown.every(({ state }) => state === 'firing')).toBe(true);
  });

  it('are counted again when another incident has had them before', () => {
    const story = opened();
    const elsewhere = change('bikeshare-errors', 'firing', T0);
    const { alerts } = openForAlarms('INC-9', [{ ...elsewhere, route }], new Map(), T0);
    for (const one of alerts) story.known.set(one.key, one);

    happens(story, alarms(story, change('bikeshare-errors', 'recovered', T0 + 1)), T0 + 2);

    expect(story.incident.members).toMatchObject({ total: 2, firing: 1 });
  });
});

describe('severity', () => {
  it('is raised by an alarm worse than all before, and says so', () => {
    const story = opened();

    const events = happens(story, alarms(story, change('b', 'firing', T0, 'P1')), T0);

    expect(events).toContainEqual({ type: 'severity_set', at: T0, by: 'tocsin', from: 'P2', severity: 'P1' });
  });

  it.each([
    ['an alarm that has recovered', change('b', 'recovered', T0, 'P0')],
    ['a milder alarm', change('b', 'firing', T0, 'P3')],
    ['one of the same level', change('b', 'firing', T0, 'P2')],
  ])('is not raised by %s', (_, one) => {
    const story = opened();

    happens(story, alarms(story, one), T0);

    expect(story.incident.severity).toBe('P2');
  });

  it('stays where a person has put it while nothing worse than before fires', () => {
    const story = opened({}, 'P1');
    happens(story, { type: 'set_severity', by: ANA, severity: 'P3' }, T0);

    happens(story, alarms(story, change('b', 'firing', T0, 'P1')), T0);
    expect(story.incident.severity).toBe('P3');

    happens(story, alarms(story, change('c', 'firing', T0, 'P0')), T0);
    expect(story.incident.severity).toBe('P0');
  });
});

describe('recovery', () => {
  const latency = (state: AlertState, at: number) => change('bikeshare-latency', state, at);

  it('is watched from when the last alarm is well, and then asks for the closing note once', () => {
    const story = opened();

    happens(story, alarms(story, latency('recovered', T0)), T0);
    expect(story.incident).toMatchObject({ status: 'mitigated', watchUntil: T0 + 5 * MINUTE });
    expect(happens(story, { type: 'wake' }, T0 + 5 * MINUTE - 1)).toEqual([]);
    expect(happens(story, { type: 'wake' }, T0 + 5 * MINUTE)).toEqual([{ type: 'note_asked', at: T0 + 5 * MINUTE }]);

    expect(happens(story, { type: 'wake' }, T0 + 6 * MINUTE)).toEqual([]);
  });

  it('resolves by itself where the service says so', () => {
    const story = opened({ recovery: { end: 'resolve', watchMs: MINUTE } });
    happens(story, alarms(story, latency('recovered', T0)), T0);

    happens(story, { type: 'wake' }, T0 + MINUTE);

    expect(story.incident).toMatchObject({ status: 'resolved', resolvedBy: 'tocsin', watchUntil: null });
  });

  it('does not count while an alarm cannot tell', () => {
    const story = opened({ recovery: { end: 'resolve', watchMs: MINUTE } });
    happens(story, alarms(story, latency('recovered', T0)), T0);

    happens(story, alarms(story, latency('unknown', T0 + 1)), T0 + 1);
    expect(story.incident).toMatchObject({ status: 'mitigated', watchUntil: null });
    expect(happens(story, { type: 'wake' }, T0 + MINUTE)).toEqual([]);
    happens(story, alarms(story, latency('recovered', T0 + 2 * MINUTE)), T0 + 2 * MINUTE);

    expect(story.incident.watchUntil).toBe(T0 + 3 * MINUTE);
    expect(happens(story, { type: 'wake' }, T0 + 3 * MINUTE)).toMatchObject([{ type: 'resolved' }]);
  });

  it('is watched anew when an alarm fired and recovered within one batch', () => {
    const story = opened();
    happens(story, alarms(story, latency('recovered', T0)), T0);

    happens(story, alarms(story, latency('firing', T0 + 1), latency('recovered', T0 + 2)), T0 + MINUTE);

    expect(story.incident.watchUntil).toBe(T0 + 6 * MINUTE);
  });

  it('is taken back when an alarm fires again', () => {
    const story = inStatus('mitigated');
    happens(story, alarms(story, latency('recovered', T0 + MINUTE)), T0 + MINUTE);

    happens(story, alarms(story, latency('firing', T0 + 2 * MINUTE)), T0 + 2 * MINUTE);

    expect(story.incident).toMatchObject({
      status: 'acknowledged',
      watchUntil: null,
      milestones: { mitigatedAt: null },
    });
  });

  it('never resolves by itself what a person declared: an alarm that joined may not be all of it', () => {
    const story = opened({ recovery: { end: 'resolve', watchMs: MINUTE } });
    const declared = replay(story.events.map((event) => (event.type === 'opened' ? { ...event, by: ANA } : event)));
    const declaredStory = { ...story, incident: declared };
    happens(declaredStory, alarms(declaredStory, latency('recovered', T0)), T0);

    expect(happens(declaredStory, { type: 'wake' }, T0 + MINUTE)).toMatchObject([{ type: 'note_asked' }]);
  });
});

describe('an incident that is over', () => {
  it('is reopened by an alarm that fires, before the alarm joins', () => {
    const story = inStatus('closed');
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', T0 + MINUTE)), T0 + MINUTE);

    const events = happens(story, alarms(story, change('b', 'firing', T0 + 2 * MINUTE)), T0 + 2 * MINUTE);

    expect(events.map(({ type }) => type)).toEqual(['reopened', 'alarms']);
    expect(story.incident).toMatchObject({ status: 'triggered', reopenings: 1 });
  });

  it('is reopened by an alarm that fires anew, even when its recovery between got lost on the way', () => {
    const story = inStatus('resolved');

    happens(story, alarms(story, change('bikeshare-latency', 'firing', T0 + 2 * MINUTE)), T0 + 2 * MINUTE);

    expect(story.incident).toMatchObject({ status: 'triggered', members: { total: 1, firing: 1 } });
  });

  it.each<AlertState>(['recovered', 'unknown'])('stays over when an alarm is %s', (state) => {
    const story = inStatus('resolved');

    happens(story, alarms(story, change('bikeshare-latency', state, T0 + 2 * MINUTE)), T0 + 2 * MINUTE);

    expect(story.incident.status).toBe('resolved');
  });
});

describe('the start of an incident', () => {
  const begins = (changedAt: number, receivedAt: number) => {
    const one = { ...change('a', 'firing', 0), alert: alert('a', 'firing', changedAt, { receivedAt }) };
    const { events } = openForAlarms('INC-1', [{ ...one, route }], new Map(), receivedAt + 5);
    return replay(events).milestones.firedAt;
  };

  it.each([
    ['when the source says', T0 - MINUTE, T0, T0 - MINUTE],
    ['a day ago at the most', T0 - 86_400_000, T0, T0 - 86_400_000],
    ['at its receipt when that is longer ago', T0 - 86_400_001, T0, T0],
    ['at its receipt when the source is ahead of us', T0 + 1, T0, T0],
    ['at its receipt when the time is not a number', Number.NaN, T0, T0],
  ])('is %s', (_, changedAt, receivedAt, expected) => {
    expect(begins(changedAt, receivedAt)).toBe(expected);
  });

  it('is the first of the alarms that are not well, and the worst gives title, severity and class', () => {
    const { events } = openForAlarms(
      'INC-1',
      [
        { ...change('well', 'recovered', T0 - 5_000, 'P0'), route },
        { ...change('mild', 'firing', T0 - 3_000, 'P3'), route },
        { ...change('bad', 'firing', T0 - 1_000, 'P1'), route: { ...route, incidentClass: 'drift' } },
      ],
      new Map(),
      T0,
    );

    expect(replay(events)).toMatchObject({
      title: 'bad',
      severity: 'P1',
      incidentClass: 'drift',
      milestones: { firedAt: T0 - 3_000 },
    });
  });
});

it('a change that is decided twice within one batch is counted once', () => {
  const { incident } = opened();
  const one = change('b', 'firing', T0);

  const { events } = decideAlarms(incident, [one, one, one], new Map(), T0);

  expect(events).toMatchObject([{ type: 'alarms', joined: 1, refired: 0 }]);
});
