import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import {
  ClassName,
  duration,
  EnvironmentName,
  exactlyOne,
  Name,
  optionalDuration,
  SeverityName,
} from './file-fields.ts';

const UserId = z
  .string()
  .regex(/^[UW][A-Z0-9]{2,}$/, "A Slack user id, such as U0123ABCD; a person's profile shows it");
const ChannelId = z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'A Slack channel id, such as C0123ABCD');
export const GroupId = z.string().regex(/^S[A-Z0-9]{2,}$/, 'A Slack user group id, such as S0123ABCD');

/** An address, or `${NAME}` of an environment variable that holds it. A secret belongs into a variable. */
const Address = z.string().regex(/^\S+$/, 'An address without spaces, or ${NAME} of an environment variable').max(500);
const Variable = z
  .string()
  .regex(/^\$\{[A-Z][A-Z0-9_]*\}$/, '${NAME} of an environment variable: this is a secret and must not be in the file');

const TargetEntry = z.union(
  [
    z.literal('channel'),
    z.literal('all stakeholders'),
    Name,
    z.strictObject({ person: UserId.describe('One person, by their Slack user id.').meta({ examples: ['U0ANA'] }) }),
    z.strictObject({
      rotation: Name.describe('Whoever is on call in a rotation of this file.').meta({ examples: ['first-line'] }),
    }),
    z
      .strictObject({
        group: GroupId.optional()
          .describe('A Slack user group.')
          .meta({ examples: ['S0ONCALL'] }),
        alias: Name.optional()
          .describe('What is written as `!oncall` where the plan of Slack has no user groups.')
          .meta({ examples: ['oncall'] }),
      })
      .refine(({ group, alias }) => group !== undefined || alias !== undefined, 'Write a group, an alias, or both'),
    z.strictObject({
      channel: ChannelId.describe('Another channel, which gets a message without a mention.').meta({
        examples: ['C0OPS'],
      }),
    }),
  ],
  {
    error:
      'The name of a role, { rotation: name }, { person: U… }, { group: S…, alias: name }, channel, { channel: C… } or all stakeholders',
  },
);
export type TargetEntry = z.infer<typeof TargetEntry>;

const WayEntry = z.union(
  [
    z.enum(['mention', 'dm', 'sms', 'call', 'mail']),
    z.strictObject({
      sns: Address.describe('A topic of SNS, for SMS and calls; or `${NAME}` of a variable that holds it.').meta({
        examples: ['${ONCALL_TOPIC}'],
      }),
    }),
    z.strictObject({
      pagerduty: Variable.describe(
        '`${NAME}` of a variable that holds the key of an integration (Events API v2).',
      ).meta({ examples: ['${PAGERDUTY_KEY}'] }),
    }),
    z.strictObject({
      webhook: Variable.describe('`${NAME}` of a variable that holds the address.').meta({
        examples: ['${PAGE_WEBHOOK}'],
      }),
    }),
  ],
  {
    error:
      'Write mention, dm, sms, call, mail, { sns: topic }, { pagerduty: ${NAME} } or { webhook: ${NAME} }; keys and addresses of webhooks are secrets and stay in environment variables',
  },
);
export type WayEntry = z.infer<typeof WayEntry>;

/** The example stands on the list: what is written as one thing is not what the program gets. */
const oneOrMore = <T extends z.ZodType>(one: T, example: readonly unknown[]) =>
  z.union([
    one.transform((it) => [it]),
    z
      .array(one)
      .min(1)
      .max(20)
      .meta({ examples: [example] }),
  ]);

const listOf = <T extends z.ZodType>(one: T, example: readonly unknown[]) =>
  z.union([one.transform((it) => [it]), z.array(one).meta({ examples: [example] })]).default([]);

const ValueEntry = z
  .strictObject({
    query: Name.describe('The query that is asked.').meta({ examples: ['latency-p95'] }),
    above: z
      .number()
      .optional()
      .describe('True above this.')
      .meta({ examples: [500] }),
    at_least: z
      .number()
      .optional()
      .describe('True at this and above.')
      .meta({ examples: [2] }),
    below: z
      .number()
      .optional()
      .describe('True below this.')
      .meta({ examples: [95] }),
    at_most: z
      .number()
      .optional()
      .describe('True at this and below.')
      .meta({ examples: [500] }),
    equals: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('True for this word.')
      .meta({ examples: ['InService'] }),
    for: duration('1m', '5m').describe('How long it must have been true.'),
  })
  .refine(...exactlyOne('above', 'at_least', 'below', 'at_most', 'equals'));
