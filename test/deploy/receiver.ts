import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { signedHeaders } from '../../src/http/signed-headers.ts';

export const SECRET = 'a secret of twenty-odd letters';

/** A shipped receiver that runs as it does at its owner's: a process with nothing but its settings. */
export interface Receiver {
  /** Sends what Tocsin would send, or a request that somebody has meddled with on its way. */
  ask(body: object, how?: Sending): Promise<Answer>;
  readonly url: string;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface Sending {
  readonly key?: string;
  /** Epoch ms; now. */
  readonly at?: number;
  readonly secret?: string;
  /** What arrives in place of what was signed. */
  readonly arrives?: string;
  /** `null` takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Throws with what it has said when it ends instead of listening. */
export async function startReceiver(name: string, settings: Readonly<Record<string, string>>): Promise<Receiver> {
  const file = join(import.meta.dirname, '../../deploy/hooks', `${name}.mjs`);
  const env = { PATH: process.env.PATH, HOOK_SECRET: SECRET, HOOK_PORT: '0', ...settings };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await addressOf(child);
  return {
    url,
    ask: (body, how) => ask(url, body, how),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('It has no output.');
  const said: string[] = [];
  return await new Promise((resolve, reject) => {
    const lines = createInterface(stdout);
    lines.on('line', (line) => {
      said.push(line);
      const found = /^Listening at (\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    lines.on('close', () => reject(new Error(said.join('\n'))));
  });
}

async function ask(url: string, asked: object, how: Sending = {}): Promise<Answer> {
  const { key = crypto.randomUUID(), at = Date.now(), secret = SECRET, headers = {} } = how;
  const body = JSON.stringify(asked);
  const signed = { 'content-type': 'application/json', ...signedHeaders({ secret, body, id: key, at }), ...headers };
  const sent = Object.entries(signed).filter((entry): entry is [string, string] => entry[1] !== null);
  const got = await fetch(url, { method: 'POST', headers: sent, body: how.arrives ?? body });
  return { status: got.status, body: (await got.json()) as Answer['body'] };
}
