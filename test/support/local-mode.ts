import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Act, ActResult, SandboxState } from '../../sandbox/api.ts';
import { freePortFrom } from '../../src/local/port.ts';
import { eventually } from './eventually.ts';

const ROOT = join(import.meta.dirname, '../..');
const READY_WITHIN_MS = 90_000;
/** Settings of the machine that would make it another mode. */
const OF_SLACK = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_API_URL',
  'REDIS_URL',
  'NODE_ENV',
];

/** `npm run demo` without its page. */
export interface LocalMode {
  /** Of the sandbox, with a slash at the end. */
  readonly url: string;
  /** What a person sees on the page, and does there. */
  state(as: string): Promise<SandboxState>;
  act(as: string, act: Act): Promise<ActResult>;
  /** All that it has written so far, as it was written. */
  output(): string;
  /** Stops the bot and all that it started; the data stay. */
  stop(): Promise<void>;
  /** Starts it again with the same data; answers the new one. */
  restart(): Promise<LocalMode>;
  /** Stops it and throws its data away. */
  end(): Promise<void>;
}

/** Starts the bot in local mode in a folder of its own, with these service files, and these variables besides. */
export async function startLocalMode(
  services: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<LocalMode> {
  const dir = await mkdtemp(join(tmpdir(), 'local-mode-'));
  await mkdir(join(dir, 'services'));
  for (const [name, yaml] of Object.entries(services)) await writeFile(join(dir, 'services', `${name}.yml`), yaml);
  return await startIn(dir, env);
}

async function startIn(dir: string, env: Readonly<Record<string, string>>): Promise<LocalMode> {
  const port = await freePortFrom(20_000 + Math.floor(Math.random() * 20_000));
  const bot = spawn(process.execPath, [join(ROOT, 'src/main.ts')], {
    cwd: dir,
    env: {
      ...process.env,
      ...Object.fromEntries(OF_SLACK.map((name) => [name, ''])),
      ...{ PORT: String(port), LOG_LEVEL: 'error' },
      ...{ SANDBOX_PORT: '0', SANDBOX_PAGE: 'off', SANDBOX_SYSTEMS: 'off' },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const written: string[] = [];
  bot.stdout?.on('data', (part: Buffer) => written.push(part.toString()));
  const output = () => written.join('');
  const url = await addressOf(bot, output);
  const at = (path: string, as: string) => new URL(`${path}?as=${as}`, url);
  const state = async (as: string) => (await (await fetch(at('api/state', as))).json()) as SandboxState;
  await eventually('the bot is connected', async () => (await state('')).app.connected, READY_WITHIN_MS);
  const stop = () => end(bot);

  return {
    ...{ url, state, stop, output },
    act: async (as, act) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(at('api/act', as), { method: 'POST', headers, body: JSON.stringify(act) });
      return (await answer.json()) as ActResult;
    },
    restart: async () => {
      await stop();
      return await startIn(dir, env);
    },
    end: async () => {
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The address that the bot says to open. */
async function addressOf(bot: ChildProcess, output: () => string): Promise<string> {
  const found = () => {
    if (bot.exitCode !== null) return `ended with code ${bot.exitCode}`;
    return /Open (?<url>http:\S+)/.exec(output())?.groups?.url;
  };
  const address = await eventually('the address of the sandbox', found, READY_WITHIN_MS);
  if (!address.startsWith('http')) throw new Error(`The bot ${address}: ${output()}`);
  return `${address}/`;
}

async function end(bot: ChildProcess): Promise<void> {
  if (bot.exitCode !== null || bot.signalCode !== null) return;
  const gone = once(bot, 'exit');
  bot.kill('SIGTERM');
  await gone;
}
