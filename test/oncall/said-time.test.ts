import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsTime, readSpan } from '../../src/oncall/said-time.ts';
import { momentWords } from '../../src/oncall/words.ts';
import { at, HOUR, MINUTE } from './given.ts';

const zone = 'Europe/Berlin';
/** A Monday, 14:30 in Berlin. */
const now = at('2026-11-23T14:30+01:00');

function read(text: string, said = { zone, now }): string {
  const span = readSpan(text, said);
  if (!span.ok) return `${span.rejection.message} ${span.rejection.hint ?? ''}`;
  return `${momentWords(said.zone, span.value.from)} – ${momentWords(said.zone, span.value.to)}`;
}

describe('a time that somebody types', () => {
  it.each([
    ['2h', 'Mon 23 Nov 2026 14:30 – Mon 23 Nov 2026 16:30'],
    ['for 90m', 'Mon 23 Nov 2026 14:30 – Mon 23 Nov 2026 16:00'],
    ['until 18:00', 'Mon 23 Nov 2026 14:30 – Mon 23 Nov 2026 18:00'],
    ['until 09:00', 'Mon 23 Nov 2026 14:30 – Tue 24 Nov 2026 09:00'],
    ['until fri 17:00', 'Mon 23 Nov 2026 14:30 – Fri 27 Nov 2026 17:00'],
    ['until monday 09:00', 'Mon 23 Nov 2026 14:30 – Mon 30 Nov 2026 09:00'],
    ['from now to 18:00', 'Mon 23 Nov 2026 14:30 – Mon 23 Nov 2026 18:00'],
    ['from 18:00 to 22:00', 'Mon 23 Nov 2026 18:00 – Mon 23 Nov 2026 22:00'],
    ['from 22:00 to 06:00', 'Mon 23 Nov 2026 22:00 – Tue 24 Nov 2026 06:00'],
    ['from tomorrow 09:00 for 2h', 'Tue 24 Nov 2026 09:00 – Tue 24 Nov 2026 11:00'],
    ['from fri 17:00 to mon 9:00', 'Fri 27 Nov 2026 17:00 – Mon 30 Nov 2026 09:00'],
    ['2026-12-24 09:00 to 2026-12-26 09:00', 'Thu 24 Dec 2026 09:00 – Sat 26 Dec 2026 09:00'],
    ['from 2026-12-24T09:00 until 2026-12-26T09:00', 'Thu 24 Dec 2026 09:00 – Sat 26 Dec 2026 09:00'],
    ['FROM Tomorrow 09:00 TO 17:00', 'Tue 24 Nov 2026 09:00 – Tue 24 Nov 2026 17:00'],
  ])('%s', (text, meant) => {
    expect(read(text)).toBe(meant);
  });

  it.each([
    ['', 'The time is missing.'],
    ['soon', 'I could not read “soon” as a time.'],
    ['until 25:00', 'I could not read “25:00” as a time.'],
    ['until 18:60', 'I could not read “18:60” as a time.'],
    ['until 2026-02-30 09:00', 'I could not read “2026-02-30 09:00” as a time.'],
    ['from 24.12. to 26.12.', 'I could not read “24.12.” as a time.'],
    ['until 2026-12-24', '“2026-12-24” needs a time of day as well.'],
    ['from tomorrow to fri 17:00', '“tomorrow” needs a time of day as well.'],
    ['from 09:00 to 17:00', '09:00 has passed today (Europe/Berlin). Say the day as well: tomorrow 09:00'],
    ['from 2026-12-26 09:00 to 2026-12-24 09:00', 'It would end (Thu 24 Dec 2026 09:00) before it begins'],
    ['until 18:00 please', 'I could not read “18:00 please” as a time.'],
    ['2h 3h', 'I could not read “2h 3h” as a time.'],
  ])('is refused with an example: “%s”', (text, why) => {
    expect(read(text)).toContain(why);
    expect(read(text)).toMatch(/For example: |Say the day as well: /);
  });

  it('is read by the clocks of the rotation', () => {
    const kolkata = readSpan('until 20:30', { zone: 'Asia/Kolkata', now });

    expect(kolkata).toEqual({ ok: true, value: { from: now, to: at('2026-11-23T20:30+05:30') } });
  });

  it('goes over the end of daylight saving by the clocks on the wall', () => {
    const saturday = at('2026-10-24T20:00+02:00');

    expect(readSpan('until sun 08:00', { zone, now: saturday })).toEqual({
      ok: true,
      value: { from: saturday, to: saturday + 13 * HOUR },
    });
  });

  it('never ends before it begins, and never throws, whatever is typed', () => {
    const words = fc.constantFrom(
      'from',
      'to',
      'until',
      'for',
      'now',
      'mon',
      'tomorrow',
      '09:00',
      '2h',
      '2026-11-24',
      'x',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 7 }), fc.nat(525_600), (said, minutes) => {
        const span = readSpan(said.join(' '), { zone, now: now + minutes * MINUTE });

        if (span.ok) expect(span.value.from).toBeLessThan(span.value.to);
      }),
    );
  });

  it.each(['from', 'until', '2h', 'tomorrow', 'fri', '18:00', '2026-12-24'])('begins with “%s”', (word) => {
    expect(beginsTime(word)).toBe(true);
  });

  it.each(['bikeshare', 'bikeshare/nights', 'friends', 'off'])('does not begin with “%s”', (word) => {
    expect(beginsTime(word)).toBe(false);
  });
});
