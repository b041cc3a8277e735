import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWorkingTime } from '../../src/domain/calendar.ts';
import { type Deadline, type DeadlineEvent, withDeadline } from '../../src/domain/deadline.ts';
import { dueReminders, LAST_REMINDER, nextReminderAt, remindersOf } from '../../src/domain/deadline-reminders.ts';
import type { Calendar } from '../../src/domain/service.ts';
import { at, calendars, DAY, HOUR, OFFICE } from './deadline-given.ts';
import { ANA, BEN } from './given.ts';

function deadline(more: Partial<Deadline> = {}): Deadline {
  return {
    ...{ id: '1', text: 'Load test', owner: ANA, by: ANA, from: null, reminders: 0, remindedAt: null, done: null },
    ...{ since: at('2026-11-23 10:00'), due: at('2026-12-03 15:00') },
    ...more,
  };
}

const told = (one: Deadline, calendar: Calendar | null = OFFICE) =>
  remindersOf(one, calendar).map(({ count, at: when, to }) => [
    count,
    new Date(when).toISOString().slice(0, 16).replace('T', ' '),
    to,
  ]);

describe('a deadline on Thursday at three', () => {
  it('is reminded of a day before, at its time, on five working days, and then in the channel', () => {
    expect(told(deadline())).toEqual([
      [1, '2026-12-02 15:00', ANA],
      [2, '2026-12-03 15:00', ANA],
      [3, '2026-12-04 09:00', ANA],
      [4, '2026-12-07 09:00', ANA],
      [5, '2026-12-09 09:00', ANA], // the 8th is a holiday
      [6, '2026-12-10 09:00', ANA],
      [7, '2026-12-11 09:00', ANA],
      [8, '2026-12-14 09:00', null],
    ]);
  });

  it('of which nobody has it is told to the channel, and not day by day', () => {
    expect(told(deadline({ owner: null }))).toEqual([
      [1, '2026-12-02 15:00', null],
      [2, '2026-12-03 15:00', null],
      [8, '2026-12-14 09:00', null],
    ]);
  });

  it('is reminded of every 24 hours where there are no working hours', () => {
    expect(told(deadline(), null).slice(1, 4)).toEqual([
      [2, '2026-12-03 15:00', ANA],
      [3, '2026-12-04 15:00', ANA],
      [4, '2026-12-05 15:00', ANA],
    ]);
  });
});

describe('the first reminder', () => {
  it('comes at half of the time where that is shorter than two days', () => {
    const short = deadline({ since: at('2026-11-24 10:00'), due: at('2026-11-24 16:00') });

    expect(told(short)[0]).toEqual([1, '2026-11-24 13:00', ANA]);
  });

  it('waits for working hours, and is left out where it would come with the second', () => {
    const onMonday = deadline({ due: at('2026-11-30 12:00') });
    const onSunday = deadline({ due: at('2026-11-29 12:00') });

    expect(told(onMonday).slice(0, 2)).toEqual([
      [1, '2026-11-30 09:00', ANA],
      [2, '2026-11-30 12:00', ANA],
    ]);
    expect(told(onSunday)[0]).toEqual([2, '2026-11-30 09:00', ANA]);
  });
});

describe('after an outage', () => {
  it('only the newest reminder of what was missed comes, in working hours', () => {
    const night = at('2026-12-10 22:00');

    expect(dueReminders([deadline()], OFFICE, night)).toEqual([]);
    expect(nextReminderAt(deadline(), OFFICE, night)).toBe(at('2026-12-11 09:00'));
    expect(dueReminders([deadline()], OFFICE, at('2026-12-11 09:00'))).toEqual([
      { type: 'deadline_reminded', at: at('2026-12-11 09:00'), id: '1', count: 7, to: ANA },
    ]);
  });

  it('it is known how late a reminder is while people work', () => {
    expect(nextReminderAt(deadline(), OFFICE, at('2026-12-02 16:00'))).toBe(at('2026-12-02 15:00'));
  });
});

it('nobody is reminded where nobody ever works', () => {
  const never = { ...OFFICE, days: [] };

  expect(remindersOf(deadline(), never)).toEqual([]);
  expect(nextReminderAt(deadline(), never, at('2026-12-03 15:00'))).toBeNull();
});

