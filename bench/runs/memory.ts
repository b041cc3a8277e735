import { buttons } from '../../src/slack/protocol.ts';
import type { Bot } from '../bot.ts';
import type { Row } from '../result.ts';
import { alarmName } from '../services.ts';
import { onStage, type Stage, until, webhookOf } from '../stage.ts';

const INCIDENTS = 10_000;
const AT_ONCE = 500;
const MB = 1024 * 1024;

/** Incidents as in life: an alarm opens each, somebody acknowledges it, the alarm recovers and it resolves by itself. */
export async function memory(): Promise<Row[]> {
  return onStage({ services: AT_ONCE, channels: 10, rateLimits: false, watch: '1s' }, async (stage) => {
    const bot = await stage.startBot();
    await live(stage, bot, 0);
    const before = await usedByRedis(stage);
    for (let round = 1; round <= INCIDENTS / AT_ONCE; round++) await live(stage, bot, round);

    const metrics = await bot.metrics();
    const each = ((await usedByRedis(stage)) - before) / INCIDENTS;
    return [
      { what: 'incidents opened, acknowledged and resolved', value: INCIDENTS, unit: 'incidents' },
      {
        what: 'memory of the bot (RSS)',
        value: (metrics.get('tocsin_process_resident_memory_bytes') ?? Number.NaN) / MB,
        unit: 'MB',
        atMost: 200,
      },
      {
        what: 'heap of the bot',
        value: (metrics.get('tocsin_nodejs_heap_size_used_bytes') ?? Number.NaN) / MB,
        unit: 'MB',
      },
      { what: 'Redis per incident', value: each / 1024, unit: 'KB', atMost: 6 },
      ...(await shares(stage)),
    ];
  });
}

async function live(stage: Stage, bot: Bot, round: number): Promise<void> {
  const services = Array.from({ length: AT_ONCE }, (_, n) => n);
  const say = (state: 'ALARM' | 'OK') =>
    stage.load.call(
      'saturate',
      webhookOf(bot),
      services.map((n) => stage.alarms.notification(alarmName(n, round), state)),
    );
  const total = (round + 1) * AT_ONCE;
  const cards = () => stage.slack.call('cards');

  await say('ALARM');
  await reached(async () => (await cards()).length >= total, 'every incident has a card');
  const fresh = (await cards()).filter(({ text }) => text.includes('Triggered'));
  const press = fresh.map(({ channel, ts }) => ({ channel, ts, actionId: buttons.acknowledge.actionId }));
  const pressed = await stage.slack.call('press', press, 5);
  if (pressed.length < AT_ONCE || pressed.some(({ error }) => error !== null))
    throw new Error('not all were acknowledged');
  await say('OK');
  await reached(async () => (await bot.metrics()).get('tocsin_open_incidents') === 0, 'every incident is resolved');
  await reached(async () => (await stage.client.zcard('{tocsin}:due:machine')) === 0, 'every card is drawn');
}

async function reached(isSo: () => Promise<boolean>, what: string): Promise<void> {
  if (!(await until(isSo, 120_000, 250))) throw new Error(`within two minutes it did not come to: ${what}`);
}

async function usedByRedis({ client }: Stage): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
}

/** Where the bytes of one incident are, by kind of key: `MEMORY USAGE` of all keys of that kind, per incident. */
async function shares({ client }: Stage): Promise<Row[]> {
  const bytes = new Map<string, number>();
  for await (const keys of client.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
    const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key)));
    for (const [i, key] of keys.entries()) {
      const kind = key.split(':')[1] ?? key;
      bytes.set(kind, (bytes.get(kind) ?? 0) + Number(sizes[i] ?? 0));
    }
  }
  return [...bytes]
    .map(([kind, size]) => ({ what: `of it ${kind}`, value: size / (INCIDENTS + AT_ONCE) / 1024, unit: 'KB' }))
    .filter(({ value }) => value >= 0.05)
    .sort((a, b) => b.value - a.value);
}
