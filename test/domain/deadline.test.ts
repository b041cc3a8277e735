import { describe, expect, it } from 'vitest';
import { type Command, decide } from '../../src/domain/decide.ts';
import { rulingOf } from '../../src/domain/grading.ts';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import { nextWakeAt } from '../../src/domain/paging.ts';
import { phraseOf } from '../../src/domain/timeline.ts';
import { at, DAY, HOUR, POLICY } from './deadline-given.ts';
import {
  ANA,
  alarms,
  alert,
  BEN,
  change,
  happens,
  inStatus,
  MINUTE,
  NOTE,
  opened,
  rule,
  type Story,
  T0,
} from './given.ts';
import { grades, step } from './given-grades.ts';

const types = (events: readonly IncidentEvent[]) => events.map(({ type }) => type);
const brief = ({ deadlines }: Incident) => deadlines.map(({ text, owner, due }) => ({ text, owner, due }));

function refused(story: Story, command: Command, now: number): string {
  const result = decide(story.incident, command, now);
  if (result.ok) throw new Error(`${command.type} was not refused`);
  return result.rejection.message;
}

/** A closed incident with one follow-up, Ana's, that is due in ten days. */
function withOne(): Story {
  const story = inStatus('closed');
  happens(story, { type: 'set_deadline', by: BEN, text: ' Load test ', owner: ANA, due: T0 + 10 * DAY }, T0 + HOUR);
  return story;
}

describe('a follow-up', () => {
  it('can be set when the incident is over, with the next number', () => {
    const story = withOne();
    happens(story, { type: 'add_follow_up', by: BEN, line: 'Alarm on memory @nobody in 3d' }, T0 + HOUR);

    expect(story.incident.status).toBe('closed');
    expect(story.incident.deadlines).toMatchObject([
      { id: '1', text: 'Load test', owner: ANA, by: BEN, due: T0 + 10 * DAY, since: T0 + HOUR },
      { id: '2', text: 'Alarm on memory', owner: null, by: BEN, due: T0 + HOUR + 3 * DAY },
    ]);
  });

  it('is given to somebody else, or put off, and keeps what is not said', () => {
    const story = withOne();
    happens(story, { type: 'change_deadline', by: ANA, id: '1', owner: BEN }, T0 + HOUR);
    happens(story, { type: 'change_deadline', by: ANA, id: '1', due: T0 + 20 * DAY }, T0 + HOUR);

    expect(brief(story.incident)).toEqual([{ text: 'Load test', owner: BEN, due: T0 + 20 * DAY }]);
    expect(happens(story, { type: 'change_deadline', by: ANA, id: '1', owner: BEN }, T0 + HOUR)).toEqual([]);
  });

  it('is done when a person says so, and can be opened again', () => {
    const story = withOne();
    happens(story, { type: 'finish_deadline', by: BEN, id: '1', isDone: true }, T0 + HOUR);
    expect(story.incident.deadlines[0]?.done).toEqual({ by: BEN, at: T0 + HOUR });
    expect(nextWakeAt(story.incident, T0 + HOUR)).toBeNull();

    happens(story, { type: 'finish_deadline', by: BEN, id: '1', isDone: false }, T0 + 2 * HOUR);
    expect(story.incident.deadlines[0]?.done).toBeNull();
  });

  it.each<[string, Command, string]>([
    ['that does not exist', { type: 'finish_deadline', by: ANA, id: '7', isDone: true }, 'INC-1 has no follow-up 7.'],
    ['that is open already', { type: 'finish_deadline', by: ANA, id: '1', isDone: false }, 'is open already'],
    ['without words', { type: 'add_follow_up', by: ANA, line: ' in 3d' }, 'Say what must be done.'],
    ['that is due in the past', { type: 'set_deadline', by: ANA, text: 'x', owner: ANA, due: T0 }, 'is over already'],
    ['that is put off into the past', { type: 'change_deadline', by: ANA, id: '1', due: T0 }, 'is over already'],
    ['due in half a year', { type: 'set_deadline', by: ANA, text: 'x', owner: ANA, due: T0 + 180 * DAY }, '120 days'],
  ])('%s is refused', (_, command, words) => {
    expect(refused(withOne(), command, T0 + HOUR)).toContain(words);
  });

  it('that is done is neither done nor changed again, and it is said who did it', () => {
    const story = withOne();
    happens(story, { type: 'finish_deadline', by: BEN, id: '1', isDone: true }, T0 + HOUR);

    const words = `<@${BEN}> did follow-up 1 of INC-1 already.`;
    expect(refused(story, { type: 'finish_deadline', by: ANA, id: '1', isDone: true }, T0 + HOUR)).toBe(words);
    expect(refused(story, { type: 'change_deadline', by: ANA, id: '1', owner: BEN }, T0 + HOUR)).toBe(words);
  });

  it('finds no room beside twenty that are open', () => {
    const story = inStatus('closed');
    const add = { type: 'add_follow_up', by: ANA, line: 'one more' } as const;
    for (let i = 0; i < 20; i++) happens(story, add, T0 + HOUR);

    expect(refused(story, add, T0 + HOUR)).toContain('as many follow-ups as it can hold');
    happens(story, { type: 'finish_deadline', by: ANA, id: '3', isDone: true }, T0 + HOUR);
    happens(story, add, T0 + HOUR);
    expect(story.incident.deadlines.at(-1)?.id).toBe('21');
  });
});

