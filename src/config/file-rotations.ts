import { z } from 'zod';
import { isZone, parseWall } from '../oncall/zone.ts';
import { Name } from './file-fields.ts';

/** In the order of ISO: Monday is the first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const Zone = z
  .string()
  .refine(isZone, 'An IANA time zone, such as Europe/Berlin')
  .meta({ examples: ['Europe/Berlin'] });

const Weekday = z.enum(WEEKDAYS);

const Person = z
  .string()
  .regex(/^[UW][A-Z0-9]{2,}$/, 'A Slack user id, such as U0ANA (in Slack: their profile, "Copy member ID")');

const PersonOrVariable = z
  .string()
  .regex(
    /^(?:[UW][A-Z0-9]{2,}|\$\{[A-Z][A-Z0-9_]*\})$/,
    'A Slack user id, such as U0ANA (in Slack: their profile, "Copy member ID"), or ${NAME} of an environment variable that holds some',
  );

const LocalTime = z
  .string()
  .refine((text) => parseWall(text) !== null, 'A local date such as 2026-11-23, or with a time: 2026-11-23T18:00')
  .meta({ examples: ['2026-12-21'] });

const MemberEntry = z.union(
  [
    PersonOrVariable,
    z.strictObject({
      person: Person.describe('Slack user id.').meta({ examples: ['U0CAT'] }),
      from: LocalTime.optional().describe('The first turn that they can get begins then or later.'),
      until: LocalTime.optional().describe('The last one begins before; a turn that has begun is ended.'),
    }),
  ],
  { error: 'A Slack user id such as U0ANA, or { person: U0ANA, from: 2026-12-21 }' },
);

/** A part of the week. */
export const HoursEntry = z
  .strictObject({
    days: z
      .array(Weekday)
      .min(1)
      .default([...WEEKDAYS])
      .describe('Days on which these hours begin.')
      .meta({ examples: [['mon', 'tue', 'wed', 'thu', 'fri']] }),
    from: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'A time of day such as 09:00')
      .default('00:00')
      .describe('When they begin.')
      .meta({ examples: ['22:00'] }),
    to: z
      .string()
      .regex(
        /^(?:(?:mon|tue|wed|thu|fri|sat|sun) )?(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/,
        'A time of day such as 17:00, or one of a later day: mon 09:00',
      )
      .default('24:00')
      .describe(
        'When they end: on the same day, on the next one where that is not later than `from`, or on the day that is written before it.',
      )
      .meta({ examples: ['mon 09:00'] }),
  })
  .refine(({ days, to }) => !to.includes(' ') || days.length === 1, {
    message: 'With a weekday in `to`, write the one day on which these hours begin',
    path: ['days'],
  });

const LayerEntry = z
  .strictObject({
    name: Name.optional()
      .describe('What it is called in calendars and reports; its place, `layer-2`, without it.')
      .meta({ examples: ['nights'] }),
    members: z
      .array(MemberEntry)
      .min(1)
      .max(100)
      .describe(
        'Who takes turns, in this order: Slack user ids, `${NAME}` of a variable that holds some (separated by commas), or entries with the time in which somebody takes part.',
      )
      .meta({ examples: [['U0ANA', 'U0BEN', { person: 'U0CAT', from: '2026-12-21' }]] }),
    every: z
      .string()
      .regex(/^(?:daily|weekly|[1-9]\d{0,2}[hdw])$/, 'daily, weekly, or a number of hours, days or weeks: 12h, 3d, 2w')
      .default('weekly')
      .describe('How long a turn is by the clocks on the wall: `daily`, `weekly`, `12h`, `3d`, `2w`.')
      .meta({ examples: ['daily'] }),
    start: z.iso
      .date('A date such as 2026-11-23')
      .describe('Local date of the first hand-off: turns are counted from it, so it stays as it is.')
      .meta({ examples: ['2026-11-23'] }),
    at: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'A time of day such as 09:00')
      .default('09:00')
      .describe('Local time of the hand-off.')
      .meta({ examples: ['10:00'] }),
    day: Weekday.optional()
      .describe(
        'Weekday of the hand-off, for turns of whole weeks: the first one is on or after `start`. The weekday of `start` without it.',
      )
      .meta({ examples: ['mon'] }),
    until: LocalTime.optional().describe('When the layer ends.'),
    zone: Zone.optional().describe('Time zone of this layer; that of the rotation without it.'),
    hours: z
      .array(HoursEntry)
      .max(20)
      .default([])
      .describe('When the layer is on call, in its zone. Empty: always. Turns pass on through the hours between.')
      .meta({ examples: [[{ days: ['fri'], from: '17:00', to: 'mon 09:00' }]] }),
  })
  .refine(({ every, day }) => day === undefined || /w$|^weekly$/.test(every), {
    message: '`day` is for turns of whole weeks (weekly, 2w); without it the first hand-off is on `start`',
    path: ['day'],
  });
