import { describe, expect, it } from 'vitest';
import { answerDue, isOverdue } from '../../src/domain/answer-time.ts';
import { openDeclared, openForAlarms } from '../../src/domain/open.ts';
import type { AnswerTime } from '../../src/domain/service.ts';
import { ANA, change, MINUTE, replay, routeTo, rule, service, T0 } from './given.ts';

const within = (minutes: number): AnswerTime => ({ kind: 'within', ms: minutes * MINUTE });
const levels = (...times: (AnswerTime | null)[]) => {
  const [P0, P1, P2, P3] = times.map((answerWithin) => ({ answerWithin, means: null }));
  if (!P0 || !P1 || !P2 || !P3) throw new Error('four levels');
  return { P0, P1, P2, P3 };
};
const HOURLY = levels(within(15), within(60), { kind: 'next_business_day' }, null);
/** T0 is a Sunday; people work from Monday to Friday until 17:00 UTC. */
const MONDAY_17 = Date.UTC(2026, 10, 23, 17);
const owner = service('bikeshare', { severities: HOURLY });

describe('by when somebody must answer', () => {
  it('is told for every level that has a time', () => {
    expect(answerDue(owner, null, T0)).toEqual({ P0: T0 + 15 * MINUTE, P1: T0 + 60 * MINUTE, P2: MONDAY_17 });
  });

  it('is the same at every level where the rule has a time of its own', () => {
    const due = T0 + 240 * MINUTE;

    expect(answerDue(owner, { answerWithin: within(240) }, T0)).toEqual({ P0: due, P1: due, P2: due, P3: due });
    expect(answerDue(owner, { answerWithin: { kind: 'next_business_day' } }, T0).P0).toBe(MONDAY_17);
  });

  it('is no time where nobody has set one', () => {
    expect(answerDue(service('x'), rule('x'), T0)).toEqual({});
  });

  it('counts from when an alarm was received, however late it is taken in', () => {
    const one = change('a', 'firing', T0 - MINUTE);
    const received = T0 + 7;
    const late = { ...one, alert: { ...one.alert, receivedAt: received }, route: routeTo(owner) };

    const { events } = openForAlarms('INC-1', [late], new Map(), T0 + 10 * MINUTE);

    expect(replay(events).answerDue).toMatchObject({ P0: received + 15 * MINUTE });
  });

  it('is by the rule of the worst alarm', () => {
    const urgent = rule('b', { answerWithin: within(5) });
    const alarms = [
      { ...change('a', 'firing', T0, 'P2'), route: routeTo(owner) },
      { ...change('b', 'firing', T0, 'P1'), route: { ...routeTo(owner), rule: urgent } },
    ];

    expect(replay(openForAlarms('INC-1', alarms, new Map(), T0).events).answerDue.P1).toBe(T0 + 1_000 + 5 * MINUTE);
  });

  it('counts from the declaration of what a person declares', () => {
    const declaration = {
      ...{ by: ANA, environment: 'prod', title: 'x', summary: '', severity: 'P0' as const },
      ...{ incidentClass: 'system' as const, drill: false, runbook: 'drift' },
    };

    expect(replay(openDeclared('INC-1', owner, declaration, T0).events)).toMatchObject({
      ...{ answerDue: { P0: T0 + 15 * MINUTE }, runbook: 'drift' },
    });
  });

  it('means less than that: the full time is too late', () => {
    const { P0 = 0 } = answerDue(owner, null, T0);

    expect(isOverdue(P0, P0 - 1)).toBe(false);
    expect(isOverdue(P0, P0)).toBe(true);
  });
});
