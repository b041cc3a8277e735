import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../src/domain/alert.ts';
import { rulingOf } from '../../src/domain/grading.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { nextOwnWakeAt } from '../../src/domain/incident.ts';
import { judge } from '../../src/domain/judge.ts';
import { type AlertChange, MEMBERS_SHOWN } from '../../src/domain/member.ts';
import { isWorse, SEVERITIES, type Severity } from '../../src/domain/severity.ts';
import { ANA, alarms, alert, BEN, change, happens, MINUTE, opened, replay, rule, type Story, T0 } from './given.ts';
import { grades, step } from './given-grades.ts';

const DWELL = 10 * MINUTE;
const HOUR = 60 * MINUTE;
/** Above 1 is P2, above 2 is P1, above 3 is P0; otherwise P3. */
const RULE = rule('*', {
  id: 'errors',
  severity: 'P2',
  grades: grades([step(1, 'P2'), step(2, 'P1', { advice: 'Look', dueMs: HOUR }), step(3, 'P0')], {
    ...{ otherwise: 'P3', dwellMs: DWELL },
  }),
});
const LATENCY = 'bikeshare-latency';
const key = (name: string) => alert(name, 'firing', T0).key;

/** A query answers about one alarm. */
function measured(story: Story, value: number, now: number, name = LATENCY): readonly IncidentEvent[] {
  const { severity, ruling } = rulingOf(RULE, { value, base: null }, now);
  return happens(story, { type: 'grade', key: key(name), severity, ruling, dwellMs: DWELL }, now);
}

/** An alarm of the graded rule, with the value that it brings itself. */
function says(name: string, state: AlertState, value: number | null, at: number): AlertChange {
  const measurement = {
    ...{ metric: 'm', namespace: null, dimensions: [], statistic: null, unit: null, value },
    ...{ threshold: null, comparison: null, periodSeconds: null, periods: null },
  };
  const said = alert(name, state, at, { measurement });
  return { alert: said, ...judge(said, RULE_ROUTE, at), title: null, runbook: null, dwellMs: DWELL };
}
const RULE_ROUTE = { rule: RULE, severity: RULE.severity };

/** One alarm of the graded rule fires; its value is not known yet. */
function graded(): Story {
  const story = opened();
  const first = says(LATENCY, 'firing', null, T0 - 500);
  happens(story, alarms(story, says(LATENCY, 'recovered', null, T0 - 700), first), T0);
  return story;
}

const wake = (story: Story, now: number) => happens(story, { type: 'wake' }, now);
const types = (events: readonly IncidentEvent[]) => events.map(({ type }) => type);

describe('a value that is worse', () => {
  it('raises the severity at once', () => {
    const story = graded();

    expect(types(measured(story, 3.5, T0 + 1))).toEqual(['graded', 'severity_set']);
    expect(story.incident).toMatchObject({ severity: 'P0', severityBy: 'tocsin' });
  });

  it('ends what had begun to ease', () => {
    const story = graded();
    measured(story, 0.5, T0 + 1);
    expect(story.incident.easing).toMatchObject({ severity: 'P3' });

    measured(story, 1.5, T0 + 2);

    expect(story.incident).toMatchObject({ severity: 'P2', easing: null });
    expect(nextOwnWakeAt(story.incident)).toBeNull();
  });
});

