import { describe, expect, it } from 'vitest';
import { offerWords } from '../../src/domain/grade-offers.ts';
import { type Grades, rulingOf } from '../../src/domain/grading.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { ANA, alarms, change, happens, MINUTE, opened, type Story, T0 } from './given.ts';
import { grades, step } from './given-grades.ts';

const RETRAIN = { action: 'retrain', title: 'Retrain the model' };
const FALLBACK = { action: 'fallback', title: 'Serve the popularity model' };
const DWELL = 10 * MINUTE;

/** Watch, investigate, act, stop. */
const DRIFT: Grades = grades(
  [
    step(0.1, 'P3', { level: 'watch' }),
    step(0.2, 'P2', { level: 'investigate' }),
    step(0.3, 'P1', { level: 'act', offer: RETRAIN }),
    step(0.5, 'P0', { level: 'stop', offer: FALLBACK }),
  ],
  { measure: 'Feature drift' },
);

/** A value becomes known `minutes` after the beginning. */
function measured(story: Story, value: number, minutes: number): readonly IncidentEvent[] {
  const now = T0 + minutes * MINUTE;
  const { key } = change('bikeshare-latency', 'firing', T0).alert;
  const { severity, ruling } = rulingOf({ id: 'drift', severity: 'P3', grades: DRIFT }, { value, base: null }, now);
  return happens(story, { type: 'grade', key, severity, ruling, dwellMs: DWELL }, now);
}

function proposed(events: readonly IncidentEvent[]): unknown[] {
  return events.filter(({ type }) => type === 'action_proposed');
}

describe('a grade with an offer', () => {
  it('proposes its action as soon as it is reached, and says how far the next one is', () => {
    const story = opened({}, 'P3');

    expect(proposed(measured(story, 0.21, 1))).toEqual([]);
    expect(proposed(measured(story, 0.41, 2))).toMatchObject([
      {
        ...{ action: 'retrain', title: 'Retrain the model', from: 'rule' },
        why: 'Feature drift is 0.41: act, above 0.3. Stop begins above 0.5, 0.09 further. Rule drift.',
      },
    ]);
    expect(story.incident.severity).toBe('P1');
  });

  it('proposes nothing new while the value stays in it', () => {
    const story = opened({}, 'P3');
    measured(story, 0.35, 1);
    expect(proposed(measured(story, 0.45, 20))).toEqual([]);
  });

  it('gives way to the offer of a worse one, and keeps its own', () => {
    const story = opened({}, 'P3');
    measured(story, 0.35, 1);
    measured(story, 0.6, 2);
    expect(story.incident.proposals.map(({ action }) => action)).toEqual(['retrain', 'fallback']);
  });

  it('proposes nothing on the way down', () => {
    const story = opened({}, 'P3');
    measured(story, 0.6, 1);
    expect(proposed(measured(story, 0.35, 20))).toEqual([]);
  });

  it('is not proposed again by a value that comes back before the severity has fallen', () => {
    const story = opened({}, 'P3');
    measured(story, 0.35, 1);
    happens(story, { type: 'dismiss_proposal', by: ANA, action: 'retrain' }, T0 + 2 * MINUTE);
    measured(story, 0.25, 20);
    expect(proposed(measured(story, 0.35, 25))).toEqual([]);
    expect(story.incident.severity).toBe('P1');
  });

  it('is proposed again once the severity has fallen', () => {
    const story = opened({}, 'P3');
    measured(story, 0.35, 1);
    happens(story, { type: 'dismiss_proposal', by: ANA, action: 'retrain' }, T0 + 2 * MINUTE);
    measured(story, 0.25, 20);
    happens(story, { type: 'wake' }, T0 + 30 * MINUTE);
    expect(story.incident.severity).toBe('P2');
    expect(proposed(measured(story, 0.35, 40))).toHaveLength(1);
  });

  it('is proposed for another alarm while the first one eases', () => {
    const story = opened({}, 'P3');
    measured(story, 0.35, 1);
    happens(story, { type: 'dismiss_proposal', by: ANA, action: 'retrain' }, T0 + 2 * MINUTE);
    measured(story, 0.25, 20);
    const now = T0 + 25 * MINUTE;
    const other = change('bikeshare-drift', 'firing', now);
    const graded = rulingOf({ id: 'drift', severity: 'P3', grades: DRIFT }, { value: 0.4, base: null }, now);
    const events = happens(story, alarms(story, { ...other, ...graded, dwellMs: DWELL }), now);
    expect(proposed(events)).toMatchObject([{ action: 'retrain' }]);
  });

  it('proposes nothing in a drill, nor what is under way', () => {
    const drill = opened({}, 'P3');
    drill.incident = { ...drill.incident, drill: true };
    expect(proposed(measured(drill, 0.35, 1))).toEqual([]);
  });
});

describe('the words of an offer', () => {
  const ruling = (value: number, unit: string | null) =>
    rulingOf({ id: 'drift', severity: 'P3', grades: { ...DRIFT, unit } }, { value, base: null }, T0).ruling;

  it('name the alarm where nothing says what is measured, and end with the worst', () => {
    expect(offerWords({ ...ruling(0.6, null), measure: null }, 'Drift')).toBe(
      'Drift is 0.6: stop, above 0.5. Rule drift.',
    );
  });

  it.each([
    ['Share', '41 %', '30 %'],
    ['Percent', '0.41 %', '0.3 %'],
    ['Milliseconds', '0.41 ms', '0.3 ms'],
    ['Count', '0.41', '0.3'],
  ])('have the unit of the value: %s', (unit, value, limit) => {
    expect(offerWords(ruling(0.41, unit), '')).toContain(`Feature drift is ${value}: act, above ${limit}.`);
  });
});
