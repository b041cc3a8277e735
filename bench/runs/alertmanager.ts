import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SANDBOX_APP } from '../../sandbox/options.ts';
import { freePortFrom } from '../../src/local/port.ts';
import type { Request, Target } from '../load/main.ts';
import { median, quantile } from '../numbers.ts';
import type { Row } from '../result.ts';
import { alarmName, channelOf, serviceIn, serviceName } from '../services.ts';
import { onStage, type Stage, until, webhookOf } from '../stage.ts';
import { SECONDS, ALARMS as STORM, secondsUntilVisible, type Unleashed, unleash } from '../unleash.ts';
import { cardTimes } from './alarm-to-card.ts';

const PROGRAM = 'prometheus-alertmanager';
const FIRST_PORT = 4_600;
const PER_SECOND = 50;
const WARM_UP = 50;
const ALARMS = 300;
const CHANNELS = 5;
const SCENE = {
  what: `${STORM.toLocaleString('en-US')} alarms in ${SECONDS} s, 10 services in 5 channels`,
  services: 10,
  channels: CHANNELS,
};

/** A real Alertmanager that posts to the same Slack by the same method, side by side with Tocsin. */
export async function alertmanager(): Promise<Row[] | { readonly skipped: string }> {
  if (spawnSync(PROGRAM, ['--version']).status !== 0) {
    return { skipped: `${PROGRAM} is not installed (Debian, Ubuntu: apt-get install ${PROGRAM})` };
  }
  return [...(await oneByOne()), ...(await inAStorm())];
}

/** Each alarm a message of its own, without Slack's limits. */
async function oneByOne(): Promise<Row[]> {
  const options = { services: WARM_UP + ALARMS, channels: CHANNELS, rateLimits: false };
  const theirs = await onStage(options, (stage) => withAlertmanager(stage, (origin) => messageTimes(stage, origin)));
  const ours = await onStage(options, async (stage) => {
    const bot = await stage.startBot();
    await cardTimes(stage, bot, 0, WARM_UP);
    return cardTimes(stage, bot, WARM_UP, ALARMS);
  });
  return [
    ...sideBySide(`alarm to message at ${PER_SECOND}/s, median`, 'ms', median(theirs), median(ours)),
    ...sideBySide(`alarm to message at ${PER_SECOND}/s, p99`, 'ms', quantile(theirs, 0.99), quantile(ours, 0.99)),
  ];
}

/** Thousands of alarms under Slack's limits: how many can be seen in time, and how late the last is. */
async function inAStorm(): Promise<Row[]> {
  const theirs = await onStage({ ...SCENE, rateLimits: true }, (stage) =>
    withAlertmanager(stage, (origin) => unleash(stage, SCENE, targetOf(origin), alertOf)),
  );
  const ours = await onStage({ ...SCENE, rateLimits: true }, async (stage) => {
    const bot = await stage.startBot();
    return unleash(stage, SCENE, webhookOf(bot, 64), (service, alarm) =>
      stage.alarms.notification(alarmName(service, alarm)),
    );
  });
  const [theirWaits, ourWaits] = [secondsUntilVisible(SCENE, theirs), secondsUntilVisible(SCENE, ours)];
  return [
    ...sideBySide(`${SCENE.what}, last alarm visible`, 's', Math.max(...theirWaits), Math.max(...ourWaits)),
    ...sideBySide(`${SCENE.what}, alarm visible, median`, 's', median(theirWaits), median(ourWaits)),
    ...sideBySide(`${SCENE.what}, messages to Slack`, 'calls', theirs.calls.length, ours.calls.length),
    ...sideBySide(`${SCENE.what}, refused by Slack`, 'calls', refusedIn(theirs), refusedIn(ours)),
  ];
}

function sideBySide(what: string, unit: string, theirs: number, ours: number): Row[] {
  const rows = [
    { what: `${what}: Alertmanager`, value: theirs, unit },
    { what: `${what}: Tocsin`, value: ours, unit },
  ];
  const ratio = ours / theirs;
  return Number.isFinite(ratio) ? [...rows, { what: `${what}: ratio`, value: ratio, unit: '× Alertmanager' }] : rows;
}

function refusedIn({ calls }: Unleashed): number {
  return calls.filter(({ ok }) => !ok).length;
}

async function withAlertmanager<T>(stage: Stage, run: (origin: string) => Promise<T>): Promise<T> {
  const running = await startAlertmanager(stage);
  try {
    return await run(running.origin);
  } finally {
    await running.stop();
  }
}

async function messageTimes(stage: Stage, origin: string): Promise<number[]> {
  await timesOf(stage, origin, 0, WARM_UP);
  return timesOf(stage, origin, WARM_UP, ALARMS);
}

function targetOf(origin: string): Target {
  return { origin, path: '/api/v2/alerts', connections: 16 };
}

async function timesOf(stage: Stage, origin: string, first: number, count: number): Promise<number[]> {
  const services = Array.from({ length: count }, (_, i) => first + i);
  const requests = services.map((service) => alertOf(service, 0));
  const shots = await stage.load.call('fire', targetOf(origin), requests, 1_000 / PER_SECOND);

  const arrived = new Map<string | null, number>();
  await until(
    async () => {
      for (const { text, at } of await stage.slack.call('calls')) arrived.set(serviceIn(text), at);
      return services.every((service) => arrived.has(serviceName(service)));
    },
    10_000,
    200,
  );
  return services.map(
    (service, i) => (arrived.get(serviceName(service)) ?? Number.POSITIVE_INFINITY) - (shots.sentAt[i] ?? 0),
  );
}

function alertOf(service: number, alarm: number): Request {
  const labels = {
    alertname: alarmName(service, alarm),
    service: serviceName(service),
    severity: 'critical',
    channel: channelOf(service, { channels: CHANNELS }),
  };
  const annotations = { summary: 'The 95th percentile of the model latency is above the agreed limit.' };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify([{ labels, annotations }]) };
}

interface Alertmanager {
  readonly origin: string;
  stop(): Promise<void>;
}

/** With the smallest waits: the first alarm of a service is told at once, what follows every five seconds. */
async function startAlertmanager(stage: Stage): Promise<Alertmanager> {
  const dir = await mkdtemp(join(tmpdir(), 'tocsin-alertmanager-'));
  const port = await freePortFrom(FIRST_PORT);
  const file = join(dir, 'alertmanager.yml');
  await writeFile(file, stringify(configFor(stage.slackApiUrl)));
  const listen = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  const child = spawn(PROGRAM, [`--config.file=${file}`, `--storage.path=${dir}`, '--log.level=error', ...listen], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  const gone = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
    await rm(dir, { recursive: true, force: true });
  };
  const isReady = await until(async () => (await fetch(`${origin}/-/ready`).catch(() => null))?.status === 200, 15_000);
  if (isReady) return { origin, stop };
  await stop();
  throw new Error('Alertmanager did not become ready');
}

function configFor(slackApiUrl: string) {
  return {
    route: { receiver: 'slack', group_by: ['service'], group_wait: '0s', group_interval: '5s', repeat_interval: '1h' },
    receivers: [
      {
        name: 'slack',
        slack_configs: [
          {
            api_url: `${slackApiUrl}chat.postMessage`,
            http_config: { authorization: { credentials: SANDBOX_APP.botToken } },
            channel: '{{ .CommonLabels.channel }}',
            title: '{{ .CommonLabels.service }}: {{ .Alerts.Firing | len }} alarms: firing',
          },
        ],
      },
    ],
  };
}