describe('a value that is milder', () => {
  it('lowers the severity when it has lasted for the dwell time, and not a moment before', () => {
    const story = graded();
    measured(story, 0.5, T0 + 1);

    expect(nextOwnWakeAt(story.incident)).toBe(T0 + 1 + DWELL);
    expect(wake(story, T0 + DWELL)).toEqual([]);
    expect(wake(story, T0 + 1 + DWELL)).toEqual([
      { type: 'severity_set', at: T0 + 1 + DWELL, by: 'tocsin', from: 'P2', severity: 'P3' },
    ]);
    expect(story.incident).toMatchObject({ easing: null, severity: 'P3' });
  });

  it('lowers it only so far as it has lasted, and begins to last for the rest', () => {
    const story = graded();
    measured(story, 3.5, T0 + 1);
    measured(story, 0.5, T0 + HOUR);
    measured(story, 1.5, T0 + HOUR + 6 * MINUTE);
    expect(story.incident.easing).toEqual({ severity: 'P2', since: T0 + HOUR, dwellMs: DWELL });
    measured(story, 0.5, T0 + HOUR + 12 * MINUTE);

    expect(types(wake(story, T0 + HOUR + 12 * MINUTE))).toEqual(['severity_set', 'easing']);
    expect(story.incident).toMatchObject({
      severity: 'P2',
      easing: { severity: 'P3', since: T0 + HOUR + 12 * MINUTE },
    });
  });

  it('says nothing against a rule while nobody knows it: a value unknown is not a mild one', () => {
    const story = graded();
    const unknown = rulingOf(RULE, { value: null, base: null }, T0);
    measured(story, 3.5, T0 + 1);

    const { severity, ruling } = unknown;
    const events = happens(story, { type: 'grade', key: key(LATENCY), severity, ruling, dwellMs: DWELL }, T0 + HOUR);

    expect(events).toEqual([]);
    expect(story.incident.members.shown[0]).toMatchObject({ severity: 'P0', ruling: { value: 3.5 } });
  });

  it('stops easing when the incident is over, so that nothing falls in the night after a reopening', () => {
    const story = graded();
    measured(story, 0.5, T0 + 1);
    happens(story, { type: 'resolve', by: ANA, seen: null, text: '', note: null }, T0 + 2);
    happens(story, { type: 'reopen', by: ANA, reason: 'again' }, T0 + HOUR);

    expect(wake(story, T0 + HOUR)).toEqual([]);
    expect(story.incident.severity).toBe('P2');
  });
});

describe('what a person chose', () => {
  it('is not lowered by a value', () => {
    const story = graded();
    happens(story, { type: 'set_severity', by: ANA, severity: 'P1' }, T0 + 1);

    expect(types(measured(story, 0.5, T0 + 2))).toEqual(['graded']);
    expect(nextOwnWakeAt(story.incident)).toBeNull();
  });

  it('is where a severity falls to that a value had raised above it', () => {
    const story = graded();
    happens(story, { type: 'set_severity', by: ANA, severity: 'P1' }, T0 + 1);
    measured(story, 3.5, T0 + 2);
    expect(story.incident).toMatchObject({ severity: 'P0', severityBy: 'tocsin' });

    measured(story, 0.5, T0 + HOUR);
    wake(story, T0 + HOUR + DWELL);

    expect(story.incident.severity).toBe('P1');
    expect(nextOwnWakeAt(story.incident)).toBeNull();
  });

  it('stays although a value says again what the person knew when they lowered it', () => {
    const story = graded();
    measured(story, 2.5, T0 + 1);
    happens(story, { type: 'set_severity', by: ANA, severity: 'P3' }, T0 + 2);
    measured(story, 0.5, T0 + HOUR);

    expect(types(measured(story, 2.5, T0 + 2 * HOUR))).toEqual(['graded']);
    expect(story.incident.severity).toBe('P3');
  });

  it('stays although a value comes back from which it had just begun to ease', () => {
    const story = graded();
    measured(story, 2.5, T0 + 1);
    measured(story, 0.5, T0 + HOUR);
    happens(story, { type: 'set_severity', by: ANA, severity: 'P3' }, T0 + HOUR + 1);

    measured(story, 2.5, T0 + HOUR + 2);

    expect(story.incident.severity).toBe('P3');
  });

  it('stays against what an earlier choice was made over, too', () => {
    const story = graded();
    measured(story, 2.5, T0 + 1);
    happens(story, { type: 'set_severity', by: ANA, severity: 'P2' }, T0 + 2);
    measured(story, 0.5, T0 + HOUR);
    happens(story, { type: 'set_severity', by: BEN, severity: 'P3' }, T0 + HOUR + 1);

    measured(story, 2.5, T0 + HOUR + 2);

    expect(story.incident).toMatchObject({ severity: 'P3', chosen: { severity: 'P3', over: 'P1' } });
  });

  it('is raised by a value worse than all that the person knew, each time', () => {
    const story = graded();
    measured(story, 2.5, T0 + 1);
    happens(story, { type: 'set_severity', by: ANA, severity: 'P3' }, T0 + 2);

    measured(story, 3.5, T0 + 3);
    expect(story.incident.severity).toBe('P0');
    measured(story, 0.5, T0 + HOUR);
    wake(story, T0 + HOUR + DWELL);
    expect(story.incident.severity).toBe('P3');
    measured(story, 3.5, T0 + 2 * HOUR);
    expect(story.incident.severity).toBe('P0');
  });
});

