import { z } from 'zod';
import { isZone } from '../oncall/zone.ts';
import { Actions, AutopilotEntry } from './file-actions.ts';
import { AlarmEntry } from './file-alarms.ts';
import { EscalationEntry, GroupId } from './file-escalation.ts';
import {
  AnswerTimeText,
  ClassName,
  duration,
  EnvironmentName,
  HttpUrl,
  Name,
  optionalDuration,
  SeverityName,
  UrlTemplate,
} from './file-fields.ts';
import { Queries } from './file-queries.ts';
import { Rotations } from './file-rotations.ts';
import { Runbooks } from './file-runbooks.ts';

const PageLink = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(40)
    .describe('What the link is called.')
    .meta({ examples: ['Dashboard'] }),
  url: UrlTemplate.describe('Where it leads.').meta({ examples: ['https://grafana.example.com/d/checkout'] }),
});

const Recovery = z.strictObject({
  end: z
    .enum(['resolve', 'ask'])
    .default('resolve')
    .describe('Resolve by itself, or ask the owner for the closing note.')
    .meta({ examples: ['ask'] }),
  watch: duration('5m', '15m').describe('How long a recovery is watched before it counts.'),
});

/** `${NAME}` is read from the environment of the process: addresses that differ from one installation to the next. */
const BaseUrl = z.union([HttpUrl, z.string().regex(/^\$\{[A-Z][A-Z0-9_]*\}$/)], {
  error: 'A web address that begins with https:// or http://, or ${NAME} of an environment variable that holds one',
});

const EnvironmentEntry = z.strictObject({
  links: z.array(PageLink).max(8).default([]).describe('Pages of this environment.'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'An AWS region, such as eu-central-1')
    .optional()
    .describe('AWS region that queries ask; `AWS_REGION` without it.')
    .meta({ examples: ['eu-central-1'] }),
  prometheus: BaseUrl.optional()
    .describe('Base address of the Prometheus that queries ask, or `${NAME}` of an environment variable that holds it.')
    .meta({ examples: ['${CHECKOUT_PROMETHEUS_URL}'] }),
  alertmanager: BaseUrl.optional()
    .describe(
      'Base address of the Alertmanager that open incidents are compared with, or `${NAME}` of an environment variable that holds it.',
    )
    .meta({ examples: ['http://alertmanager:9093'] }),
  mlflow: BaseUrl.optional()
    .describe('Base address of the MLflow that queries ask, or `${NAME}` of an environment variable that holds it.')
    .meta({ examples: ['http://mlflow:5000'] }),
  values: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'Small letters, digits and underscores'), z.string())
    .default({})
    .describe(
      'What `{placeholders}` in queries, commands and links stand for, beside `{service}` and `{environment}`. `${NAME}` in a value is read from the environment of the process.',
    )
    .meta({ examples: [{ endpoint: 'checkout-prod', api: 'https://checkout.example.com' }] }),
});

const SeverityEntry = z.strictObject({
  means: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .describe('What this level means here.')
    .meta({ examples: ['Complete service outage'] }),
  answer_within: AnswerTimeText.optional().describe(
    'How soon somebody must answer: a duration or `next business day`.',
  ),
});

const Severities = z.strictObject({
  P0: SeverityEntry.prefault({}).describe('The worst.'),
  P1: SeverityEntry.prefault({}).describe('Critical.'),
  P2: SeverityEntry.prefault({}).describe('A warning.'),
  P3: SeverityEntry.prefault({}).describe('Advice.'),
});

const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'A time of day such as 09:00');

const CalendarEntry = z
  .strictObject({
    zone: z
      .string()
      .refine(isZone, 'An IANA time zone, such as Europe/Berlin')
      .default('UTC')
      .describe('Time zone of the team.')
      .meta({ examples: ['America/Toronto'] }),
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .min(1)
      .default(['mon', 'tue', 'wed', 'thu', 'fri'])
      .describe('Working days.')
      .meta({ examples: [['sun', 'mon', 'tue', 'wed', 'thu']] }),
    from: TimeOfDay.default('09:00')
      .describe('When work begins.')
      .meta({ examples: ['08:00'] }),
    to: TimeOfDay.default('17:00')
      .describe('When work ends.')
      .meta({ examples: ['18:00'] }),
    holidays: z
      .array(z.iso.date('A date such as 2026-12-25'))
      .default([])
      .describe('Days off.')
      .meta({ examples: [['2026-12-25']] }),
  })
  .refine(({ from, to }) => from < to, 'Work ends after it begins: write `to` later than `from`');

const SignalEntry = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .describe('The event (or alarm) that counts as speaking.')
    .meta({ examples: ['nightly-drift-report'] }),
  every: optionalDuration('24h').describe('How often it is expected.'),
  grace: duration('5m', '1h').describe('How late it may be.'),
  query: Name.optional()
    .describe('A query whose newest sample counts as speaking; asked only when the signal is overdue.')
    .meta({ examples: ['heartbeat'] }),
  severity: SeverityName.describe('How bad its silence is.').meta({ examples: ['P2'] }),
  class: ClassName.default('pipeline')
    .describe('What kind of trouble its silence is.')
    .meta({ examples: ['ingestion'] }),
  environment: EnvironmentName.default('prod')
    .describe('The environment that it speaks for.')
    .meta({ examples: ['staging'] }),
  title: z
    .string()
    .min(1)
    .max(150)
    .optional()
    .describe('What a person reads.')
    .meta({ examples: ['The nightly drift report has not come'] }),
  runbook: z
    .union([Name, HttpUrl])
    .optional()
    .describe('What to do: a runbook of this file, or a web address.')
    .meta({ examples: ['drift'] }),
});

