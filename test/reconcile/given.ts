import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Redis } from 'ioredis';
import type { Alert } from '../../src/domain/alert.ts';
import type { Service } from '../../src/domain/service.ts';
import { createAlertmanager } from '../../src/reconcile/alertmanager.ts';
import { createCloudWatch } from '../../src/reconcile/cloudwatch.ts';
import { createReconcile } from '../../src/reconcile/reconcile.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createReconcileMemory } from '../../src/store/reconcile-memory.ts';
import { processOn } from '../app/given.ts';

/** A server on a free port. */
export async function listening(server: Server): Promise<{ url: string; close: () => Promise<void> }> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Stands before an AWS and lets through what it does not refuse. Remembers which calls came. */
export async function gateBefore(endpoint: string) {
  const state = { refuse: (_call: string): { status: number; type: string } | null => null };
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target']);
    const call = target.split('.').at(-1) ?? '';
    calls.push(call);
    const refusal = state.refuse(call);
    const body = await bodyOf(request);
    if (refusal) {
      response.writeHead(refusal.status, { 'content-type': 'application/json' });
      return response.end(
        JSON.stringify({
          __type: refusal.type,
          message: `User: x is not authorized to perform: cloudwatch:${call} on resource: *`,
        }),
      );
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !/^(host|connection|content-length)$/.test(name)),
    ) as Record<string, string>;
    const answer = await fetch(endpoint, { method: 'POST', headers, body: new Uint8Array(body) });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    return response.end(Buffer.from(await answer.arrayBuffer()));
  });
  return { ...(await listening(server)), state, calls };
}

export interface Setting {
  readonly redis: Redis;
  readonly blocking: Redis;
  readonly services: () => readonly Service[];
  readonly endpoint: string;
  readonly region?: string;
  readonly topics?: readonly string[];
  readonly queueRegion?: string | null;
}

/** Tocsin between the inbox and the incidents, and reconciliation beside it. Its clock is the sandbox's, moved on at will. */
export function tocsinIn({ redis, blocking, services, endpoint, topics = [], queueRegion = null }: Setting) {
  let ahead = 0;
  const clock = {
    now: () => Date.now() + ahead,
    pass(ms: number) {
      ahead += ms;
    },
  };
  const process = processOn(redis, services(), clock);
  const { keys, store } = process;
  const inbox = createInbox(redis, keys, 'me');
  const memory = createReconcileMemory(redis, keys);
  const counted: string[] = [];
  const logged: string[] = [];
  const finished: number[] = [];
  const line = (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const client = (region: string) =>
    new CloudWatchClient({ region, endpoint, maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const reconcile = createReconcile({
    store,
    memory,
    cloudWatch: createCloudWatch({ cloudwatch: async (region) => client(region) }),
    alertmanager: createAlertmanager(fetch),
    services,
    topics,
    queueRegion,
    accept: (id, alerts) => inbox.accept(id, alerts),
    count: (source, found) => void counted.push(`${source} ${found}`),
    finished: (at) => void finished.push(at),
    now: clock.now,
    log: { info: line, warn: line } as never,
  });

  /** Takes in what is in the inbox. */
  async function takeIn(): Promise<void> {
    await inbox.open();
    if ((await inbox.backlog()) === 0) return;
    const entries = await inbox.read(blocking, 500);
    const alerts = entries.flatMap((entry) => entry.alerts);
    await process.ingest(alerts);
    await memory.keepSaid(alerts);
    await inbox.done(entries.map(({ id }) => id));
  }
  return {
    ...process,
    clock,
    reconcile,
    counted,
    logged,
    finished,
    async hear(...alerts: Alert[]) {
      await process.ingest(alerts);
      await memory.keepSaid(alerts);
    },
    async compare() {
      await reconcile.compare();
      await takeIn();
    },
    async lookBack() {
      await reconcile.lookBack();
      await takeIn();
    },
    stateOf: async (key: string) => (await store.known([key])).get(key)?.state ?? null,
  };
}
