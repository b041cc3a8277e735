import { describe, expect, it } from 'vitest';
import { followUpsReply, followUpsSection, myFollowUpsReply } from '../../blocks/deadline-list.ts';
import { incidentCard } from '../../blocks/incident-card.ts';
import type { Message } from '../../blocks/kit.ts';
import { deadlineLetter, doneLetter, openLetter } from '../../blocks/letter-deadline.ts';
import { closeModal } from '../../blocks/modals/closing-note.ts';
import { changedFollowUpSheet, followUpModal } from '../../blocks/modals/follow-up.ts';
import { violations } from '../../blocks/validate.ts';
import type { Deadline } from '../../src/domain/deadline.ts';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import { texts } from './hostile.ts';
import { ANA, BEN, incident, MINUTE, NOW } from './incidents.ts';

const DAY = 24 * 60 * MINUTE;

function deadline(id: string, more: Partial<Deadline> = {}): Deadline {
  return {
    ...{ id, text: 'Load test before the next release', owner: ANA, by: BEN, from: null, done: null },
    ...{ since: NOW - DAY, due: NOW + 3 * DAY, reminders: 0, remindedAt: null },
    ...more,
  };
}

const THREE = [
  deadline('1'),
  deadline('2', { text: 'Alarm on memory', owner: null, due: NOW - DAY }),
  deadline('3', { text: 'Ask about quotas', done: { by: BEN, at: NOW - MINUTE } }),
];
const closed = (deadlines: readonly Deadline[] = THREE) => incident('closed', { deadlines });
const held = (one: Incident, ...ids: string[]) =>
  ids.flatMap((id) =>
    one.deadlines.filter((each) => each.id === id).map((each) => ({ incident: one, deadline: each })),
  );
const target = { incident: 'INC-7', followUp: '1', on: 'letter' } as const;

const set: IncidentEvent = {
  ...{ type: 'deadline_set', at: NOW, by: BEN, id: '1', text: 'x', owner: ANA, due: NOW + 3 * DAY },
};
const reminded = (count: number, to: string | null, id = '1'): IncidentEvent => ({
  ...{ type: 'deadline_reminded', at: NOW, id, count, to },
});

function letterOf(event: IncidentEvent, one: Deadline): Message {
  const drawn = deadlineLetter(event, closed([one]), NOW, 'https://example.slack.com/archives/C1/p1');
  if (!drawn) throw new Error('there is no letter');
  return drawn;
}

type Drawn = Parameters<typeof violations>[0];
const surfaces: Readonly<Record<string, (deadlines: readonly Deadline[]) => Drawn>> = {
  'one’s own list': (all) => {
    const one = closed(all);
    return myFollowUpsReply({ mine: held(one, '1'), total: 1, free: held(one, '2'), freeTotal: 9, now: NOW });
  },
  'an empty list': () => myFollowUpsReply({ mine: [], total: 0, free: [], freeTotal: 0, now: NOW }),
  'the list of an incident': (all) => followUpsReply(closed(all), NOW),
  'the list of an incident without any': () => followUpsReply(closed([]), NOW),
  'App Home’s part': (all) => ({
    type: 'home',
    blocks: followUpsSection({ shown: held(closed(all), '1'), total: 1 }, NOW),
  }),
  'the letter to whoever is given it': ([one = deadline('1')]) => letterOf(set, one),
  'a reminder': ([one = deadline('1')]) => letterOf(reminded(1, ANA), { ...one, reminders: 1 }),
  'the last one, to the channel': ([one = deadline('1')]) =>
    letterOf(reminded(8, null), { ...one, due: NOW - 9 * DAY, reminders: 8 }),
  'a letter that is answered': ([one = deadline('1')]) =>
    doneLetter(closed(), { ...one, done: { by: ANA, at: NOW } }, NOW),
  'a letter that is open again': ([one = deadline('1')]) => openLetter(closed(), one, NOW),
  'the form': ([one = deadline('1')]) => followUpModal(closed(), one, target),
  'what came of the form': ([one = deadline('1')]) => changedFollowUpSheet(closed(), one, NOW),
  'the card of a closed incident': (all) => incidentCard(closed(all), NOW),
  'the closing note of one that has some': (all) =>
    closeModal(incident('resolved', { deadlines: all }), { incident: 'INC-7', seen: 12 }),
};

describe.each(Object.entries(surfaces))('%s', (_, draw) => {
  it('looks as it did', () => {
    const drawn = draw(THREE);

    expect(violations(drawn)).toEqual([]);
    expect(drawn).toMatchSnapshot();
  });

  it.each(Object.entries(texts))('survives %s', (_name, text) => {
    const drawn = draw(THREE.map((one) => ({ ...one, text })));

    expect(violations(drawn)).toEqual([]);
    const shown = JSON.stringify(drawn, (key, value: unknown) => (key === 'initial_value' ? '' : value));
    expect(shown).not.toMatch(/<!(?!date)|<@U0EVIL|<#/);
  });
});

describe('a letter is not sent any more', () => {
  it.each<[string, IncidentEvent, Partial<Deadline>]>([
    ['when it is done', reminded(1, ANA), { reminders: 1, done: { by: ANA, at: NOW } }],
    ['when somebody else has it now', reminded(1, ANA), { reminders: 1, owner: BEN }],
    ['when it was put off', reminded(2, ANA), { reminders: 0 }],
    ['when it was given on', set, { owner: BEN }],
  ])('%s', (_, event, more) => {
    expect(deadlineLetter(event, closed([deadline('1', more)]), NOW)).toBeNull();
  });
});

it('the card of a closed incident counts what is done, and names what is open', () => {
  const text = (all: readonly Deadline[]) => JSON.stringify(incidentCard(closed(all), NOW).blocks);
  const done = THREE.map((one) => ({ ...one, done: { by: ANA, at: NOW } }));

  expect(text(THREE)).toContain('*Follow-ups (1 of 3 done):*');
  expect(text(THREE)).toContain('Alarm on memory · nobody has it');
  expect(text(done)).toContain('*Follow-ups:* all 3 done');
  expect(text([])).toContain('*Follow-ups:* Alarm on memory');
});

it('a hundred follow-ups fit everywhere', () => {
  const many = Array.from({ length: 100 }, (_, i) => deadline(String(i + 1), { text: '&<long '.repeat(60) }));
  const all = many.map((one) => ({ incident: closed(many), deadline: one }));

  expect(violations(followUpsReply(closed(many), NOW))).toEqual([]);
  expect(violations(myFollowUpsReply({ mine: all, total: 100, free: all, freeTotal: 100, now: NOW }))).toEqual([]);
  expect(violations(incidentCard(closed(many), NOW))).toEqual([]);
  expect(followUpsSection({ shown: all, total: 100 }, NOW)).toHaveLength(22);
});
