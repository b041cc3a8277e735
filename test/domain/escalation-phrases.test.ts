import { describe, expect, it } from 'vitest';
import type { EscalationEvent } from '../../src/domain/escalation-events.ts';
import { escalationPhrase, keyPhrase, levelOf, targetsPhrase } from '../../src/domain/escalation-phrases.ts';
import type { Part } from '../../src/domain/timeline.ts';
import { ANA, BEN, CHANNEL, person, role, T0 } from './escalation-given.ts';

const PAGE = 'INC-7/2/slow/L2.1/3';

function read(event: EscalationEvent): string {
  return escalationPhrase(event).map(word).join('');
}

function word(part: Part): string {
  if (typeof part === 'string') return part;
  if ('person' in part) return `<${part.person}>`;
  if ('time' in part) return 'T';
  if ('quote' in part) return `“${part.quote}”`;
  return JSON.stringify(part);
}

describe('what the escalation did', () => {
  const due = { page: PAGE, step: 'slow/L2.1', level: 'L2', via: [], except: null, isByHand: false } as const;
  const failed = { type: 'page_failed', at: T0, page: PAGE, target: `person:${BEN}`, way: 0, isUsable: true } as const;

  it.each<[string, EscalationEvent]>([
    [
      'L2 is told: @senior, <U0BEN> and the channel.',
      { ...due, type: 'page_due', at: T0, repeat: 0, notify: [role('senior'), person(BEN), CHANNEL] },
    ],
    ['L2 is told again: @senior.', { ...due, type: 'page_due', at: T0, repeat: 1, notify: [role('senior')] }],
    ['L2: @senior was told.', { type: 'page_sent', at: T0, page: PAGE, target: 'role:senior', way: 0 }],
    [
      'L2: <U0BEN> could not be told: Slack is busy. The next way is tried.',
      { ...failed, why: 'Slack is busy', isLast: false },
    ],
    [
      'L2: <U0BEN> could not be told: no number. Nothing is left to try.',
      { ...failed, why: 'no number', isLast: true },
    ],
    ['L2: <U0BEN> has it already.', { ...failed, why: 'whoever is meant has it already', isLast: true, isOwner: true }],
    ['L2 is not told: the incident is over.', { type: 'page_dropped', at: T0, page: PAGE, why: 'over' }],
    ['<U0ANA> was asked how it goes.', { type: 'asked_owner', at: T0, owner: ANA }],
    ['<U0ANA> is on it.', { type: 'confirmed', at: T0, by: ANA }],
    [
      '<U0ANA> did not answer: nobody has it, and escalation begins anew.',
      { type: 'unacknowledged', at: T0, by: 'tocsin', owner: ANA, why: 'no_answer' },
    ],
    [
      '<U0ANA> gave it back: nobody has it, and escalation begins anew.',
      { type: 'unacknowledged', at: T0, by: ANA, owner: ANA, why: 'by_hand' },
    ],
    ['<U0ANA> snoozed it until T.', { type: 'snoozed', at: T0, by: ANA, until: T0 }],
    ['<U0ANA> ended the snooze.', { type: 'snooze_ended', at: T0, by: ANA }],
    [
      '<U0ANA> escalated to L3: “it is memory”',
      { type: 'escalated', at: T0, by: ANA, level: 'L3', reason: 'it is memory' },
    ],
  ])('%s', (sentence, event) => {
    expect(read(event)).toBe(sentence);
  });
});

describe('whom a page is for', () => {
  it.each<[string, Part]>([
    ['person:U0ANA', { person: 'U0ANA' }],
    ['role:a:b', '@a:b'],
    ['rotation:week', '@week'],
    ['group:S0LEADS', { group: 'S0LEADS' }],
    ['group:!oncall', '@oncall'],
    ['channel:', 'the channel'],
    ['channel:C0OPS', { channel: 'C0OPS' }],
    ['stakeholders', 'all stakeholders'],
  ])('%s', (key, part) => {
    expect(keyPhrase(key)).toEqual(part);
  });

  it('is a list with an “and” before the last', () => {
    expect(targetsPhrase([role('a')])).toEqual(['@a']);
    expect(targetsPhrase([role('a'), role('b'), role('c')]).join('')).toBe('@a, @b and @c');
  });
});

describe('the level of a page', () => {
  it.each([
    ['INC-7/1/page/L2.1/0', 'L2'],
    ['INC-7/2/paths[1]/L10.12/3', 'L10'],
    ['INC-7/1/page/SRE/ML.1/0', 'SRE/ML'],
    ['INC-7/1/page/L1.5.2/0', 'L1.5'],
  ])('of %s is what the file calls it', (id, level) => {
    expect(levelOf(id)).toBe(level);
  });
});