describe('the clock of an incident that is over', () => {
  it('reminds of what is open, and stands still otherwise', () => {
    const story = withOne();
    expect(nextWakeAt(inStatus('closed').incident, T0 + HOUR)).toBeNull();

    const due = nextWakeAt(story.incident, T0 + HOUR);
    expect(due).toBe(T0 + 9 * DAY);
    expect(happens(story, { type: 'wake' }, T0 + 9 * DAY - 1)).toEqual([]);
    expect(happens(story, { type: 'wake' }, T0 + 9 * DAY)).toEqual([
      { type: 'deadline_reminded', at: T0 + 9 * DAY, id: '1', count: 1, to: ANA },
    ]);
    expect(happens(story, { type: 'wake' }, T0 + 9 * DAY)).toEqual([]);
    expect(nextWakeAt(story.incident, T0 + 9 * DAY)).toBe(T0 + 10 * DAY);
  });

  it('waits for the working hours of its policy, also when it was down for a week', () => {
    const story = opened({ escalation: POLICY });
    happens(story, { type: 'resolve', by: ANA, seen: null, text: 'x', note: NOTE }, T0 + MINUTE);
    happens(story, { type: 'add_follow_up', by: ANA, line: 'Load test by 2026-12-03' }, T0 + HOUR);

    const night = at('2026-12-10 02:00');
    expect(nextWakeAt(story.incident, T0 + HOUR)).toBe(at('2026-12-02 16:00'));
    expect(happens(story, { type: 'wake' }, night)).toEqual([]);
    expect(nextWakeAt(story.incident, night)).toBe(at('2026-12-10 09:00'));
    expect(happens(story, { type: 'wake' }, at('2026-12-10 09:00'))).toMatchObject([{ count: 6, to: ANA }]);
  });
});

