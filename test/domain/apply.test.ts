import { expect, it } from 'vitest';
import { apply } from '../../src/domain/apply.ts';
import { isTold, laneOf } from '../../src/domain/effects.ts';
import { type IncidentEvent, STATUSES, type Status } from '../../src/domain/incident.ts';
import { ANA, BEN, happens, inStatus, MINUTE, NOTE, opened, T0 } from './given.ts';

const at = T0 + 2 * MINUTE;

/** The status after each event, from each of the five: replaying is total, whatever came before. */
const AFTER: [IncidentEvent, ...Status[]][] = [
  [{ type: 'posted', at }, ...STATUSES],
  [{ type: 'seen', at, by: BEN }, ...STATUSES],
  [{ type: 'noted', at, by: BEN, text: 'x' }, ...STATUSES],
  [{ type: 'acknowledged', at, by: BEN }, 'acknowledged', 'acknowledged', 'mitigated', 'resolved', 'closed'],
  [{ type: 'assigned', at, by: BEN, to: ANA }, ...STATUSES],
  [{ type: 'severity_set', at, by: BEN, from: 'P2', severity: 'P1' }, ...STATUSES],
  [{ type: 'silenced', at, by: BEN, until: at + MINUTE }, ...STATUSES],
  [{ type: 'silence_ended', at }, ...STATUSES],
  [{ type: 'note_asked', at }, ...STATUSES],
  [{ type: 'mitigated', at, by: BEN }, 'mitigated', 'mitigated', 'mitigated', 'mitigated', 'mitigated'],
  [{ type: 'recovered', at, watchUntil: at }, 'mitigated', 'mitigated', 'mitigated', 'mitigated', 'mitigated'],
  [{ type: 'resolved', at, by: BEN, text: '' }, 'resolved', 'resolved', 'resolved', 'resolved', 'resolved'],
  [{ type: 'closed', at, by: BEN, note: NOTE }, 'closed', 'closed', 'closed', 'closed', 'closed'],
  [
    { type: 'reopened', at, by: BEN, reason: '' },
    'acknowledged',
    'acknowledged',
    'acknowledged',
    'acknowledged',
    'acknowledged',
  ],
  [{ type: 'reopened', at, by: 'tocsin', reason: '' }, 'triggered', 'triggered', 'triggered', 'triggered', 'triggered'],
];
const CASES = AFTER.flatMap(([event, ...statuses]) =>
  STATUSES.map((before, i) => ({ name: event.type, event, before, after: statuses[i] })),
);

it.each(CASES)('$name makes $before $after', ({ event, before, after }) => {
  const { incident } = inStatus(before);

  const next = apply(incident, event);

  expect(next).toMatchObject({ status: after, version: incident.version + 1, id: incident.id });
});

it('nothing can happen before the opening', () => {
  expect(() => apply(null, { type: 'posted', at })).toThrow('must be "opened"');
});

it('the first act of a person is when it was seen', () => {
  const story = opened();
  happens(story, { type: 'note', by: ANA, text: 'x' }, T0 + 1);
  happens(story, { type: 'acknowledge', by: BEN }, T0 + 2);

  expect(story.incident.milestones.seenAt).toBe(T0 + 1);
});

it('a silence ends with the resolution', () => {
  const story = opened();
  happens(story, { type: 'silence', by: ANA, forMs: MINUTE }, T0);
  happens(story, { type: 'resolve', by: ANA, seen: null, text: ' fixed ', note: null }, T0 + 1);

  expect(story.incident).toMatchObject({ silencedUntil: null, resolution: 'fixed', resolvedBy: ANA });
});

it.each<[string, IncidentEvent[], string]>([
  [
    'of a person at once',
    [
      { type: 'posted', at },
      { type: 'acknowledged', at, by: ANA },
    ],
    'people',
  ],
  ['of the bot, coalesced', [{ type: 'resolved', at, by: 'tocsin', text: '' }], 'machine'],
  [
    'of alarms, coalesced',
    [
      { type: 'posted', at },
      { type: 'relapsed', at },
    ],
    'machine',
  ],
  ['of the post itself nowhere', [{ type: 'posted', at }], 'quiet'],
  ['that somebody has seen it nowhere', [{ type: 'seen', at, by: ANA }], 'quiet'],
])('a change %s shows', (_, events, lane) => {
  expect(laneOf(events)).toBe(lane);
});

it.each<[string, IncidentEvent, boolean, boolean]>([
  ['a recovery', { type: 'recovered', at, watchUntil: at }, true, false],
  ['a relapse', { type: 'relapsed', at }, true, false],
  [
    'a severity that the bot raised',
    { type: 'severity_set', at, by: 'tocsin', from: 'P2', severity: 'P1' },
    true,
    false,
  ],
  ['a severity that a person set', { type: 'severity_set', at, by: ANA, from: 'P2', severity: 'P1' }, true, true],
  ['an acknowledgement', { type: 'acknowledged', at, by: ANA }, true, true],
  ['that somebody looked', { type: 'seen', at, by: ANA }, false, false],
])('the thread is told of %s: %s; of a silenced incident', (_, event, loud, silenced) => {
  const { incident } = opened();

  expect(isTold(event, incident)).toBe(loud);
  expect(isTold(event, { ...incident, silencedUntil: at })).toBe(silenced);
});