export type LayerEntry = z.infer<typeof LayerEntry>;

/** Where a calendar is read that says besides who is on call. */
const CalendarAddress = z
  .strictObject({
    url: z
      .string()
      .regex(
        /^\$\{[A-Z][A-Z0-9_]*\}$/,
        '${NAME} of an environment variable with the address: whoever knows it can read the calendar, so it does not stand here',
      )
      .optional()
      .describe('The address of an iCalendar file, as `${NAME}` of an environment variable.')
      .meta({ examples: ['${ON_CALL_CALENDAR}'] }),
    file: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('The path of an iCalendar file, from the folder in which Tocsin is started.')
      .meta({ examples: ['/etc/tocsin/on-call.ics'] }),
    people: z
      .record(z.string().min(1).max(200), Person)
      .default({})
      .describe('Slack user ids by what people are called in it: their e-mail addresses, or names in titles.')
      .meta({ examples: [{ 'ana@example.com': 'U0ANA' }] }),
  })
  .refine(({ url, file }) => (url === undefined) !== (file === undefined), {
    message: 'Write either `url` or `file`',
  });

/** One rotation: who is on call when. */
export const RotationEntry = z
  .strictObject({
    title: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('What people read; its name without it.')
      .meta({ examples: ['Payments on call'] }),
    zone: Zone.optional().describe('Time zone of the hand-offs; that of the calendar of the service without it.'),
    gaps: z
      .enum(['warn', 'allowed'])
      .default('warn')
      .describe('Whether it is meant that at times nobody is on call.')
      .meta({ examples: ['allowed'] }),
    layers: z
      .array(LayerEntry)
      .max(10)
      .default([])
      .describe(
        'People who take turns. Where several have somebody, the first decides. Needed unless there is a calendar.',
      ),
    calendar: CalendarAddress.optional()
      .describe('A calendar whose events put people on call too, whatever the layers say. It is read every 15 minutes.')
      .meta({ examples: [{ url: '${ON_CALL_CALENDAR}' }] }),
    group: z
      .string()
      .regex(/^S[A-Z0-9]{2,}$/, 'A Slack user group id, such as S0123ABCD')
      .optional()
      .describe('A Slack user group that Tocsin gives whoever is on call as its members; it is never emptied.')
      .meta({ examples: ['S0ONCALL'] }),
  })
  .refine(({ layers, calendar }) => layers.length > 0 || calendar !== undefined, {
    message: 'Write at least one layer, or a calendar',
    path: ['layers'],
  });
export type RotationEntry = z.infer<typeof RotationEntry>;
/** Entries as they are written, before presets are filled in. */
export type WrittenLayer = z.input<typeof LayerEntry>;
export type WrittenRotation = z.input<typeof RotationEntry>;

/** The rotations of a service file, by name. */
export const Rotations = z.record(Name, RotationEntry);