describe('several alarms', () => {
  it('hold the severity as long as the worst of them that fires', () => {
    const story = graded();
    happens(story, alarms(story, says('b', 'firing', 3.5, T0)), T0);
    measured(story, 0.5, T0 + 1);

    expect(story.incident).toMatchObject({ severity: 'P0', easing: null });
  });

  it('let the severity go when the worst of them has recovered for the dwell time', () => {
    const story = graded();
    measured(story, 1.5, T0);
    happens(story, alarms(story, says('b', 'firing', 3.5, T0)), T0);

    happens(story, alarms(story, says('b', 'recovered', 0.1, T0 + HOUR)), T0 + HOUR);
    expect(story.incident).toMatchObject({ severity: 'P0', easing: { severity: 'P2', since: T0 + HOUR } });
    wake(story, T0 + HOUR + DWELL);

    expect(story.incident.severity).toBe('P2');
  });

  it('let it go also when the recovery brings no value, and the last one was bad', () => {
    const story = graded();
    measured(story, 1.5, T0);
    happens(story, alarms(story, says('b', 'firing', 3.5, T0)), T0);

    happens(story, alarms(story, says('b', 'recovered', null, T0 + HOUR)), T0 + HOUR);
    wake(story, T0 + HOUR + DWELL);

    expect(story.incident.severity).toBe('P2');
  });

  it('keep the severity when one recovers that no value graded', () => {
    const story = graded();
    happens(story, alarms(story, change('plain', 'firing', T0, 'P0')), T0);
    happens(story, alarms(story, change('plain', 'recovered', T0 + 1, 'P0')), T0 + 1);

    measured(story, 0.5, T0 + HOUR);

    expect(story.incident).toMatchObject({ severity: 'P0', easing: null });
  });

  it('leave it as it is when all of them have recovered', () => {
    const story = graded();
    measured(story, 3.5, T0);
    happens(story, alarms(story, change('plain', 'firing', T0, 'P3')), T0);
    happens(story, alarms(story, change('plain', 'recovered', T0 + 1, 'P3')), T0 + 1);

    happens(story, alarms(story, says(LATENCY, 'recovered', 0.1, T0 + HOUR)), T0 + HOUR);

    expect(story.incident).toMatchObject({ severity: 'P0', easing: null });
  });

  it('let it go after the longest of their dwell times', () => {
    const story = graded();
    const slow = (state: AlertState, value: number, at: number) => ({ ...says('b', state, value, at), dwellMs: HOUR });
    happens(story, alarms(story, slow('firing', 3.5, T0)), T0);
    happens(story, alarms(story, slow('firing', 0.5, T0 + HOUR), says(LATENCY, 'firing', 0.5, T0 + HOUR)), T0 + HOUR);

    expect(story.incident.easing).toEqual({ severity: 'P3', since: T0 + HOUR, dwellMs: HOUR });
    measured(story, 1.5, T0 + HOUR + 1);

    expect(story.incident.easing).toEqual({ severity: 'P2', since: T0 + HOUR, dwellMs: HOUR });
  });

  it('hold it while the worst cannot tell', () => {
    const story = graded();
    happens(story, alarms(story, says('b', 'firing', 3.5, T0)), T0);
    happens(story, alarms(story, says('b', 'unknown', null, T0 + 1)), T0 + 1);

    measured(story, 0.5, T0 + HOUR);

    expect(story.incident).toMatchObject({ severity: 'P0', easing: null });
    expect(story.incident.members.shown).toContainEqual(
      expect.objectContaining({ key: key('b'), state: 'unknown', severity: 'P0' }),
    );
  });

  it('raise it also by one that the card has no room for', () => {
    const story = graded();
    const many = Array.from({ length: MEMBERS_SHOWN + 4 }, (_, i) => says(`c${i}`, 'firing', 1.5, T0 + i));
    happens(story, alarms(story, ...many), T0 + MINUTE);
    const shown = new Set(story.incident.members.shown.map((member) => member.title));
    const hidden = many.map(({ alert: { name } }) => name).find((name) => !shown.has(name)) ?? '';

    happens(story, alarms(story, says(hidden, 'firing', 3.5, T0 + HOUR)), T0 + HOUR);

    expect(story.incident).toMatchObject({ severity: 'P0', members: { total: MEMBERS_SHOWN + 5 } });
    expect(story.incident.members.shown[0]?.title).toBe(hidden);
  });

  it('let no value speak for one that has recovered or is not there', () => {
    const story = graded();
    happens(story, alarms(story, says('b', 'firing', 1.5, T0), says(LATENCY, 'recovered', 0.1, T0)), T0);

    expect(measured(story, 3.5, T0 + 1)).toEqual([]);
    expect(measured(story, 3.5, T0 + 1, 'nobody')).toEqual([]);
  });
});

