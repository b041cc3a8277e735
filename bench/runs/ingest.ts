import { startChild } from '../child.ts';
import type { FloorApi } from '../floor/main.ts';
import type { Request, Shots, Target } from '../load/main.ts';
import { median } from '../numbers.ts';
import type { Row } from '../result.ts';
import { alarmName } from '../services.ts';
import { onStage, type Stage, until, webhookOf } from '../stage.ts';

const ROUNDS = 7;
const MESSAGES = 2_000;
const SERVICES = 5;
const CONNECTIONS = 16;

/**
 * Messages per second that the webhook stores, against a server that does the least. The bot takes the alarms in meanwhile:
 * they join a few incidents, within Slack's limits. Both get the same messages in turn, and the median of the rounds' ratios counts.
 */
export async function ingest(): Promise<Row[]> {
  return onStage({ services: SERVICES, channels: SERVICES, rateLimits: true }, async (stage) => {
    const bot = await stage.startBot();
    const floor = startChild<FloorApi>(new URL('../floor/main.ts', import.meta.url));
    const port = await floor.call('start', stage.redis.socket, stage.alarms.certificatePem);
    const bare = { origin: `http://127.0.0.1:${port}`, path: '/', connections: CONNECTIONS };

    const rounds: { floor: number; ours: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const messages = messagesOf(stage, round);
      const inTurn = {
        floor: () => throughput(stage, bare, messages),
        ours: () => throughput(stage, webhookOf(bot, CONNECTIONS), messages),
      };
      const first = round % 2 === 0 ? await inTurn.floor() : null; // who goes first changes from round to round
      const ours = await inTurn.ours();
      rounds.push({ floor: first ?? (await inTurn.floor()), ours });
      await until(async () => ((await bot.metrics()).get('tocsin_inbox_backlog') ?? 0) === 0);
    }
    await floor.stop();

    const counted = rounds.slice(1); // the first warms both up
    return [
      { what: 'floor', value: median(counted.map((round) => round.floor)), unit: 'messages/s' },
      { what: 'Tocsin', value: median(counted.map((round) => round.ours)), unit: 'messages/s' },
      {
        what: `ratio, median of ${ROUNDS} rounds`,
        value: median(counted.map((round) => round.ours / round.floor)),
        unit: '× floor',
        atLeast: 0.5,
      },
    ];
  });
}

function messagesOf(stage: Stage, round: number): Request[] {
  return Array.from({ length: MESSAGES }, (_, i) =>
    stage.alarms.notification(alarmName(i % SERVICES, `${round}-${i}`)),
  );
}

async function throughput(stage: Stage, target: Target, messages: readonly Request[]): Promise<number> {
  const shots = await stage.load.call('saturate', target, messages);
  if (shots.statuses.some((status) => status !== 200))
    throw new Error(`not all messages were taken at ${target.origin}`);
  return (1_000 * messages.length) / lasted(shots);
}

function lasted({ sentAt, answeredAt }: Shots): number {
  return Math.max(...answeredAt) - Math.min(...sentAt);
}
