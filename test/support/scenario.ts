import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { eventually } from './eventually.ts';
import { type Alarms, alarmsOf } from './scenario-alarms.ts';
import { type Bot, type BotProcess, freePort, type LogLine, startBot, startBotProcess } from './scenario-bot.ts';
import { type Clock, createClock } from './scenario-clock.ts';
import { type Person, type SlackView, viewOf } from './scenario-slack.ts';
import {
  appSettings,
  awsSettings,
  type ScenarioOptions,
  settled,
  startData,
  startWorld,
  writeServices,
} from './scenario-world.ts';

/** A world with a Slack, an AWS and a Redis, and as many bots in it as one starts. */
export interface Scenario {
  readonly slack: SlackView;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly ana: Person;
  readonly ben: Person;
  readonly chloe: Person;
  readonly redis: Redis;
  readonly log: readonly LogLine[];
  /** Topics that the bots listen to, and the folder of the certificates that they trust. */
  readonly topicArns: readonly string[];
  readonly certDir: string;
  /** Where the service files are. */
  readonly servicesDir: string;
  /** The address of the webhooks of the bots that are started next. */
  readonly botUrl: string;
  /** Starts the bot in this process, and lets SNS deliver to it. Resolves when Slack reaches it. */
  bot(): Promise<Bot>;
  /** The same as a process of its own, on the machine's clock. */
  botProcess(env?: Readonly<Record<string, string>>): Promise<BotProcess>;
  /** Another process beside the first. SNS delivers everything to both. */
  secondBotProcess(env?: Readonly<Record<string, string>>): Promise<BotProcess>;
  incident(id: string): Promise<Incident>;
  incidents(): Promise<Incident[]>;
  events(id: string): Promise<IncidentEvent[]>;
  /** Resolves when nothing is left to take in or to tell. */
  settles(patienceMs?: number): Promise<void>;
  killRedis(): Promise<void>;
  reviveRedis(): Promise<void>;
}

// A whole product on a busy machine: how long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 60_000 });

/**
 * Vitest's `it` with a world of its own for every test that asks for one with `start`, taken down after it; then no error may
 * be in the log of a bot but those that the test has declared.
 */
export const it = test.extend<{ start: (options?: ScenarioOptions) => Promise<Scenario> }>({
  // Vitest reads from the first argument which other fixtures this one needs.
  start: async ({ task: _ }, use) => {
    const ends: (() => Promise<unknown>)[] = [];
    const log: LogLine[] = [];
    let declared: readonly RegExp[] = [];
    await use(async (options = {}) => {
      declared = options.errors ?? [];
      return await createScenario(options, log, (end) => ends.push(end));
    });

    for (const end of ends.reverse()) await end();
    expect(log.filter(({ level, msg }) => level >= 50 && !declared.some((one) => one.test(msg)))).toEqual([]);
  },
});

async function createScenario(
  options: ScenarioOptions,
  log: LogLine[],
  atEnd: (end: () => Promise<unknown>) => void,
): Promise<Scenario> {
  const dir = await mkdtemp(join(tmpdir(), 'tocsin-scenario-'));
  atEnd(() => rm(dir, { recursive: true, force: true }));
  const servicesDir = await writeServices(dir, options.services);
  const clock = createClock();
  const data = await startData(dir, options, atEnd);
  const port = await freePort();
  const secondPort = await freePort();
  const botUrl = `http://127.0.0.1:${port}`;
  const world = await startWorld({ dir, options, clock, botUrl, atEnd });
  const { slack, aws } = world;
  const view = viewOf(slack);
  const alarms = alarmsOf(aws, clock.now);

  const settings = (more: Readonly<Record<string, string>>) => ({
    ...appSettings(options.http === true),
    SLACK_API_URL: `${world.url}/slack/api/`,
    SLACK_PACE: options.rateLimits ? 'on' : 'off',
    REDIS_URL: data.server.url,
    SERVICES_DIR: servicesDir,
    HOST: '127.0.0.1',
    PORT: String(port),
    SNS_TOPIC_ARNS: aws.topicArns.join(','),
    SNS_CERT_DIR: join(dir, 'sns-certs'),
    ...awsSettings(`${world.url}/aws/`, aws.region),
    LOG_LEVEL: 'info',
    ...options.env,
    ...more,
  });
  Object.assign(process.env, awsSettings(`${world.url}/aws/`, aws.region)); // the AWS SDK reads them there by itself

  const subscribed = new Set<string>();
  const subscribeOnce = (url: string) => {
    if (subscribed.has(url)) return;
    subscribed.add(url);
    alarms.deliverTo(`${url}/webhooks/sns`);
  };
  const store = createIncidentStore(data.redis, data.keys, clock.now);

  return {
    slack: view,
    alarms,
    clock,
    ana: view.person('ana'),
    ben: view.person('ben'),
    chloe: view.person('chloe'),
    redis: data.redis,
    log,
    topicArns: aws.topicArns,
    certDir: join(dir, 'sns-certs'),
    servicesDir,
    botUrl,
    async bot() {
      const bot = await startBot(settings({}), clock.now, (line) => log.push(line));
      atEnd(() => bot.stop());
      subscribeOnce(bot.url);
      return bot;
    },
    async botProcess(env = {}) {
      const bot = await startBotProcess(settings(env), (line) => log.push(line));
      atEnd(() => bot.kill());
      subscribeOnce(botUrl);
      return bot;
    },
    async secondBotProcess(env = {}) {
      const bot = await startBotProcess(settings({ PORT: String(secondPort), ...env }), (line) => log.push(line));
      atEnd(() => bot.kill());
      subscribeOnce(bot.url);
      return bot;
    },
    async incident(id) {
      return await eventually(id, () => store.load(id));
    },
    async incidents() {
      const count = Number((await data.redis.get(data.keys.sequence)) ?? 0);
      return await store.loadMany(Array.from({ length: count }, (_, i) => `INC-${i + 1}`));
    },
    events: (id) => store.events(id),
    settles: (patienceMs = 20_000) => settled(data, patienceMs),
    killRedis: () => data.server.kill(),
    reviveRedis: data.revive,
  };
}