describe('an alarm that says the same state with another value', () => {
  it('is graded as by a query, and shows its new number', () => {
    const story = graded();

    const events = happens(story, alarms(story, says(LATENCY, 'firing', 3.5, T0 + MINUTE)), T0 + MINUTE);

    expect(events).toMatchObject([
      { type: 'graded', key: key(LATENCY), severity: 'P0', ruling: { value: 3.5 }, measured: 3.5 },
      { type: 'severity_set', from: 'P2', severity: 'P0' },
    ]);
    expect(story.incident.members.shown[0]).toMatchObject({ severity: 'P0', measurement: { value: 3.5 } });
  });

  it('is heard when it becomes milder soon after it was worse: it may say nothing more for a day', () => {
    const story = graded();
    happens(story, alarms(story, says(LATENCY, 'firing', 3.5, T0 + 1_000)), T0 + 1_000);

    happens(story, alarms(story, says(LATENCY, 'firing', 1.5, T0 + MINUTE)), T0 + MINUTE);
    expect(story.incident.members.shown[0]?.ruling.value).toBe(1.5);
    wake(story, T0 + MINUTE + DWELL);

    expect(story.incident.severity).toBe('P2');
  });

  it('keeps what is known of its value when it brings none, until it begins anew', () => {
    const story = graded();
    measured(story, 3.5, T0);
    happens(story, alarms(story, says(LATENCY, 'recovered', null, T0 + 1)), T0 + 1);
    expect(story.incident.members.shown[0]).toMatchObject({ severity: 'P0', ruling: { by: 'value' } });

    happens(story, alarms(story, says(LATENCY, 'firing', null, T0 + 2)), T0 + 2);

    expect(story.incident.members.shown[0]).toMatchObject({ severity: 'P2', ruling: { by: 'rule', isGraded: true } });
  });
});

describe('a due date', () => {
  it('counts from when the grade was reached, not from the last value in it', () => {
    const story = graded();
    measured(story, 2.5, T0);
    measured(story, 2.9, T0 + HOUR);

    expect(story.incident.members.shown[0]?.ruling).toMatchObject({ value: 2.9, advice: 'Look', dueAt: T0 + HOUR });
  });
});