describe('the closing note', () => {
  const note = {
    ...NOTE,
    followUps: '- Alarm on memory <@U0BEN> by 2026-12-01\n- Load test\nAsk about quotas by the summer',
  };
  const three = (owner: string) => [
    { text: 'Alarm on memory', owner: 'U0BEN', due: Date.UTC(2026, 11, 1, 16) },
    { text: 'Load test', owner, due: T0 + HOUR + 7 * DAY },
    { text: 'Ask about quotas by the summer', owner, due: T0 + HOUR + 7 * DAY },
  ];

  it('makes a follow-up of each line, for whoever writes it or whom they choose', () => {
    const resolved = inStatus('acknowledged');
    happens(resolved, { type: 'resolve', by: ANA, seen: null, text: 'x', note }, T0 + HOUR);
    expect(brief(resolved.incident)).toEqual(three(ANA));

    const closed = inStatus('resolved');
    const events = happens(closed, { type: 'close', by: ANA, note, followUpsBy: BEN }, T0 + HOUR);
    expect(types(events)).toEqual(['closed', 'deadline_set', 'deadline_set', 'deadline_set']);
    expect(brief(closed.incident)).toEqual(three(BEN));
  });

  it('makes none of what is a follow-up already, twice the same, or more than there is room for', () => {
    const story = inStatus('resolved');
    happens(story, { type: 'add_follow_up', by: BEN, line: 'load test in 2d' }, T0 + HOUR);
    const many = Array.from({ length: 30 }, (_, i) => `Number ${i}`).join('\n');
    happens(story, { type: 'close', by: ANA, note: { ...NOTE, followUps: `Load test\nNumber 0\n${many}` } }, T0 + HOUR);

    expect(story.incident.deadlines).toHaveLength(20);
    expect(
      brief(story.incident)
        .slice(0, 3)
        .map(({ text }) => text),
    ).toEqual(['load test', 'Number 0', 'Number 1']);
    expect(story.incident.closingNote?.followUps).toContain('Number 29');
  });

  it('leaves to nobody what it leaves to nobody, also where its writer takes the incident by that', () => {
    const story = opened();
    happens(
      story,
      { type: 'resolve', by: ANA, seen: null, text: 'x', note: { ...NOTE, followUps: 'Ask @nobody' } },
      T0 + HOUR,
    );

    expect(brief(story.incident)).toMatchObject([{ text: 'Ask', owner: null }]);
  });

  it('makes none of “none”', () => {
    const story = inStatus('resolved');
    happens(story, { type: 'close', by: ANA, note: { ...NOTE, followUps: 'None.' } }, T0 + HOUR);

    expect(story.incident.deadlines).toEqual([]);
  });
});

/** The drift of the movie recommender: a retraining within a week, within three days, at once. */
const DRIFT = rule('*', {
  id: 'psi',
  grades: grades([
    step(0.2, 'P3', { advice: 'Plan a retrain within a week', dueMs: 7 * DAY }),
    step(0.3, 'P2', { advice: 'Retrain within 2–3 days.', dueMs: 3 * DAY }),
    step(0.5, 'P1', { advice: 'Retrain at once', dueMs: HOUR }),
  ]),
});

