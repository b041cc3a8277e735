import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { INCIDENT_CLASSES, SEVERITIES } from '../domain/severity.ts';

/** The example stands on the text itself: what is written into the file is not what the program gets. */
const duration = (preset: string, example: string) =>
  z
    .string()
    .refine((text) => parseDuration(text) !== null, 'Write a duration as a number and a unit: 30s, 5m, 2h, 1d')
    .meta({ examples: [example] })
    .transform((text) => parseDuration(text) ?? 0)
    .prefault(preset);

const HttpUrl = z.url({ protocol: /^https?$/, error: 'A web address that begins with https:// or http://' }).max(3_000);
const OneOrMore = z.union(
  [
    z
      .string()
      .min(1)
      .transform((one) => [one]),
    z
      .array(z.string().min(1))
      .min(1)
      .meta({ examples: [['checkout-prod-5xx', 'checkout-db-*']] }),
  ],
  { error: 'An alarm name, or a list of alarm names' },
);

const AlarmRule = z.strictObject({
  match: OneOrMore.describe(
    'Alarm names; `*` matches any run of characters. Case matters. The first rule that matches decides.',
  ),
  severity: z
    .enum(SEVERITIES)
    .describe('How bad it is: P0 is the worst, P3 wakes nobody.')
    .meta({ examples: ['P1'] }),
  class: z
    .enum(INCIDENT_CLASSES)
    .default('system')
    .describe('What kind of trouble it is.')
    .meta({ examples: ['drift'] }),
  environment: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'Lower-case letters, digits and dashes, such as prod')
    .default('prod')
    .describe('Alarms of different environments never share an incident.')
    .meta({ examples: ['staging'] }),
  title: z
    .string()
    .min(1)
    .max(150)
    .optional()
    .describe("What a person reads instead of the alarm's name.")
    .meta({ examples: ['Checkout answers with server errors'] }),
  runbook: HttpUrl.optional()
    .describe('What to do about this alarm.')
    .meta({ examples: ['https://wiki.example.com/checkout/5xx'] }),
  opens_on_no_data: z
    .boolean()
    .default(false)
    .describe('Whether "insufficient data" opens an incident.')
    .meta({ examples: [true] }),
});

const PageLink = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(40)
    .describe('What the link is called.')
    .meta({ examples: ['Dashboard'] }),
  url: HttpUrl.describe('Where it leads.').meta({ examples: ['https://grafana.example.com/d/checkout'] }),
});

const Recovery = z.strictObject({
  end: z
    .enum(['resolve', 'ask'])
    .default('resolve')
    .describe('Resolve by itself, or ask the owner for the closing note.')
    .meta({ examples: ['ask'] }),
  watch: duration('5m', '15m').describe('How long a recovery is watched before it counts.'),
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
    alarms: z.array(AlarmRule).default([]).describe('Which alarms belong here and what they mean.'),
    links: z
      .array(PageLink)
      .max(5)
      .default([])
      .describe('Pages that somebody will want during an incident: dashboard, runbook.'),
    grouping: duration('10m', '5m').describe('An alarm this soon after the last one joins the open incident.'),
    reopen: duration('30m', '1h').describe('A resolved incident whose alarm fires again this soon is reopened.'),
    recovery: Recovery.prefault({}).describe('What happens when every alarm of an incident has recovered.'),
  })
  .meta({ id: 'Service', title: 'A service that Tocsin looks after' });
export type ServiceFile = z.infer<typeof ServiceFile>;
