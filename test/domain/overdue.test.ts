import { describe, expect, it } from 'vitest';
import { isTold } from '../../src/domain/effects.ts';
import { nextOwnWakeAt } from '../../src/domain/incident.ts';
import { PLAIN_SERVICE } from '../support/plain.ts';
import { ANA, happens, MINUTE, opened, type Story, T0 } from './given.ts';

const within = (minutes: number) => ({ answerWithin: { kind: 'within', ms: minutes * MINUTE } as const, means: null });
const severities = { ...PLAIN_SERVICE.severities, P1: within(15), P2: within(60) };
const WAKE = { type: 'wake' } as const;

/** Opened at `T0` by an alarm that was received at `T0`: an hour to answer, a quarter when it is P1. */
const waiting = (): Story => opened({ severities });

describe('an incident that nobody answers', () => {
  it('wakes when it is late, says so once, and sleeps on', () => {
    const story = waiting();
    const due = story.incident.answerDue.P2 ?? 0;
    expect(nextOwnWakeAt(story.incident)).toBe(due);

    expect(happens(story, WAKE, due - 1)).toEqual([]);
    const [event] = happens(story, WAKE, due);

    expect(event).toEqual({ type: 'answer_overdue', at: due });
    expect(event && isTold(event, story.incident)).toBe(true);
    expect(nextOwnWakeAt(story.incident)).toBeNull();
    expect(happens(story, WAKE, due + MINUTE)).toEqual([]);
  });

  it('is not late once somebody has it', () => {
    const story = waiting();
    const due = story.incident.answerDue.P2 ?? 0;

    happens(story, { type: 'acknowledge', by: ANA }, T0 + MINUTE);

    expect(nextOwnWakeAt(story.incident)).toBeNull();
    expect(happens(story, WAKE, due)).toEqual([]);
  });

  it('is late sooner when it gets worse', () => {
    const story = waiting();

    happens(story, { type: 'set_severity', by: ANA, severity: 'P1' }, T0 + 20 * MINUTE);

    expect(happens(story, WAKE, T0 + 20 * MINUTE)).toEqual([{ type: 'answer_overdue', at: T0 + 20 * MINUTE }]);
  });

  it('says nothing of it while it is silenced', () => {
    const story = waiting();
    happens(story, { type: 'silence', by: ANA, forMs: 240 * MINUTE }, T0);

    const [event] = happens(story, WAKE, story.incident.answerDue.P2 ?? 0);

    expect(event && isTold(event, story.incident)).toBe(false);
  });

  it('has no such time when it is opened again', () => {
    const story = waiting();
    happens(story, { type: 'resolve', by: ANA, seen: null, text: '', note: null }, T0 + MINUTE);
    happens(story, { type: 'reopen', by: 'tocsin', reason: 'An alarm fired again.' }, T0 + 2 * MINUTE);

    expect(story.incident.status).toBe('triggered');
    expect(nextOwnWakeAt(story.incident)).toBeNull();
  });
});
