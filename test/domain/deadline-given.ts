import fc from 'fast-check';
import type { Policy } from '../../src/domain/policy.ts';
import type { Calendar } from '../../src/domain/service.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Monday to Friday, 9 to 17 in London, whose winter is UTC; the 8th of December is a holiday. */
export const OFFICE: Calendar = {
  ...{ zone: 'Europe/London', days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60 },
  holidays: ['2026-12-08'],
};
export const POLICY: Policy = { paths: [], progress: null, calendar: OFFICE, rulePaging: {} };

/** Calendars of zones that change their clocks, of Sundays only, of every hour; `null`: none. */
export const calendars: fc.Arbitrary<Calendar | null> = fc.option(
  fc
    .record({
      zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia'),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
      from: fc.constantFrom(0, 8 * 60, 9 * 60 + 30),
      to: fc.constantFrom(12 * 60, 17 * 60, 24 * 60),
    })
    .map((calendar) => ({ ...calendar, holidays: ['2026-12-25', '2027-01-01'] })),
);

/** A moment in local words of London in winter. */
export function at(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}:00Z`);
}
