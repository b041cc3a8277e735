import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { answer } from '../child.ts';
import { clock } from '../clock.ts';

export interface Request {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Target {
  readonly origin: string;
  readonly path: string;
  readonly connections: number;
}

/** What became of each request, in the order given. Times are epoch ms. */
export interface Shots {
  readonly sentAt: readonly number[];
  readonly answeredAt: readonly number[];
  readonly statuses: readonly number[];
}

const TICK_MS = 1;

/** Sends one request every `everyMs`, whatever the answers say and however long they take. */
async function fire(target: Target, requests: readonly Request[], everyMs: number): Promise<Shots> {
  const shots = createShots(target);
  const startedAt = clock();
  const pending: Promise<void>[] = [];
  for (let next = 0; next < requests.length; ) {
    const isDue = clock() >= startedAt + next * everyMs;
    const request = requests[next];
    if (!isDue || request === undefined) await sleep(TICK_MS);
    else pending.push(shots.send(next++, request));
  }
  await Promise.all(pending);
  return shots.end();
}

/** Sends all as fast as the answers come, one at a time on each connection. */
async function saturate(target: Target, requests: readonly Request[]): Promise<Shots> {
  const shots = createShots(target);
  let next = 0;
  const worker = async () => {
    for (;;) {
      const at = next++;
      const request = requests[at];
      if (request === undefined) return;
      await shots.send(at, request);
    }
  };
  await Promise.all(Array.from({ length: target.connections }, worker));
  return shots.end();
}

function createShots({ origin, path, connections }: Target) {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const sentAt: number[] = [];
  const answeredAt: number[] = [];
  const statuses: number[] = [];
  return {
    async send(at: number, { body, headers }: Request): Promise<void> {
      sentAt[at] = clock();
      const response = await pool.request({ method: 'POST', path, headers, body });
      await response.body.dump();
      answeredAt[at] = clock();
      statuses[at] = response.statusCode;
    },
    async end(): Promise<Shots> {
      await pool.close();
      return { sentAt, answeredAt, statuses };
    },
  };
}

const api = { fire, saturate };
export type LoadApi = typeof api;

answer(api);