describe('the story', () => {
  it('does not tell of a value that reads as before', () => {
    const story = graded();
    measured(story, 2.5, T0);

    expect(measured(story, 2.5, T0 + HOUR)).toEqual([]);
    expect(measured(story, 2.501, T0 + 2 * HOUR)).toEqual([]);
  });

  it('does not tell of every move within a grade, and of a worse grade at once', () => {
    const story = graded();
    measured(story, 2.1, T0);

    expect(measured(story, 2.9, T0 + MINUTE)).toEqual([]);
    expect(types(measured(story, 3.1, T0 + 2 * MINUTE))).toContain('graded');
    expect(types(measured(story, 3.9, T0 + 7 * MINUTE))).toEqual(['graded']);
  });

  it('tells at once of a grade that begins where another holds its limit', () => {
    const both = rule('*', { grades: grades([step(2, 'P2', { inclusive: true }), step(2, 'P2', { advice: 'Act' })]) });
    const story = graded();
    for (const [value, at] of [
      [2, T0],
      [2.01, T0 + 1],
    ] as const) {
      const { severity, ruling } = rulingOf(both, { value, base: null }, at);
      happens(story, { type: 'grade', key: key(LATENCY), severity, ruling, dwellMs: DWELL }, at);
    }

    expect(story.incident.members.shown[0]?.ruling).toMatchObject({ value: 2.01, advice: 'Act' });
  });

  it.each<[string, (story: Story) => unknown]>([
    ['of an alarm that has recovered', () => undefined],
    [
      'of an incident that is over',
      (story) => happens(story, { type: 'resolve', by: ANA, seen: null, text: '', note: null }, T0 + 2),
    ],
  ])('does not tell of the values %s, however they move', (_, given) => {
    const story = graded();
    happens(story, alarms(story, says(LATENCY, 'recovered', 0.5, T0 + 1)), T0 + 1);
    given(story);

    for (let hour = 1; hour < 20; hour++) {
      const at = T0 + hour * HOUR;
      expect(happens(story, alarms(story, says(LATENCY, 'recovered', hour, at)), at)).toEqual([]);
    }
  });

  it('does not tell again and again of alarms that the card has no room for', () => {
    const story = graded();
    const many = Array.from({ length: 20 }, (_, i) => says(`c${i}`, 'firing', 2.5, T0 + i));
    happens(story, alarms(story, ...many), T0 + MINUTE);
    happens(story, { type: 'set_severity', by: ANA, severity: 'P3' }, T0 + MINUTE);

    for (let minute = 2; minute < 30; minute++) {
      const at = T0 + minute * MINUTE;
      happens(story, alarms(story, ...many.map(({ alert: { name } }) => says(name, 'firing', 2.5, at))), at);
    }

    expect(story.events.filter(({ type }) => type === 'alarms')).toHaveLength(3);
  });

  it.each<[string, (minute: number) => number]>([
    ['moves', (minute) => 2 + ((minute * 37) % 90) / 100],
    ['flaps around a limit', (minute) => (minute % 2 === 0 ? 2.5 : 1.5)],
    ['flaps between all grades', (minute) => (minute * 7) % 4],
    ['rises', (minute) => 3 + minute * minute],
  ])('of an incident whose value %s each minute stays short for a whole day', (_, valueAt) => {
    const story = graded();
    for (let minute = 1; minute <= 24 * 60; minute++) {
      measured(story, valueAt(minute), T0 + minute * MINUTE);
      wake(story, T0 + minute * MINUTE);
    }

    expect(story.events.length).toBeLessThan(400);
    expect(JSON.stringify(story.events).length).toBeLessThan(100_000);
  });
});

