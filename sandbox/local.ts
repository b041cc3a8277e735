import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SetupError } from '../src/app/errors.ts';
import { startRedisServer } from '../src/local/redis-server.ts';
import { knowVersions } from './demo-ledger.ts';
import { knowNumbers } from './demo-numbers.ts';
import { DEMO_ROLES } from './demo-roles.ts';
import { systemsVariables } from './demo-variables.ts';
import { SANDBOX_APP } from './options.ts';

export interface LocalWorldOptions {
  /** Where the bot will listen for notifications, as `http://127.0.0.1:3000/webhooks/sns`. */
  readonly webhookUrl: string;
  /** A Redis that is there already. Absent: a private one, with its data under `dataDir`. */
  readonly redisUrl?: string;
  /** Default `.data`. */
  readonly dataDir?: string;
  /** The sandbox's port. Absent: 4300 or the next free one. `0`: any. */
  readonly port?: number;
  /** `false`: Slack's rate limits are not enforced, and the bot is told not to keep below them. */
  readonly rateLimits?: boolean;
  /** `false`: the page is neither built nor served. */
  readonly page?: boolean;
  /** `true`: the five systems run. Absent: as `SANDBOX_SYSTEMS` says, and they do not without it. */
  readonly systems?: boolean;
  /** `true`: a person may move the clock on the page, and the bot goes by `now` of the world. */
  readonly movableClock?: boolean;
  /** Called when the sandbox ends though nobody stopped it. */
  readonly onLost?: () => void;
}

/** All that the bot needs and a newcomer has not: a Redis, a Slack and an AWS on this machine. */
export interface LocalWorld {
  /** Environment variables of the bot. */
  readonly env: Readonly<Record<string, string>>;
  /** The page to open in a browser. */
  readonly url: string;
  /** The sandbox's time, epoch ms: the machine's unless the clock is movable. Never goes back. */
  now(): number;
  readonly pids: { readonly sandbox: number; readonly redis: number | null };
  /** Ends what was started here; the Redis data stay. Safe to call twice. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const READY_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = 3000;

const Ready = z.discriminatedUnion('ready', [
  z.object({
    ready: z.literal(true),
    url: z.string(),
    slackApiUrl: z.string(),
    awsEndpointUrl: z.string(),
    awsRegion: z.string(),
    topicArns: z.array(z.string()),
    pagingTopics: z.object({ mail: z.string(), calls: z.string(), operators: z.string() }),
    aheadMs: z.number(),
    certDir: z.string(),
  }),
  z.object({ ready: z.literal(false), error: z.string() }),
]);

type Addresses = Extract<z.infer<typeof Ready>, { ready: true }>;

/**
 * Starts what local mode needs. Everything that it starts ends with this process, even when that is killed.
 * @throws SetupError when there is no redis-server, or the sandbox cannot start (its port is taken, say)
 */
export async function startLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const dataDir = resolve(options.dataDir ?? '.data');
  const tokens = newTokens();
  const redis =
    options.redisUrl === undefined ? await startRedisServer({ dir: join(dataDir, 'redis'), appendonly: true }) : null;
  try {
    if (redis !== null && areSystemsOn(options)) {
      await knowNumbers(redis.url);
      await knowVersions(redis.url);
    }
    const child = spawnSandbox(options, dataDir, tokens);
    const addresses = await becomesReady(child);
    const ahead = followClock(child, addresses.aheadMs);
    let stopped = false;
    child.once('exit', () => {
      if (!stopped) options.onLost?.();
    });
    return {
      env: {
        ...environment(addresses, options.redisUrl ?? redis?.url ?? ''),
        ...tokens,
        ...(areSystemsOn(options) ? systemsVariables(addresses.url) : {}),
        ...(options.rateLimits === false ? { SLACK_PACE: 'off' } : {}),
      },
      url: addresses.url,
      now: () => Date.now() + ahead(),
      pids: { sandbox: child.pid ?? 0, redis: redis?.pid ?? null },
      stop: async () => {
        stopped = true;
        await end(child);
        await redis?.stop();
      },
    };
  } catch (error) {
    await redis?.stop();
    throw error;
  }
}

