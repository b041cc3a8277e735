import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { Redis } from 'ioredis';
import { parseDocument } from 'yaml';
import { createAws } from '../../sandbox/aws/aws.ts';
import { demoWorkspace } from '../../sandbox/demo-workspace.ts';
import { SANDBOX_APP } from '../../sandbox/options.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import { type RedisServer, startRedisServer } from '../../src/local/redis-server.ts';
import { createKeys } from '../../src/store/keys.ts';
import { eventually } from './eventually.ts';
import type { Clock } from './scenario-clock.ts';

/** What a scenario's world is like. */
export interface ScenarioOptions {
  /** Service files by name, instead of the repository's own. */
  readonly services?: Readonly<Record<string, string>>;
  /** Slack's own rate limits, and a bot that keeps below them. Default: neither. */
  readonly rateLimits?: boolean;
  /** Signed requests instead of Socket Mode. */
  readonly http?: boolean;
  /** Redis writes an append-only file, so that it can be killed and started again. */
  readonly appendonly?: boolean;
  /** Permissions of the app; all of the manifest's unless told. */
  readonly scopes?: readonly string[];
  /** Errors that may be logged; every other fails the test. */
  readonly errors?: readonly RegExp[];
  readonly env?: Readonly<Record<string, string>>;
}

const SERVICES = join(import.meta.dirname, '..', '..', 'services');
/** How long one of SNS's seconds lasts. */
const SNS_SECOND_MS = 50;

/** Nothing in the inbox, no lane with work, nothing without a card; and that twice in a row. */
export async function settled({ redis, keys }: Pick<Data, 'redis' | 'keys'>, patienceMs: number): Promise<void> {
  let quiet = 0;
  let left: unknown;
  await eventually(
    () => `the end of all work; left: ${JSON.stringify(left)}`,
    async () => {
      const channels = await redis.smembers(keys.channels);
      const counts = await Promise.all([
        redis.xlen(keys.inbox),
        redis.zcard(keys.duePeople),
        redis.zcard(keys.dueMachine),
        redis.zcard(keys.duePages),
        redis.zcard(keys.dueLetters),
        redis.zcard(keys.dueNews),
        ...channels.map((channel) => redis.zcard(keys.unposted(channel))),
      ]);
      left = counts;
      quiet = counts.every((count) => count === 0) ? quiet + 1 : 0;
      return quiet >= 2;
    },
    patienceMs,
  );
}

export interface Data {
  readonly server: RedisServer;
  readonly redis: Redis;
  readonly keys: ReturnType<typeof createKeys>;
  readonly revive: () => Promise<void>;
}

/** A Redis that can be killed and started again at the same address, and a connection that outlives that. */
export async function startData(
  dir: string,
  { appendonly = false }: ScenarioOptions,
  atEnd: (end: () => Promise<unknown>) => void,
): Promise<Data> {
  const start = () => startRedisServer(appendonly ? { dir: join(dir, 'redis'), appendonly } : {});
  let server = await start();
  atEnd(() => server.stop());
  const redis = new Redis({ path: server.socket, retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined); // a killed server is part of the story
  atEnd(async () => redis.disconnect());
  return {
    get server() {
      return server;
    },
    redis,
    keys: createKeys(),
    async revive() {
      server = await start();
    },
  };
}

interface WorldOptions {
  readonly dir: string;
  readonly options: ScenarioOptions;
  readonly clock: Clock;
  readonly botUrl: string;
  readonly atEnd: (end: () => Promise<unknown>) => void;
}

/** A Slack and an AWS on a port of their own. */
export async function startWorld({ dir, options, clock, botUrl, atEnd }: WorldOptions) {
  const now = clock.now;
  const aws = await createAws({
    certDir: join(dir, 'sns-certs'),
    now,
    delivery: { millisecondsPerSecond: SNS_SECOND_MS },
  });
  const server = fastify({ forceCloseConnections: true });
  let url = '';
  const slack: Slack = createSlack({
    ...(await demoWorkspace()),
    ...SANDBOX_APP,
    now,
    publicUrl: () => `${url}/slack`,
    rateLimits: options.rateLimits ?? false,
    ...(options.http ? { eventsUrl: `${botUrl}/slack/events` } : {}),
    ...(options.scopes ? { scopes: options.scopes } : {}),
  });
  await server.register(slack.routes, { prefix: '/slack' });
  await server.register(aws.routes, { prefix: '/aws' });
  slack.attachSocketMode(server.server);
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  atEnd(async () => {
    slack.close();
    await server.close();
    await aws.close();
  });
  return { url, slack, aws };
}

/** The service files of a scenario, in a folder that it may write to: its own, or the packs. */
export async function writeServices(dir: string, services: ScenarioOptions['services']): Promise<string> {
  const folder = join(dir, 'services');
  await mkdir(folder);
  if (services === undefined) await copyPacks(folder);
  for (const [name, yaml] of Object.entries(services ?? {})) await writeFile(join(folder, `${name}.yml`), yaml);
  return folder;
}

/**
 * Without their signals: nobody speaks for their systems here, and a scenario that moves its clock is not about their silence. And without their
 * escalation: scenarios about pages bring their own.
 */
async function copyPacks(folder: string): Promise<void> {
  const files = (await readdir(SERVICES)).filter((file) => file.endsWith('.yml'));
  for (const file of files) {
    const pack = parseDocument(await readFile(join(SERVICES, file), 'utf8'));
    pack.delete('signals');
    pack.delete('escalation');
    await writeFile(join(folder, file), String(pack));
  }
}

/** The variables of the one way in which Slack reaches the app. */
export function appSettings(isHttp: boolean): Record<string, string> {
  const { botToken, appToken, signingSecret } = SANDBOX_APP;
  return {
    SLACK_BOT_TOKEN: botToken,
    ...(isHttp ? { SLACK_SIGNING_SECRET: signingSecret } : { SLACK_APP_TOKEN: appToken }),
  };
}

/** What the AWS SDK reads from the environment. */
export function awsSettings(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
  };
}