describe('what a grade wants done by a time', () => {
  function measured(story: Story, value: number, now: number) {
    const { severity, ruling } = rulingOf(DRIFT, { value, base: null }, now);
    const { key } = alert('bikeshare-latency', 'firing', T0);
    return happens(story, { type: 'grade', key, severity, ruling, dwellMs: 600_000 }, now);
  }

  it('becomes a deadline once, which whoever acknowledges has', () => {
    const story = opened();
    expect(types(measured(story, 0.35, T0 + MINUTE))).toContain('deadline_set');
    expect(brief(story.incident)).toEqual([
      { text: 'Retrain within 2–3 days', owner: null, due: T0 + MINUTE + 3 * DAY },
    ]);

    measured(story, 0.38, T0 + HOUR);
    expect(types(happens(story, { type: 'acknowledge', by: ANA }, T0 + HOUR))).toEqual([
      'acknowledged',
      'deadline_changed',
    ]);
    expect(story.incident.deadlines).toMatchObject([{ owner: ANA, due: T0 + MINUTE + 3 * DAY, since: T0 + MINUTE }]);
  });

  it('belongs to the owner from the beginning where there is one', () => {
    const story = inStatus('acknowledged');
    measured(story, 0.25, T0 + HOUR);

    expect(story.incident.deadlines).toMatchObject([
      { owner: ANA, text: 'Plan a retrain within a week', by: 'tocsin' },
    ]);
  });

  it('comes sooner with a worse grade, and never later by itself', () => {
    const story = opened();
    measured(story, 0.25, T0 + MINUTE);
    measured(story, 0.55, T0 + HOUR);
    const worst = [{ text: 'Retrain at once', owner: null, due: T0 + 2 * HOUR }];
    expect(brief(story.incident)).toEqual(worst);

    measured(story, 0.35, T0 + 3 * HOUR);
    measured(story, 0.6, T0 + 5 * HOUR);
    expect(brief(story.incident)).toEqual(worst);
  });

  it('stays put off where a person has put it off, until it gets worse', () => {
    const story = inStatus('acknowledged');
    measured(story, 0.35, T0 + HOUR);
    happens(story, { type: 'change_deadline', by: ANA, id: '1', due: T0 + 20 * DAY }, T0 + HOUR);
    measured(story, 0.39, T0 + 5 * HOUR);
    expect(story.incident.deadlines[0]?.due).toBe(T0 + 20 * DAY);

    measured(story, 0.7, T0 + 6 * HOUR);
    expect(story.incident.deadlines).toMatchObject([{ due: T0 + 7 * HOUR, owner: ANA }]);
  });

  it('is not wanted again once it is done, unless it gets worse', () => {
    const story = inStatus('acknowledged');
    measured(story, 0.35, T0 + HOUR);
    happens(story, { type: 'finish_deadline', by: ANA, id: '1', isDone: true }, T0 + 2 * HOUR);
    measured(story, 0.25, T0 + 3 * HOUR);
    measured(story, 0.36, T0 + 5 * HOUR);
    expect(story.incident.deadlines).toHaveLength(1);

    measured(story, 0.9, T0 + 6 * HOUR);
    expect(story.incident.deadlines).toMatchObject([{ done: { by: ANA } }, { done: null, text: 'Retrain at once' }]);
  });

  it('stays when everything has recovered by itself', () => {
    const story = opened({ recovery: { end: 'resolve', watchMs: 5 * MINUTE } });
    measured(story, 0.35, T0 + MINUTE);
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', T0 + 2 * MINUTE)), T0 + 2 * MINUTE);
    happens(story, { type: 'wake' }, T0 + 10 * MINUTE);

    expect(story.incident).toMatchObject({ status: 'resolved', deadlines: [{ done: null }] });
    expect(nextWakeAt(story.incident, T0 + 10 * MINUTE)).toBe(T0 + MINUTE + 2 * DAY);
  });
});

describe('the timeline', () => {
  const due = T0 + DAY;
  const set = { type: 'deadline_set', at: T0, by: ANA, id: '2', text: 'Load test', due } as const;
  const changed = { type: 'deadline_changed', at: T0, by: 'tocsin', id: '2', due } as const;
  const done = { type: 'deadline_done', at: T0, by: BEN, id: '2' } as const;
  const reminded = { type: 'deadline_reminded', at: T0, id: '2', count: 1 } as const;
  const words = (event: IncidentEvent) =>
    phraseOf(event)
      .map((part) => (typeof part === 'string' ? part : Object.values(part)[0]))
      .join('');

  it.each<[IncidentEvent, string]>([
    [{ ...set, owner: BEN }, `Follow-up 2: Load test is due ${due}, by U0BEN.`],
    [{ ...set, owner: null }, `Follow-up 2: Load test is due ${due}, and nobody has it.`],
    [{ ...changed, by: ANA, owner: BEN }, `U0ANA changed follow-up 2: due ${due}, by U0BEN.`],
    [{ ...changed, owner: null, text: 'Now' }, `tocsin changed follow-up 2: Now due ${due}, and nobody has it.`],
    [{ ...done, isDone: true }, 'U0BEN did follow-up 2.'],
    [{ ...done, isDone: false }, 'U0BEN opened follow-up 2 again.'],
    [{ ...reminded, to: ANA }, 'U0ANA was reminded of follow-up 2.'],
    [{ ...reminded, to: null }, 'The channel was reminded of follow-up 2.'],
  ])('tells what happened to one', (event, sentence) => {
    expect(words(event)).toBe(sentence);
  });
});