const EvidenceEntry = z.strictObject({
  show: z
    .array(Name)
    .max(6)
    .default([])
    .describe('Queries whose answers every card of the service shows.')
    .meta({ examples: [['error-rate']] }),
  graph: Name.optional()
    .describe('The query whose course is drawn when the alarm has none of its own.')
    .meta({ examples: ['error-rate'] }),
  look_back: duration('3h', '6h').describe('How far back graphs, changes and errors go.'),
});

/** One person, or a variable that names some: service files that several installations share name nobody. */
const PersonOrVariable = z
  .string()
  .regex(
    /^(?:[UW][A-Z0-9]{2,}|\$\{[A-Z][A-Z0-9_]*\})$/,
    'A Slack user id such as U0123ABCD, or ${NAME} of an environment variable that holds one',
  );

const RoleEntry = z.strictObject({
  title: z
    .string()
    .min(1)
    .max(60)
    .describe('What the role is called.')
    .meta({ examples: ['ML Lead'] }),
  for: z
    .string()
    .min(1)
    .max(150)
    .optional()
    .describe('What it is asked for.')
    .meta({ examples: ['Drift alerts'] }),
  people: z
    .union([
      PersonOrVariable.transform((one) => [one]),
      z
        .array(PersonOrVariable)
        .max(50)
        .meta({ examples: [['U0ANA', '${CHECKOUT_LEAD}']] }),
    ])
    .default([])
    .describe(
      'Who has it: Slack user ids, or `${NAME}` of an environment variable that holds one or several, separated by commas.',
    ),
  rotation: Name.optional()
    .describe('Whoever is on call in this rotation of the file has it.')
    .meta({ examples: ['first-line'] }),
  group: GroupId.optional()
    .describe('Everybody of this Slack user group has it.')
    .meta({ examples: ['S0ONCALL'] }),
  alias: Name.optional()
    .describe('What is written as `!oncall` where the plan of Slack has no user groups.')
    .meta({ examples: ['oncall'] }),
});

/** One service file. Its reference and its JSON Schema are generated from this. */
export const ServiceFile = z
  .strictObject({
    title: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('Name on the card; the file name without it.')
      .meta({ examples: ['Checkout'] }),
    owner: z
      .string()
      .min(1)
      .max(60)
      .describe('The team, as shown on the card.')
      .meta({ examples: ['Payments team'] }),
    channel: z
      .string()
      .regex(
        /^[CG][A-Z0-9]{2,}$/,
        'A Slack channel id, such as C0123ABCD (in Slack: channel details, at the very bottom)',
      )
      .describe('Id of the Slack channel where cards are posted.')
      .meta({ examples: ['C0123ABCD'] }),
    responders: z
      .array(z.string().regex(/^[UWS][A-Z0-9]{2,}$/, 'A Slack user id (U…) or user-group id (S…)'))
      .default([])
      .describe('Who may act: user ids and user-group ids. Empty: everybody who can see the channel.')
      .meta({ examples: [['S0ONCALL', 'U0ANA']] }),
    fallback: z
      .boolean()
      .default(false)
      .describe('Takes alarms that match no rule, and notices to operators. One service at most.')
      .meta({ examples: [true] }),
    links: z
      .array(PageLink)
      .max(5)
      .default([])
      .describe('Pages that somebody will want during an incident: dashboard, runbook.'),
    environments: z
      .record(EnvironmentName, EnvironmentEntry)
      .default({})
      .describe('Where the service runs, by the name of each environment: addresses, links and values.'),
    calendar: CalendarEntry.prefault({}).describe(
      'When the team works: `next business day` and pages in working hours follow it.',
    ),
    severities: Severities.prefault({}).describe(
      'What the levels mean here, and how soon somebody must answer. A level that is left out has no time.',
    ),
    roles: z.record(Name, RoleEntry).default({}).describe('Who is asked for what.'),
    rotations: Rotations.default({}).describe('Who is on call when, by the name of each rotation.'),
    escalation: EscalationEntry.optional().describe(
      'Who is told when an incident opens, and who next when nobody answers. Without it nobody is paged.',
    ),
    alarms: z
      .array(AlarmEntry)
      .default([])
      .describe('Which alarms belong here and what they mean. The first rule that matches decides.'),
    queries: Queries.default({}).describe(
      'Questions that grades, evidence, signals and check steps ask, by name. Each is of one kind: `cloudwatch`, `logs`, `prometheus`, `http`, `mlflow`, `endpoint`, `s3` or `schedule`.',
    ),
    evidence: EvidenceEntry.prefault({}).describe('What every card of the service shows.'),
    actions: Actions.default({}).describe(
      'What Tocsin can do when people decide it, by name. Each changes one kind of system; see [actions.md](actions.md).',
    ),
    autopilot: z
      .array(AutopilotEntry)
      .max(20)
      .default([])
      .describe('What is proposed, or done, without anybody asking for it.'),
    runbooks: Runbooks.default({}).describe(
      'What to do about one kind of trouble, by name: likely causes and a checklist.',
    ),
    signals: z.array(SignalEntry).default([]).describe('What must speak regularly. Its silence is an alarm.'),
    changes: z
      .array(z.string().min(1))
      .default([])
      .describe('Patterns of what is changed on purpose in this service: endpoints, pipelines, repositories.')
      .meta({ examples: [['checkout-*']] }),
    grouping: duration('10m', '5m').describe('An alarm this soon after the last one joins the open incident.'),
    reopen: duration('30m', '1h').describe('A resolved incident whose alarm fires again this soon is reopened.'),
    recovery: Recovery.prefault({}).describe('What happens when every alarm of an incident has recovered.'),
  })
  .meta({ id: 'Service', title: 'A service that Tocsin looks after' });
export type ServiceFile = z.infer<typeof ServiceFile>;
