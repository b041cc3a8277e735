import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followUpIn, followUpsIn } from '../../src/domain/deadline-lines.ts';
import { at, DAY, HOUR, OFFICE } from './deadline-given.ts';
import { ANA } from './given.ts';

/** A Sunday. */
const NOW = at('2026-11-22 03:00');
const context = { owner: ANA, now: NOW, calendar: OFFICE };
const WEEK = NOW + 7 * DAY;

describe('a line', () => {
  it.each<[string, string, string | null, number]>([
    ['Alarm on memory', 'Alarm on memory', ANA, WEEK],
    ['- [ ] Alarm on memory <@U0BEN|ben> by 2026-12-01', 'Alarm on memory', 'U0BEN', at('2026-12-01 16:00')],
    ['2. Alarm on memory, by 2026-12-01, @U0000BEN.', 'Alarm on memory', 'U0000BEN', at('2026-12-01 16:00')],
    ['load test in 3d', 'load test', ANA, NOW + 3 * DAY],
    ['load test @me within 4 hours', 'load test', ANA, NOW + 4 * HOUR],
    ['load test (in 2 weeks)', 'load test', ANA, NOW + 14 * DAY],
    ['load test @nobody', 'load test', null, WEEK],
    ['load test – due tomorrow', 'load test', ANA, at('2026-11-23 16:00')],
    ['load test by Friday', 'load test', ANA, at('2026-11-27 16:00')],
    ['load test by sunday', 'load test', ANA, at('2026-11-29 16:00')],
  ])('“%s” says who and when', (line, text, owner, due) => {
    expect(followUpIn(line, context)).toEqual({ text, owner, due });
  });

  it.each([
    'Ask @ben about the quota',
    'Write to @ben',
    'Rerun of 2020-01-01',
    'Alarm by 2026-02-30',
    'Alarm by the end of the quarter',
    'Stop deploying on a Friday',
    'Find out whom to reply to',
    'Move to us-east-1',
  ])('“%s” keeps its words, and is due in a week', (line) => {
    expect(followUpIn(line, context)).toEqual({ text: line, owner: ANA, due: WEEK });
  });

  it('is due in 120 days at most', () => {
    expect(followUpIn('Renew the certificate by 2027-11-30', context)).toEqual({
      ...{ text: 'Renew the certificate', owner: ANA, due: NOW + 120 * DAY },
    });
  });

  it('is due where its people work', () => {
    const berlin = { ...context, calendar: { ...OFFICE, zone: 'Europe/Berlin', to: 18 * 60 } };

    expect(followUpIn('x by 2026-12-01', berlin).due).toBe(at('2026-12-01 16:00'));
    expect(followUpIn('x by 2026-12-01', { ...context, calendar: null }).due).toBe(at('2026-12-01 16:00'));
  });

  it('of any kind is read at once, gives a time to come and no more text than it had', () => {
    const pieces = fc.constantFrom(
      'by ',
      '-',
      ' ',
      ', ',
      '<@U1>',
      '@me',
      'in 3d',
      '2026-12-01',
      '\t',
      ';',
      '(',
      '[ ]',
      'é',
    );
    const anything = fc.oneof(
      fc.string({ maxLength: 2_000 }),
      fc.array(pieces, { maxLength: 900 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(anything, (line) => {
        const { text, due } = followUpIn(line, context);
        expect(text.length).toBeLessThanOrEqual(Math.min(line.length, 300));
        expect(due).toBeGreaterThan(NOW);
        expect(due).toBeLessThanOrEqual(NOW + 120 * DAY);
      }),
    );
  });
});

describe('the follow-ups of a note', () => {
  it('are its lines', () => {
    const texts = followUpsIn('Follow-up one\r\n\n  * two in 3d\n', context).map(({ text }) => text);

    expect(texts).toEqual(['Follow-up one', 'two']);
  });

  it.each([
    'none',
    'None.',
    'n/a',
    '-',
    '–',
    'Nothing',
    'no follow-ups',
    '   ',
  ])('are none where it says “%s”', (text) => {
    expect(followUpsIn(text, context)).toEqual([]);
  });
});
