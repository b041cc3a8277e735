import { z } from 'zod';
import { SetupError } from '../app/errors.ts';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

const TopicArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    'An SNS topic, such as arn:aws:sns:eu-west-1:123456789012:alarms',
  );

/** A secret that a sender of alarms presents. Short ones can be guessed. */
const secret = z.string().min(16, 'At least 16 characters, such as `openssl rand -hex 24` prints').optional();

const webAddress = z.url({ protocol: /^https?$/, error: 'A web address that begins with https:// or http://' });

/** Every setting that comes from the environment, each by itself. */
const Settings = z.object({
  SLACK_BOT_TOKEN: z.string().min(1).describe('Bot token (`xoxb-…`) of the installed app.'),
  SLACK_APP_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('App-level token (`xapp-…`) with `connections:write`: Socket Mode. This one or `SLACK_SIGNING_SECRET`.'),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe('Signing secret of the app: HTTP mode, `POST /slack/events`. Not used when `SLACK_APP_TOKEN` is set.'),
  SLACK_API_URL: webAddress
    .default('https://slack.com/api/')
    .transform((url) => (url.endsWith('/') ? url : `${url}/`))
    .describe("Base of Slack's Web API."),
  SLACK_PACE: z
    .enum(['on', 'off'])
    .default('on')
    .describe("Stay below Slack's rate limits. `off` only against a stand-in without limits, in benchmarks."),
  REDIS_URL: z
    .string()
    .regex(/^(?:rediss?:\/\/|unix:)/, 'Begins with redis://, rediss:// or unix:')
    .describe(
      'Where incidents live: `redis://`, `rediss://` or `unix:/path/to/socket`. Redis ≥ 6.2 with AOF and `maxmemory-policy noeviction`.',
    ),
  SERVICES_DIR: z.string().default('services').describe('Folder of the service files.'),
  HOST: z.string().default('0.0.0.0').describe('Address that webhooks, health and metrics listen on.'),
  PORT: z.coerce
    .number({ error: 'A port number, such as 3000' })
    .int()
    .min(0)
    .max(65_535)
    .default(3_000)
    .describe('Port for webhooks, health and metrics.'),
  SNS_TOPIC_ARNS: list
    .pipe(z.array(TopicArn))
    .describe('Comma-separated topics that may send alarms; every other is refused.'),
  SNS_CERT_DIR: z
    .string()
    .optional()
    .describe('Folder of pinned SNS signing certificates, looked up before fetching; for networks without egress.'),
  SQS_QUEUE_URL: z
    .string()
    .regex(
      /^https?:\/\/\S+\/\d{12}\/[A-Za-z0-9_-]{1,80}$/,
      'A queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/tocsin',
    )
    .optional()
    .describe(
      'SQS queue that Tocsin pulls messages from; a subscription of the topics, or a target of EventBridge rules. Needs no public address.',
    ),
  ALERTMANAGER_TOKEN: secret.describe(
    'Switches `POST /webhooks/alertmanager` on: the token that Alertmanager presents, as bearer or as password.',
  ),
  GRAFANA_SECRET: secret.describe(
    'Switches `POST /webhooks/grafana` on: the secret with which Grafana (12 or newer) signs each message.',
  ),
  EVENTS_TOKEN: secret.describe(
    'Switches `POST /webhooks/events` on: the token that senders of events and changes present, or sign with.',
  ),
  AWS_REGION: z
    .string()
    .optional()
    .describe(
      "The AWS SDK's own, as its other variables are. SNS is asked in the region of each topic, and sends SMS from this one.",
    ),
  MAIL_TOPIC_ARN: TopicArn.optional().describe(
    'SNS topic for pages by e-mail; each subscription filters on the attribute `person` (docs/paging.md).',
  ),
  CALL_TOPIC_ARN: TopicArn.optional().describe(
    'SNS topic for pages by phone call: who subscribes to it rings the `person` of the message (docs/paging.md).',
  ),
  ACT_ROLE_ARN: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'The ARN of an IAM role')
    .optional()
    .describe(
      'IAM role that actions are run with. Everything else keeps the rights of the process, which need only read. Without it actions use those as well.',
    ),
  OPERATORS_TOPIC_ARN: TopicArn.optional().describe(
    'SNS topic that tells the operators of Tocsin what is wrong with it, for when Slack cannot.',
  ),
  PAGERDUTY_EVENTS_URL: webAddress
    .default('https://events.pagerduty.com/v2/enqueue')
    .describe('Events API v2 of PagerDuty; in the EU https://events.eu.pagerduty.com/v2/enqueue.'),
  PAGE_WEBHOOK_SECRET: secret.describe(
    'Signs what Tocsin posts to the webhooks of escalation policies. Without it none is posted to.',
  ),
  PUBLIC_URL: webAddress
    .optional()
    .transform((url) => url?.replace(/\/+$/, ''))
    .describe(
      'Address at which people reach Tocsin from outside: calendars of who is on call are subscribed to there.',
    ),
  HEARTBEAT_URL: webAddress
    .optional()
    .describe(
      'Asked with GET once a minute while Tocsin finds itself well: a dead-man switch there tells when that ends.',
    ),
  DEPLOYMENT: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'Lower-case letters, digits and dashes, at most 40')
    .default('tocsin')
    .describe('Name of this deployment: the hash tag of all its Redis keys, so that several can share one Redis.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('How much is logged.'),
});

