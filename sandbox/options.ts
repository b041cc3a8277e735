import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ });

/** What the sandbox's process reads from its environment. */
const Environment = z.object({
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  /** Absent: 4300, or the next port that is free. `0`: any free port. */
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Signing certificates go into its folder `sns-certs`. */
  SANDBOX_DATA_DIR: z.string().min(1).default('.data/sandbox'),
  /** `off`: Slack's rate limits are not enforced, for measurements of the bot alone. */
  SANDBOX_RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  /** `off`: the page is neither built nor served, for tests and measurements. */
  SANDBOX_PAGE: z.enum(['on', 'off']).default('on'),
  /** `on`: the five systems run, with the alarms of their packs. */
  SANDBOX_SYSTEMS: z.enum(['on', 'off']).default('off'),
  /** What the systems' Alertmanagers and events prove themselves with at the webhooks beside `WEBHOOK_URL`. */
  ALERTMANAGER_TOKEN: z.string().default(''),
  EVENTS_TOKEN: z.string().default(''),
  /** `movable`: the parent process goes by the sandbox's clock and is told when a person moves it. */
  SANDBOX_CLOCK: z.enum(['machine', 'movable']).default('machine'),
  /** What the sandbox's webhook receiver expects requests to be signed with. */
  PAGE_WEBHOOK_SECRET: z.string().default(''),
  /** Where SNS delivers; absent: nobody is subscribed until somebody subscribes. */
  WEBHOOK_URL: url.optional(),
  /** Slack reaches the app by signed requests to this address; absent: through Socket Mode. */
  SLACK_EVENTS_URL: url.optional(),
});

/** What the one app of the sandbox's Slack is let in with. Known to everybody: they open nothing else. */
export const SANDBOX_APP = {
  botToken: 'xoxb-sandbox',
  appToken: 'xapp-sandbox',
  signingSecret: 'sandbox-signing-secret',
} as const;

/** What the bot signs in with at the systems that it changes. Known to everybody: they open nothing else. */
export const SANDBOX_KEYS = {
  kubernetes: 'sandbox-kubernetes',
  airflowUser: 'tocsin',
  airflowPassword: 'sandbox-airflow',
  github: 'sandbox-github',
  statuspage: 'sandbox-statuspage',
  statuspagePage: 'sandboxpage1',
  /** Signs what restarts containers and opens tickets. */
  hook: 'sandbox-hook-secret',
} as const;

export interface SandboxOptions {
  readonly host: string;
  /** `null`: the usual port or the next free one. */
  readonly port: number | null;
  readonly dataDir: string;
  readonly rateLimits: boolean;
  readonly page: boolean;
  /** Whether a person may move the clock; the bot must go by it then. */
  readonly isClockMovable?: boolean;
  readonly hookSecret?: string;
  /** What the systems' senders prove themselves with; without it they do not run. */
  readonly systems?: { readonly alertmanagerToken: string; readonly eventsToken: string } | null;
  readonly webhookUrl: string | null;
  readonly eventsUrl: string | null;
}

/**
 * Reads the options from environment variables; an empty one counts as absent.
 * @throws Error with one sentence per variable that is wrong
 */
export function readSandboxOptions(env: Readonly<Record<string, string | undefined>>): SandboxOptions {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = Environment.safeParse(given);
  if (!read.success) {
    throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  }
  return {
    host: read.data.SANDBOX_HOST,
    port: read.data.SANDBOX_PORT ?? null,
    dataDir: read.data.SANDBOX_DATA_DIR,
    rateLimits: read.data.SANDBOX_RATE_LIMITS === 'on',
    page: read.data.SANDBOX_PAGE === 'on',
    isClockMovable: read.data.SANDBOX_CLOCK === 'movable',
    hookSecret: read.data.PAGE_WEBHOOK_SECRET,
    systems:
      read.data.SANDBOX_SYSTEMS === 'on'
        ? { alertmanagerToken: read.data.ALERTMANAGER_TOKEN, eventsToken: read.data.EVENTS_TOKEN }
        : null,
    webhookUrl: read.data.WEBHOOK_URL ?? null,
    eventsUrl: read.data.SLACK_EVENTS_URL ?? null,
  };
}