describe('laws of severity by value', () => {
  interface Step {
    readonly afterMs: number;
    readonly alarm: string;
    readonly value: number;
    readonly state: AlertState;
  }
  const NAMES = [LATENCY, 'b', 'c'];
  const values = fc.constantFrom(0.5, 1.5, 2.5, 3.5);
  const steps: fc.Arbitrary<Step[]> = fc.array(
    fc.record({
      afterMs: fc.constantFrom(1, MINUTE, 4 * MINUTE, 11 * MINUTE, HOUR),
      alarm: fc.constantFrom(...NAMES),
      value: values,
      state: fc.constantFrom<AlertState>('firing', 'firing', 'firing', 'recovered', 'unknown'),
    }),
    { maxLength: 40 },
  );

  /** Lives through it as the clock does: what is due happens in between. */
  function live(history: readonly Step[], take: (story: Story, one: Step, now: number) => void): Story {
    const story = graded();
    let now = T0;
    for (const one of history) {
      const until = now + one.afterMs;
      for (let due = nextOwnWakeAt(story.incident); due !== null && due <= until; due = nextOwnWakeAt(story.incident)) {
        wake(story, due);
      }
      now = until;
      take(story, one, now);
    }
    return story;
  }

  const byAlarms = (story: Story, { alarm, value, state }: Step, now: number) =>
    void happens(story, alarms(story, says(alarm, state, value, now)), now);
  const byQueries = (story: Story, { alarm, value }: Step, now: number) => void measured(story, value, now, alarm);

  /** Recovered incidents end by themselves or not; here they only wait. */
  const changesOf = (story: Story) => story.events.filter((event) => event.type === 'severity_set');

  it.each([
    ['alarms', byAlarms],
    ['queries', byQueries],
  ])('the severity falls at most once per dwell time, whatever the values of %s do', (_, take) => {
    fc.assert(
      fc.property(steps, (history) => {
        let last = Number.NEGATIVE_INFINITY;
        for (const { at, from, severity } of changesOf(live(history, take))) {
          if (!isWorse(from, severity)) continue;
          expect(at - last).toBeGreaterThanOrEqual(DWELL);
          last = at;
        }
      }),
    );
  });

  it('the severity is never milder than the worst alarm that fires', () => {
    fc.assert(
      fc.property(steps, (history) => {
        live(history, (story, one, now) => {
          byAlarms(story, one, now);
          const { severity, members } = story.incident;
          for (const member of members.shown) {
            if (member.state === 'firing') expect(isWorse(member.severity, severity)).toBe(false);
          }
        });
      }),
    );
  });

  it('the severity never falls below what fired at any time within the dwell time before', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const said: { at: number; severity: Severity }[] = [];
        const story = live(history, (one, entry, now) => {
          byQueries(one, entry, now);
          const worst = one.incident.members.shown.map(({ severity }) => severity).sort()[0];
          if (worst) said.push({ at: now, severity: worst });
        });
        for (const { at, from, severity } of changesOf(story)) {
          if (!isWorse(from, severity)) continue;
          const lately = said.filter((one) => one.at > at - DWELL && one.at < at);
          for (const one of lately) expect(isWorse(one.severity, severity)).toBe(false);
        }
      }),
    );
  });

  it('a value that stays comes true: at once when it is worse, in the end when it is milder', () => {
    fc.assert(
      fc.property(steps, values, (history, value) => {
        const still = (minutes: number): Step[] =>
          Array.from({ length: minutes }, () => ({ afterMs: MINUTE, alarm: LATENCY, value, state: 'firing' }));
        const story = live([...history.filter(({ alarm }) => alarm === LATENCY), ...still(200)], byQueries);

        expect(story.incident.severity).toBe(rulingOf(RULE, { value, base: null }, T0).severity);
      }),
      { numRuns: 30 },
    );
  });

  it('a value counts the same whether the alarm brings it or a query answers, some minutes after the last', () => {
    const firing = steps.map((all) =>
      all.map((one): Step => ({ ...one, afterMs: Math.max(one.afterMs, HOUR), alarm: LATENCY, state: 'firing' })),
    );
    fc.assert(
      fc.property(firing, (history) => {
        const [a, b] = [live(history, byAlarms), live(history, byQueries)];

        expect(changesOf(a)).toEqual(changesOf(b));
        expect(a.incident.easing).toEqual(b.incident.easing);
      }),
    );
  });

  it('replaying gives the same, and nothing is said twice', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const story = live(history, byAlarms);

        expect(replay(story.events)).toEqual(story.incident);
        for (const { from, severity } of changesOf(story)) expect(from).not.toBe(severity);
        expect(SEVERITIES).toContain(story.incident.severity);
      }),
    );
  });
});
