import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SANDBOX_APP } from '../sandbox/options.ts';
import { type RedisServer, startRedisServer } from '../src/local/redis-server.ts';
import { type AlarmSource, createAlarmSource, TOPIC_ARN } from './alarms.ts';
import { type Bot, startBot } from './bot.ts';
import { type Child, startChild } from './child.ts';
import type { LoadApi } from './load/main.ts';
import { channelsOf, type Landscape, writeServices } from './services.ts';
import type { SlackApi } from './slack/main.ts';

/** Everything around the bot, each in a process of its own: Redis, Slack, and whoever sends alarms. */
export interface Stage {
  readonly redis: RedisServer;
  readonly client: Redis;
  readonly slack: Child<SlackApi>;
  readonly slackApiUrl: string;
  readonly load: Child<LoadApi>;
  readonly alarms: AlarmSource;
  /** Starts a bot on this stage; it is stopped with the stage. */
  startBot(env?: Readonly<Record<string, string>>): Promise<Bot>;
  close(): Promise<void>;
}

export interface StageOptions extends Landscape {
  /** Whether Slack enforces its limits and the bot keeps below them. */
  readonly rateLimits: boolean;
}

/** An append-only file is written, as in production. */
export async function setStage({ rateLimits, ...landscape }: StageOptions): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'tocsin-bench-'));
  await writeServices(join(dir, 'services'), landscape);
  const alarms = await createAlarmSource(join(dir, 'certs'));
  const redis = await startRedisServer({ dir: join(dir, 'redis'), appendonly: true });
  const client = new Redis({ path: redis.socket });
  const slack = startChild<SlackApi>(new URL('./slack/main.ts', import.meta.url));
  const load = startChild<LoadApi>(new URL('./load/main.ts', import.meta.url));
  const slackApiUrl = await slack.call('start', { rateLimits, channels: channelsOf(landscape) });
  const bots: Bot[] = [];

  return {
    redis,
    client,
    slack,
    slackApiUrl,
    load,
    alarms,
    async startBot(env = {}) {
      const bot = await startBot({
        SLACK_BOT_TOKEN: SANDBOX_APP.botToken,
        SLACK_APP_TOKEN: SANDBOX_APP.appToken,
        SLACK_API_URL: slackApiUrl,
        SLACK_PACE: rateLimits ? 'on' : 'off',
        REDIS_URL: redis.url,
        SERVICES_DIR: join(dir, 'services'),
        SNS_TOPIC_ARNS: TOPIC_ARN,
        SNS_CERT_DIR: join(dir, 'certs'),
        ...env,
      });
      bots.push(bot);
      await until(() => slack.call('connected'));
      return bot;
    },
    async close() {
      await Promise.all(bots.map((bot) => bot.stop()));
      await Promise.all([slack.stop(), load.stop()]);
      client.disconnect();
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Runs on a stage and clears it away, whatever happens. */
export async function onStage<T>(options: StageOptions, run: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await setStage(options);
  try {
    return await run(stage);
  } finally {
    await stage.close();
  }
}

/** Looks until it is so. Answers whether it became so in time. */
export async function until(isSo: () => Promise<boolean>, withinMs = 60_000, everyMs = 20): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) return false;
    await sleep(everyMs);
  }
  return true;
}

/** Where alarms are posted to. */
export function webhookOf({ origin }: Pick<Bot, 'origin'>, connections = 16) {
  return { origin, path: '/webhooks/sns', connections };
}
