import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalWorld } from '../../sandbox/local.ts';
import { freePortFrom } from '../../src/local/port.ts';

const ROOT = join(import.meta.dirname, '../..');
const READY_WITHIN_MS = 20_000;

export interface Product {
  /** The sandbox's page. */
  readonly url: string;
  readonly webhookUrl: string;
  /** Breaks one of the five systems, or heals it; throws with the sandbox's words when that is not possible. */
  fault(system: string, fault: string, on: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** The product as a newcomer has it: Redis, sandbox with its page, and the bot as processes of their own. */
export async function startProduct({ systems = false }: { readonly systems?: boolean } = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tocsin-'));
  const port = await freePortFrom(20_000 + Math.floor(Math.random() * 20_000));
  const webhookUrl = `http://127.0.0.1:${port}/webhooks/sns`;
  const world = await startLocalWorld({ webhookUrl, dataDir, port: 0, systems });
  const env = { ...process.env, ...world.env, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'error' };
  const bot = spawn(process.execPath, [join(ROOT, 'src/main.ts')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await becomesReady(`http://127.0.0.1:${port}/readyz`);

  return {
    url: world.url.replace(/\/$/, ''),
    webhookUrl,
    fault: (system, fault, on) => setFault(world.url, system, fault, on),
    async stop() {
      await end(bot);
      await world.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function setFault(url: string, system: string, fault: string, on: boolean): Promise<void> {
  const answer = await fetch(`${url}systems/${system}/faults/${fault}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ on }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function becomesReady(url: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const body = await fetch(url).then(
      (answer) => answer.text(),
      () => '',
    );
    if (body.includes('"detail":"connected"')) return;
    if (Date.now() > until) throw new Error(`The bot did not become ready: ${body}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
