import { describe, expect, it } from 'vitest';
import { answeredLetter, letter } from '../../blocks/letter.ts';
import { violations } from '../../blocks/validate.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { escalating } from './escalations.ts';
import { poisoned, texts } from './hostile.ts';
import { ANA, BEN, MINUTE, NOW } from './incidents.ts';

const ASKED = { type: 'asked_owner', at: NOW - MINUTE, owner: ANA } as const;
const CARD = 'https://example.slack.com/archives/C0BIKES/p1';
const asked = escalating('acknowledged', {}, [ASKED]);

describe('the question to the owner', () => {
  const drawn = letter(ASKED, asked, NOW, CARD);

  it('looks as it did', () => {
    expect(drawn && violations(drawn)).toEqual([]);
    expect(drawn).toMatchSnapshot();
  });

  it('says at once what is asked, until when, and what happens without an answer', () => {
    expect(drawn?.text.slice(0, 100)).toContain('INC-7: how is it going? P1 Bikeshare prod: p95 latency is high');
    expect(drawn?.text).toMatch(
      /Please answer by .+: without an answer nobody has it then, and escalation begins anew/,
    );
  });

  it('is not asked any more once it was answered, somebody else has it, or it is over', () => {
    const answered = escalating('acknowledged', {}, [ASKED, { type: 'confirmed', at: NOW, by: ANA }]);

    expect(letter(ASKED, answered, NOW)).toBeNull();
    expect(letter(ASKED, { ...asked, owner: BEN }, NOW)).toBeNull();
    expect(letter(ASKED, { ...asked, status: 'resolved' }, NOW)).toBeNull();
    expect(letter({ ...ASKED, at: NOW - 60 * MINUTE }, asked, NOW)).toBeNull();
  });

  it.each([
    ['confirm', asked, '✅ You are on INC-7.'],
    [
      'snooze',
      escalating('acknowledged', {}, [{ type: 'snoozed', at: NOW, by: ANA, until: NOW + 30 * MINUTE }]),
      '💤 INC-7 is snoozed until',
    ],
    ['giveBack', escalating('triggered'), 'Nobody has it.'],
  ] as const)('becomes what was answered: %s', (answer, after, words) => {
    const done = answeredLetter(answer, after, NOW);

    expect(violations(done)).toEqual([]);
    expect(done.text).toContain(words);
    expect(JSON.stringify(done)).not.toContain('letter.');
  });
});

describe('a hand-over', () => {
  const event = { type: 'assigned', at: NOW, by: BEN, to: ANA, note: 'The queue is the cause.' } as const;

  it('says from whom, what to know, and asks to be acknowledged while nobody has', () => {
    const drawn = letter(event, escalating('triggered', { owner: ANA }), NOW, CARD);

    expect(drawn?.text).toContain(`<@${BEN}> gave you INC-7. “The queue is the cause.”`);
    expect(JSON.stringify(drawn)).toContain('incident.acknowledge');
    expect(drawn).toMatchSnapshot();
  });

  it('has no button that would be refused, and is not sent when it went on to somebody else', () => {
    expect(JSON.stringify(letter(event, escalating('acknowledged'), NOW))).not.toContain('incident.acknowledge');
    expect(letter(event, escalating('acknowledged', { owner: BEN }), NOW)).toBeNull();
  });
});

describe('a loss', () => {
  const event = { type: 'unacknowledged', at: NOW, by: 'tocsin', owner: ANA, why: 'no_answer' } as const;

  it('says why, and how to have it after all', () => {
    const drawn = letter(event, escalating('triggered'), NOW);

    expect(drawn?.text).toContain('INC-7 is nobody’s again: you did not answer in time, and escalation began anew.');
    expect(JSON.stringify(drawn)).toContain('incident.acknowledge');
    expect(drawn).toMatchSnapshot();
  });

  it('is not told any more when somebody has it', () => {
    expect(letter(event, escalating('acknowledged', { owner: BEN }), NOW)).toBeNull();
  });
});

describe.each(Object.entries(texts))('letters survive %s', (_, text) => {
  const letters: readonly (readonly [IncidentEvent, ReturnType<typeof escalating>])[] = [
    [ASKED, asked],
    [{ type: 'assigned', at: NOW, by: text, to: ANA, note: text }, escalating('triggered', { owner: ANA })],
    [{ type: 'unacknowledged', at: NOW, by: text, owner: ANA, why: 'by_hand' }, escalating('triggered')],
  ];

  it.each(letters)('$type', (event, state) => {
    const drawn = letter(event, poisoned(state, text, 'javascript:alert(1)'), NOW, text);

    expect(drawn && violations(drawn)).toEqual([]);
    expect(JSON.stringify(drawn)).not.toMatch(/<!(?!date)|<@U0EVIL|<#/);
  });
});