const Env = Settings.refine((env) => env.SLACK_APP_TOKEN !== undefined || env.SLACK_SIGNING_SECRET !== undefined, {
  message: 'Give this one (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode): without either Slack cannot reach Tocsin.',
  path: ['SLACK_APP_TOKEN'],
  when: () => true, // also when something else is wrong: all of it is said at once
});
export type Env = z.infer<typeof Env>;

/** What may come from the environment, for the generated reference. */
export const ENV_SHAPE = Settings.shape;

/** Reads the settings, or throws one SetupError that names everything that is wrong with them. `NAME=` counts as absent. */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  const parsed = Env.safeParse(given(source), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new SetupError(
    `The environment is not complete:\n${sentencesOf(parsed.error)
      .map((line) => `  ${line}`)
      .join('\n')}\nSee docs/configuration.md and .env.example.`,
  );
}

/** What is wrong with the settings, one sentence each; no value of a setting is repeated. Empty: `readEnv` succeeds. */
export function envProblems(source: NodeJS.ProcessEnv): string[] {
  const parsed = Env.safeParse(given(source), { reportInput: true });
  return parsed.success ? [] : sentencesOf(parsed.error);
}

/** One setting alone, for a program that needs no more; `null` when it is wrong or missing. */
export function setting<K extends keyof Env>(source: NodeJS.ProcessEnv, name: K): Env[K] | null {
  const parsed = Settings.shape[name].safeParse(given(source)[name]);
  return parsed.success ? (parsed.data as Env[K]) : null; // the shape of this very name
}

function given(source: NodeJS.ProcessEnv): Record<string, string> {
  const filled = Object.entries(source).flatMap(([name, value]) =>
    value === undefined || value.trim() === '' ? [] : [[name, value.trim()] as const],
  );
  return Object.fromEntries(filled);
}

function sentencesOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message, ...issue }) => {
    const name = String(path[0]);
    const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
    return isMissing ? `${name} is missing. ${descriptionOf(name)}` : `${name}: ${message}`;
  });
}

function descriptionOf(name: string): string {
  return Object.entries(Settings.shape).find(([known]) => known === name)?.[1].description ?? '';
}

/** Nothing of Slack is configured and this is not production: the newcomer's case, which brings its own Slack, AWS and Redis. */
export function isLocalMode(source: NodeJS.ProcessEnv): boolean {
  const ofSlack = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL'];
  return source.NODE_ENV !== 'production' && ofSlack.every((name) => !source[name]?.trim());
}
