import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { createAwsClients } from '../../src/aws/clients.ts';
import { compose } from '../../src/compose.ts';
import { readEnv } from '../../src/config/env.ts';
import { readServices } from '../../src/config/services.ts';
import { eventually } from './eventually.ts';

/** One line of a bot's log. Level 50 is an error. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

export interface Bot {
  /** Where its webhooks are, without a slash at the end. */
  readonly url: string;
  /** In order, as a person on duty would. */
  stop(): Promise<void>;
}

export interface BotProcess extends Bot {
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with its exit code (`null` when it was killed). */
  readonly exited: Promise<number | null>;
  /** Everything that it has written, as it was written. */
  output(): string;
}

const ROOT = join(import.meta.dirname, '..', '..');

/** The whole bot in this process, on a clock that can be moved. */
export async function startBot(env: Settings, now: () => number, onLine: (line: LogLine) => void): Promise<Bot> {
  const settings = readEnv(env);
  const services = readServices(settings.SERVICES_DIR, env);
  // The lines are ours: pino writes what LogLine says.
  const write = (line: string) => onLine(JSON.parse(line) as LogLine);
  const log = pino({ level: 'info', base: null }, { write });
  // Scenarios that run side by side share the process's variables, and must not share an AWS.
  const endpoint = env.AWS_ENDPOINT_URL ? { endpoint: env.AWS_ENDPOINT_URL } : {};
  const aws = createAwsClients(endpoint);
  const acting = createAwsClients({ ...endpoint, once: true });
  const tocsin = await compose({ env: settings, services: () => services, variables: env, log, now, aws, acting });
  const url = await tocsin.start();
  let stopping: Promise<void> | undefined;
  return {
    url,
    stop: () => {
      stopping ??= tocsin.stop();
      return stopping;
    },
  };
}

export type Settings = Readonly<Record<string, string>>;

/** `node src/main.ts`, as in production. Resolves as soon as it takes alarms. */
export async function startBotProcess(env: Settings, onLine: (line: LogLine) => void): Promise<BotProcess> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null); // what Node hands over
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      written.push(line);
      const read = readLine(line);
      if (read) onLine(read);
    });
  }
  const url = `http://127.0.0.1:${env.PORT}`;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  const isUp = eventually(
    () => `a bot that takes alarms; it wrote: ${written.join('\n')}`,
    async () => child.exitCode !== null || (await fetch(`${url}/healthz`)).ok,
    60_000,
  );
  await isUp.catch(async (error: unknown) => {
    await end('SIGKILL');
    throw error;
  });
  if (child.exitCode !== null) throw new Error(`The bot ended at once: ${written.join('\n')}`);

  return {
    url,
    exited,
    output: () => written.join('\n'),
    signal: (signal) => void child.kill(signal),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** What is no line of the log is a crash of the process: as bad as an error. */
function readLine(line: string): LogLine | null {
  if (line.trim() === '') return null;
  try {
    return JSON.parse(line) as LogLine; // written by pino
  } catch {
    return { level: 60, msg: line };
  }
}

/** Below the ports that a system gives away by itself, which another server of the same world would be given before the bot listens. */
const PORTS = { from: 20_000, count: 12_000 } as const;

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