it('another time is reminded of anew, another owner is not', () => {
  const reminded = deadline({ reminders: 4, remindedAt: at('2026-12-07 09:00') });
  const change = { type: 'deadline_changed', at: at('2026-12-07 10:00'), by: ANA, id: '1' } as const;

  const [later] = withDeadline([reminded], { ...change, owner: ANA, due: at('2026-12-16 12:00') });
  const [given] = withDeadline([reminded], { ...change, owner: BEN, due: reminded.due });

  expect(later && nextReminderAt(later, OFFICE, change.at)).toBe(at('2026-12-15 12:00'));
  expect(given && nextReminderAt(given, OFFICE, change.at)).toBe(at('2026-12-09 09:00'));
});

describe('however often and whenever somebody looks', () => {
  interface Life {
    readonly calendar: Calendar | null;
    readonly said: Extract<DeadlineEvent, { type: 'deadline_reminded' }>[];
    readonly doneAt: number;
    readonly whole: Deadline;
  }
  const since = at('2026-12-18 10:00');
  const lives: fc.Arbitrary<Life> = fc
    .record({
      calendar: calendars,
      owner: fc.constantFrom(ANA, null),
      lasts: fc.integer({ min: HOUR, max: 40 * DAY }),
      looks: fc.array(fc.integer({ min: 0, max: 90 * 24 * 2 }), { maxLength: 120 }), // half hours; in any order, also twice
      doneAfter: fc.integer({ min: 0, max: 120 * DAY }),
    })
    .map(({ calendar, owner, lasts, looks, doneAfter }) => {
      const whole = deadline({ owner, since, due: since + lasts });
      const life: Life = { calendar, said: [], doneAt: since + doneAfter, whole };
      let now: readonly Deadline[] = [whole];
      for (const moment of looks.toSorted((a, b) => a - b).map((half) => since + half * (HOUR / 2))) {
        if (moment >= life.doneAt && now[0]?.done === null) {
          now = withDeadline(now[0] ? [now[0]] : [], {
            ...{ type: 'deadline_done', at: life.doneAt, by: ANA, id: '1', isDone: true },
          });
        }
        const events = dueReminders(now, calendar, moment);
        life.said.push(...events);
        now = events.reduce(withDeadline, now);
      }
      return life;
    });

  const holds = (check: (life: Life) => void) => fc.assert(fc.property(lives, check), { numRuns: 200 });

  it('no reminder comes twice or out of order, and there are eight at most', () => {
    holds(({ said }) => {
      const counts = said.map(({ count }) => count);
      expect(counts).toEqual([...new Set(counts)].toSorted((a, b) => a - b));
      expect(counts.length).toBeLessThanOrEqual(LAST_REMINDER);
    });
  });

  it('none comes early, outside of working hours, or after somebody has done it', () => {
    holds(({ said, calendar, doneAt, whole }) => {
      for (const { at: moment, count } of said) {
        const own = remindersOf(whole, calendar).find((one) => one.count === count);
        expect(moment).toBeGreaterThanOrEqual(own?.at ?? Number.POSITIVE_INFINITY);
        expect(moment).toBeLessThan(doneAt);
        if (calendar) expect(isWorkingTime(calendar, moment)).toBe(true);
      }
    });
  });

  it('a look at the time that was named finds something, and then names a later one', () => {
    fc.assert(
      fc.property(calendars, fc.integer({ min: HOUR, max: 40 * DAY }), fc.nat(80 * DAY), (calendar, lasts, after) => {
        let one = deadline({ since, due: since + lasts });
        let now = since + after;
        for (let i = 0; i <= LAST_REMINDER; i++) {
          const next = nextReminderAt(one, calendar, now);
          if (next === null) return;
          now = Math.max(next, now);
          const events = dueReminders([one], calendar, now);
          expect(events).toHaveLength(1);
          one = events.reduce(withDeadline, [one] as readonly Deadline[])[0] ?? one;
          expect(nextReminderAt(one, calendar, now) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
        }
        throw new Error('there is no end to it');
      }),
      { numRuns: 150 },
    );
  });
});
