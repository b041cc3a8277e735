import { describe, expect, it } from 'vitest';
import type { PersonCommand } from '../../src/domain/decide.ts';
import { ANA, BEN, happens, inStatus, MINUTE, opened, replay, T0 } from './given.ts';

const step = { runbook: 'drift', step: '1', text: 'Look at the dashboard' };
const tick = (by = ANA, more: Partial<PersonCommand & { type: 'tick' }> = {}): PersonCommand => ({
  ...{ type: 'tick', by, isDone: true },
  ...step,
  ...more,
});
const check = (answer: string, isWell: boolean | null, by = ANA): PersonCommand => ({
  ...{ type: 'record_check', by, answer, isWell },
  ...step,
});

describe('a step of a runbook', () => {
  it('is done by whoever ticks it first, however many do', () => {
    const story = opened();

    happens(story, tick(ANA), T0 + 1);
    expect(happens(story, tick(BEN), T0 + 2)).toEqual([]);

    expect(story.incident.steps).toEqual([{ ...step, done: { by: ANA, at: T0 + 1 }, answer: null }]);
  });

  it('is open again when somebody takes it back, and then somebody else’s', () => {
    const story = opened();
    happens(story, tick(ANA), T0 + 1);
    happens(story, tick(BEN, { isDone: false }), T0 + 2);
    expect(story.incident.steps).toMatchObject([{ done: null }]);

    happens(story, tick(BEN), T0 + 3);

    expect(story.incident.steps).toMatchObject([{ done: { by: BEN, at: T0 + 3 } }]);
  });

  it('that nobody did cannot be taken back', () => {
    expect(happens(opened(), tick(ANA, { isDone: false }), T0)).toEqual([]);
  });

  it('keeps what its check answered last beside who did it', () => {
    const story = opened();
    happens(story, check('Failed since 02:10', false), T0 + 1);
    happens(story, tick(BEN), T0 + 2);
    happens(story, check('InService', true), T0 + 3);

    expect(story.incident.steps).toEqual([
      {
        ...step,
        done: { by: BEN, at: T0 + 2 },
        answer: { text: 'InService', isWell: true, at: T0 + 3, by: ANA },
      },
    ]);
    expect(replay(story.events)).toEqual(story.incident);
  });

  it('is not mixed up with that of another runbook', () => {
    const story = opened();
    happens(story, tick(), T0);

    happens(story, tick(BEN, { runbook: 'latency' }), T0 + 1);
    happens(story, tick(BEN, { step: '2' }), T0 + 2);

    expect(story.incident.steps.map(({ runbook, step: id, done }) => [runbook, id, done?.by])).toEqual([
      ['drift', '1', ANA],
      ['latency', '1', BEN],
      ['drift', '2', BEN],
    ]);
  });

  it.each([
    'resolved',
    'closed',
  ] as const)('may be ticked when the incident is %s: what was done is known by then', (status) => {
    const story = inStatus(status);

    expect(happens(story, tick(), T0 + 9 * MINUTE)).toMatchObject([{ type: 'step_ticked' }]);
    expect(story.incident.status).toBe(status);
  });

  it('means that somebody has looked', () => {
    const story = opened();

    happens(story, tick(), T0 + 1);

    expect(story.incident.milestones.seenAt).toBe(T0 + 1);
  });
});