/** The child hears of this process's end through the channel between the two, which no kind of death leaves open. */
function spawnSandbox(options: LocalWorldOptions, dataDir: string, tokens: Tokens): ChildProcess {
  const { webhookUrl, port, rateLimits, page, movableClock } = options;
  return spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      // biome-ignore lint/style/noProcessEnv: a child gets its parent's environment
      ...process.env,
      // Under `node --watch` a child would report its modules through the channel, before it says that it is ready.
      WATCH_REPORT_DEPENDENCIES: undefined,
      WEBHOOK_URL: webhookUrl,
      SANDBOX_DATA_DIR: join(dataDir, 'sandbox'),
      ...tokens,
      ...(port === undefined ? {} : { SANDBOX_PORT: String(port) }),
      ...(rateLimits === undefined ? {} : { SANDBOX_RATE_LIMITS: rateLimits ? 'on' : 'off' }),
      ...(page === undefined ? {} : { SANDBOX_PAGE: page ? 'on' : 'off' }),
      ...(movableClock === true ? { SANDBOX_CLOCK: 'movable' } : {}),
      SANDBOX_SYSTEMS: areSystemsOn(options) ? 'on' : 'off',
    },
  });
}

const Moved = z.object({ aheadMs: z.number() });

/** How far the sandbox's clock is ahead, in ms. The sandbox moves its own only after it has heard that this one is taken. */
function followClock(child: ChildProcess, atStart: number): () => number {
  let ahead = atStart;
  child.on('message', (message: unknown) => {
    const moved = Moved.safeParse(message);
    if (!moved.success) return;
    ahead = Math.max(ahead, moved.data.aheadMs);
    child.send({ takenMs: moved.data.aheadMs });
  });
  return () => ahead;
}

async function becomesReady(child: ChildProcess): Promise<Addresses> {
  const said = once(child, 'message', { signal: AbortSignal.timeout(READY_WITHIN_MS) }).then(([message]) => message);
  const died = once(child, 'exit').then(([code]) => ({ ready: false, error: `It ended with code ${code}.` }));
  const message: unknown = await Promise.race([said, died]).catch((error: unknown) => {
    child.kill('SIGKILL');
    return { ready: false, error: error instanceof Error ? error.message : String(error) };
  });
  const ready = Ready.parse(message);
  if (ready.ready) return ready;
  await end(child);
  throw new SetupError(`The sandbox could not start. ${ready.error}`);
}

function environment(addresses: Addresses, redisUrl: string): Readonly<Record<string, string>> {
  return {
    SLACK_BOT_TOKEN: SANDBOX_APP.botToken,
    SLACK_APP_TOKEN: SANDBOX_APP.appToken,
    SLACK_API_URL: addresses.slackApiUrl,
    AWS_ENDPOINT_URL: addresses.awsEndpointUrl,
    AWS_REGION: addresses.awsRegion,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    // A profile of the person at this machine would win over the keys above.
    AWS_PROFILE: '',
    AWS_SESSION_TOKEN: '',
    SNS_TOPIC_ARNS: addresses.topicArns.join(','),
    SNS_CERT_DIR: addresses.certDir,
    MAIL_TOPIC_ARN: addresses.pagingTopics.mail,
    CALL_TOPIC_ARN: addresses.pagingTopics.calls,
    OPERATORS_TOPIC_ARN: addresses.pagingTopics.operators,
    PAGERDUTY_EVENTS_URL: `${addresses.url}pagerduty/v2/enqueue`,
    REDIS_URL: redisUrl,
    ...DEMO_ROLES,
  };
}

type Tokens = Readonly<
  Record<'ALERTMANAGER_TOKEN' | 'EVENTS_TOKEN' | 'GRAFANA_SECRET' | 'PAGE_WEBHOOK_SECRET', string>
>;

/** What the senders on this machine prove themselves with, and the bot to others; new ones each time. */
function newTokens(): Tokens {
  const token = (): string => randomBytes(24).toString('hex');
  return { ALERTMANAGER_TOKEN: token(), EVENTS_TOKEN: token(), GRAFANA_SECRET: token(), PAGE_WEBHOOK_SECRET: token() };
}

function areSystemsOn({ systems }: LocalWorldOptions): boolean {
  // biome-ignore lint/style/noProcessEnv: the child is told the same
  return systems ?? process.env.SANDBOX_SYSTEMS === 'on';
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GONE_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
