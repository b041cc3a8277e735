import { z } from 'zod';
import { ALERT_SOURCES } from '../domain/alert.ts';
import { LEVELS } from '../domain/grading.ts';
import {
  AnswerTimeText,
  ClassName,
  duration,
  EnvironmentName,
  exactlyOne,
  HttpUrl,
  Name,
  OneOrMore,
  optionalDuration,
  SeverityName,
} from './file-fields.ts';

const EnvironmentOf = z.strictObject({
  from: z
    .string()
    .min(1)
    .describe('A label of the alarm, or a dimension of its metric; `alertname` is its name.')
    .meta({ examples: ['EndpointName'] }),
  values: z
    .record(z.string().min(1), EnvironmentName)
    .default({})
    .describe('Its value (`*` matches any run of characters) to an environment. Empty: the value is the environment.')
    .meta({ examples: [{ 'checkout-prod*': 'prod', 'checkout-staging*': 'staging' }] }),
  otherwise: EnvironmentName.default('prod')
    .describe('Where nothing fits.')
    .meta({ examples: ['staging'] }),
});

const When = z.strictObject({
  source: z
    .enum(ALERT_SOURCES)
    .optional()
    .describe('Where the alarm comes from.')
    .meta({ examples: ['alertmanager'] }),
  namespace: z
    .string()
    .min(1)
    .optional()
    .describe("Namespace of the alarm's metric.")
    .meta({ examples: ['AWS/Lambda'] }),
  metric: z
    .string()
    .min(1)
    .optional()
    .describe("The alarm's metric.")
    .meta({ examples: ['Errors'] }),
  labels: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe('Labels, tags or dimensions; `alertname` is the name.')
    .meta({ examples: [{ team: 'payments', FunctionName: 'checkout-*' }] }),
});

const ValueOf = z.union(
  [z.literal('measurement'), z.strictObject({ annotation: z.string().min(1) }), z.strictObject({ query: Name })],
  { error: 'Write measurement, { annotation: name } or { query: name }' },
);

const Step = z
  .strictObject({
    above: z
      .number()
      .optional()
      .describe('It begins above this.')
      .meta({ examples: [0.2] }),
    at_least: z
      .number()
      .optional()
      .describe('It begins at this, the limit itself included.')
      .meta({ examples: [2] }),
    below: z
      .number()
      .optional()
      .describe('It begins below this and goes down.')
      .meta({ examples: [2.5] }),
    at_most: z
      .number()
      .optional()
      .describe('It begins at this and goes down, the limit itself included.')
      .meta({ examples: [0.5] }),
    severity: SeverityName.describe('How bad that is.').meta({ examples: ['P1'] }),
    advice: z
      .string()
      .min(1)
      .max(150)
      .optional()
      .describe('What the runbook says to do in this range.')
      .meta({ examples: ['Retrain within 2–3 days'] }),
    due: optionalDuration('3d').optional().describe('By when, from the moment that it is reached.'),
    level: z
      .enum(LEVELS)
      .optional()
      .describe('How it is answered: watched, investigated, acted on, or stopped.')
      .meta({ examples: ['act'] }),
    offer: Name.optional()
      .describe('The action that is proposed when it is reached.')
      .meta({ examples: ['retrain'] }),
  })
  .refine(...exactlyOne('above', 'at_least', 'below', 'at_most'));

const GradesOf = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('What is graded, as people say it; the label of the query, or what the alarm measures, without it.')
    .meta({ examples: ['Share of drifted features'] }),
  value: ValueOf.default('measurement')
    .describe(
      'Where the value comes from: `measurement` (the alarm carries it), an annotation that holds it, or a query.',
    )
    .meta({ examples: [{ query: 'error-rate' }] }),
  relative_to: z
    .union([z.number(), z.strictObject({ annotation: z.string().min(1) }), z.strictObject({ query: Name })], {
      error: 'Write a number, { annotation: name } or { query: name }',
    })
    .optional()
    .describe('The value counts as its difference from this, in percent of it: `below: -5` is 5 % under the baseline.')
    .meta({ examples: [{ annotation: 'baseline' }] }),
  unit: z
    .string()
    .min(1)
    .max(30)
    .optional()
    .describe('Unit of the value, as in queries; that of the query or the measurement without it.')
    .meta({ examples: ['Percent'] }),
  steps: z
    .array(Step)
    .min(1)
    .describe('The mildest first, all in one direction: limits go on, severities get worse or stay.'),
  otherwise: SeverityName.optional()
    .describe(
      "How bad it is while the value is known and reaches no step. Without it the rule's own severity, or that of the first step where that is milder.",
    )
    .meta({ examples: ['P3'] }),
  dwell: duration('10m', '30m').describe('How long a milder value must last before the severity falls.'),
});

/** Which alarms belong to a service, and what they mean. */
export const AlarmEntry = z.strictObject({
  id: Name.optional()
    .describe('What the rule is called on cards and in reports; its place, `alarms[3]`, without it.')
    .meta({ examples: ['server-errors'] }),
  match: OneOrMore.prefault('*').describe(
    'Alarm names; `*` matches any run of characters. Case matters. Without it: any name, and `when` decides.',
  ),
  when: When.prefault({}).describe('What else must hold, all of it. Patterns, as in `match`.'),
  severity: SeverityName.describe('How bad it is: P0 is the worst, P3 wakes nobody.').meta({ examples: ['P1'] }),
  class: ClassName.default('system')
    .describe('What kind of trouble it is.')
    .meta({ examples: ['drift'] }),
  environment: z
    .union([EnvironmentName, EnvironmentOf], {
      error: 'Lower-case letters, digits and dashes, such as prod; or { from: label, values: { … } }',
    })
    .default('prod')
    .describe(
      'Where the alarm belongs: a name, or a group that says how to find it. Alarms of different environments never share an incident.',
    )
    .meta({ examples: ['staging'] }),
  title: z
    .string()
    .min(1)
    .max(150)
    .optional()
    .describe("What a person reads instead of the alarm's name.")
    .meta({ examples: ['Checkout answers with server errors'] }),
  runbook: z
    .union([Name, HttpUrl], { error: 'The name of a runbook of this file, or a web address' })
    .optional()
    .describe('What to do about this alarm: a runbook of this file, or a web address.')
    .meta({ examples: ['server-errors'] }),
  opens_on_no_data: z
    .boolean()
    .default(false)
    .describe('Whether "insufficient data" opens an incident.')
    .meta({ examples: [true] }),
  grades: GradesOf.optional().describe('How a value decides the severity. Until it is known, `severity` counts.'),
  page: z
    .enum(['always', 'working_hours', 'never'])
    .optional()
    .describe(
      'Whom it wakes: somebody at any hour, in working hours, or nobody. Without it P0 and P1 at any hour, P2 in working hours, P3 nobody.',
    )
    .meta({ examples: ['never'] }),
  answer_within: AnswerTimeText.optional().describe(
    'How soon somebody must answer, whatever the severity: a duration or `next business day`.',
  ),
  evidence: z
    .array(Name)
    .max(6)
    .default([])
    .describe('Queries whose answers the card shows for this alarm.')
    .meta({ examples: [['error-rate', 'live-model']] }),
});
export type AlarmEntry = z.infer<typeof AlarmEntry>;
