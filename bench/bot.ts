import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePortFrom } from '../src/local/port.ts';
import { clock } from './clock.ts';

const START = fileURLToPath(new URL('../script/start', import.meta.url));
const READY_WITHIN_MS = 60_000;
const FIRST_PORT = 4_500;

/** The real bot, as production runs it: `script/start` with its settings in the environment. */
export interface Bot {
  readonly origin: string;
  readonly pid: number;
  /** Ms from the start of the process to the first 200 of each route. */
  readonly healthyAfter: number;
  readonly readyAfter: number;
  /** Numbers of `/metrics` by name, without those that have labels. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

/** Starts the bot and waits until it is ready. @throws Error when it ends, or is not ready within a minute */
export async function startBot(env: Readonly<Record<string, string>>): Promise<Bot> {
  const port = await freePortFrom(FIRST_PORT);
  const origin = `http://127.0.0.1:${port}`;
  const startedAt = clock();
  const flags = process.env.BENCH_NODE_OPTIONS?.split(' ').filter(Boolean) ?? [];
  const child = spawn(START, flags, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      ...env,
      PORT: `${port}`,
    },
  });
  const gone = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await gone;
  };
  process.once('exit', () => child.kill('SIGKILL'));

  const answers = async (path: string) => {
    while (clock() - startedAt < READY_WITHIN_MS && child.exitCode === null) {
      const response = await fetch(origin + path).catch(() => null);
      await response?.body?.cancel();
      if (response?.status === 200) return clock() - startedAt;
      await sleep(2);
    }
    await stop();
    throw new Error(`the bot did not answer 200 at ${path}`);
  };
  const healthyAfter = await answers('/healthz');
  const readyAfter = await answers('/readyz');

  return { origin, pid: child.pid ?? 0, healthyAfter, readyAfter, stop, metrics: () => metricsOf(origin) };
}

async function metricsOf(origin: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const lines = text.matchAll(/^(?<name>\w+) (?<value>[-+.\deE]+)$/gm);
  return new Map([...lines].map(({ groups }) => [groups?.name ?? '', Number(groups?.value)]));
}

/** The share of a core that a bot uses in the next so many seconds. */
export async function cpuShare(bot: Pick<Bot, 'metrics'>, seconds: number): Promise<number> {
  const read = async () => (await bot.metrics()).get('tocsin_process_cpu_seconds_total') ?? Number.NaN;
  const before = await read();
  await sleep(1_000 * seconds);
  return ((await read()) - before) / seconds;
}
