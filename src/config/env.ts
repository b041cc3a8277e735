import { z } from 'zod';

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

/** Every setting that comes from the environment. The only reader of `process.env` is whoever calls `readEnv`. */
const Env = z
  .object({
    SLACK_BOT_TOKEN: z.string().min(1).describe('Bot token (xoxb-…) of the installed app.'),
    SLACK_APP_TOKEN: z.string().min(1).optional().describe('App token (xapp-…) with connections:write: Socket Mode.'),
    SLACK_SIGNING_SECRET: z.string().min(1).optional().describe('Signing secret: HTTP mode, POST /slack/events.'),
    SLACK_API_URL: z
      .url()
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
        'Where incidents live: redis://, rediss:// or unix:/path/to/socket. Redis ≥ 6.2 with AOF and maxmemory-policy noeviction.',
      ),
    SERVICES_DIR: z.string().default('services').describe('Folder of the service files.'),
    HOST: z.string().default('0.0.0.0').describe('Address for webhooks, health and metrics.'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3_000).describe('Port for webhooks, health and metrics.'),
    SNS_TOPIC_ARNS: list
      .pipe(z.array(TopicArn))
      .describe('Comma-separated topics that may send alarms; every other is refused.'),
    SNS_CERT_DIR: z
      .string()
      .optional()
      .describe('Folder of pinned SNS signing certificates, looked up before fetching.'),
    AWS_REGION: z.string().optional().describe("The SDK's own."),
    DEPLOYMENT: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, 'Lower-case letters, digits and dashes')
      .default('tocsin')
      .describe('Name of this deployment: the hash tag of all its Redis keys, so that several can share one Redis.'),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('How much is logged.'),
  })
  .refine((env) => env.SLACK_APP_TOKEN !== undefined || env.SLACK_SIGNING_SECRET !== undefined, {
    message:
      'Give SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode): without one Slack cannot reach Tocsin.',
    path: ['SLACK_APP_TOKEN'],
  });
export type Env = z.infer<typeof Env>;

/** What may come from the environment, for the generated reference. */
export const ENV_SHAPE = Env.shape;

/** Reads the settings, or throws one message that names everything that is wrong with them. */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Env.safeParse(filled);
  if (!parsed.success)
    throw new Error(`The environment is not complete:\n${z.prettifyError(parsed.error)}\nSee .env.example.`);
  return parsed.data;
}

/** Nothing of Slack is configured and this is not production: the newcomer's case, which brings its own Slack, AWS and Redis. */
export function isLocalMode(source: NodeJS.ProcessEnv): boolean {
  const ofSlack = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL'];
  return source.NODE_ENV !== 'production' && ofSlack.every((name) => !source[name]);
}