export type ValueEntry = z.infer<typeof ValueEntry>;

const Times = z.int().min(1).max(100);

const RepeatEntry = z.strictObject({
  every: optionalDuration('15m')
    .describe('How often; at least a minute.')
    .refine((ms) => ms >= 60_000, 'Write a minute (1m) or more'),
  times: Times.describe('How often at most. It must end somewhere.').meta({ examples: [3] }),
});

const WhenEntry = z.strictObject({
  severity: listOf(SeverityName, ['P0', 'P1']).describe('Only while it is as bad as one of these.'),
  hours: z
    .enum(['any', 'working', 'outside'])
    .default('any')
    .describe(
      'Only in working hours of the calendar, or only outside them. In working hours, `after` counts working time.',
    )
    .meta({ examples: ['working'] }),
  still_firing: z
    .boolean()
    .default(false)
    .describe('Only while an alarm is firing.')
    .meta({ examples: [true] }),
  value: ValueEntry.optional().describe('Only while this is true of a value.'),
});

const After = z
  .string()
  .refine((text) => text === 'at once' || parseDuration(text) !== null, 'Write a duration (15m, 2h), or: at once')
  .meta({ examples: ['30m'] })
  .transform((text) => (text === 'at once' ? 0 : (parseDuration(text) ?? 0)));

const StepEntry = z.strictObject({
  level: z
    .string()
    .min(1)
    .max(20)
    .describe('What people call it. Several steps may be of one level.')
    .meta({ examples: ['L2'] }),
  after: After.prefault('at once').describe('When, from the opening of the incident on.'),
  notify: oneOrMore(TargetEntry, ['on-call', 'channel']).describe(
    'Who is told: roles by their names, or a rotation, person, user group, channel, `all stakeholders`.',
  ),
  via: oneOrMore(WayEntry, ['dm', 'sms'])
    .prefault(['dm', 'mention'])
    .describe('How, tried in this order until one works. A channel is always posted to.'),
  repeat: RepeatEntry.optional().describe('Tells them again.'),
  until: z
    .union([z.enum(['acknowledged', 'mitigated', 'resolved']), ValueEntry], {
      error: 'Write acknowledged, mitigated, resolved or { query: name, at_most: 500, for: 5m }',
    })
    .default('acknowledged')
    .describe(
      'What ends the step. Anything but `acknowledged` goes on after an acknowledgement, though not to the owner.',
    )
    .meta({ examples: ['resolved'] }),
  when: WhenEntry.prefault({}).describe('What else must hold, all of it.'),
});
export type StepEntry = z.infer<typeof StepEntry>;

const PathEntry = z.strictObject({
  name: Name.optional()
    .describe('What it is called on cards and in reports; its place without it.')
    .meta({ examples: ['page'] }),
  for: z
    .strictObject({
      severity: listOf(SeverityName, ['P0', 'P1']).describe('How bad.'),
      class: listOf(ClassName, ['drift', 'model-quality']).describe('What kind of trouble.'),
      rule: listOf(Name, ['api-down']).describe('Alarm rules, by their ids.'),
      environment: listOf(EnvironmentName, ['prod']).describe('Where.'),
    })
    .prefault({})
    .describe('Which incidents it is for; all of them without it. Every path that fits is gone.'),
  steps: z.array(StepEntry).min(1).max(30).describe('What happens, by time.'),
  end: z
    .union([z.literal('nothing'), RepeatEntry], { error: 'Write { every: 30m, times: 3 }, or: nothing' })
    .prefault({ every: '30m', times: 3 })
    .describe('What comes after the last step, to its people and the channel, where that step wakes somebody.')
    .meta({ examples: [{ every: '30m', times: 3 }] }),
});
export type PathEntry = z.infer<typeof PathEntry>;

const ProgressEntry = z.strictObject({
  ask_after: z
    .partialRecord(SeverityName, optionalDuration('1h'))
    .describe(
      'After so long without a sign of work the owner is asked, by severity. A severity that is not here is not asked about.',
    ),
  answer_within: duration('10m', '15m').describe('Who has not answered by then has the incident no more.'),
  times: Times.default(24)
    .describe('How often one owner is asked at most.')
    .meta({ examples: [12] }),
});

/** Whom an incident of a service wakes, and when. */
export const EscalationEntry = z.strictObject({
  paths: z.array(PathEntry).min(1).max(20).describe('Who is told. An incident goes every path that is for it.'),
  progress: ProgressEntry.optional().describe('Asks somebody who has acknowledged, and then did nothing, how it goes.'),
});
export type EscalationEntry = z.infer<typeof EscalationEntry>;
