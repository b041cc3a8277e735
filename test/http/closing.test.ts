import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer } from '../../src/http/server.ts';
import { type Answer, webhook } from '../../src/http/webhook.ts';
import { quiet } from '../slack/given.ts';
import { eventually } from '../support/eventually.ts';

const none = async () => 0;

it('ends when the last request is answered, although its sender keeps the connection', async () => {
  const { promise: answer, resolve: stored } = Promise.withResolvers<Answer>();
  const { promise: taken, resolve: isTaken } = Promise.withResolvers<void>();
  const handle = (): Promise<Answer> => {
    isTaken();
    return answer;
  };
  const hook = { path: '/hook', methods: ['POST'], largestBody: 100, sender: 'somebody', handle } as const;
  const metrics = createMetrics({
    ...{ openIncidents: none, inboxBacklog: none, withoutCard: none, sweepLagSeconds: () => 0, audit: () => null },
  });
  const ready = async () => ({ ok: true, checks: [] });
  const server = createServer({ plugins: [webhook(hook, { log: quiet, count: () => {} })], ready, metrics });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo; // it listens on a port
  const agent = new Agent({ keepAlive: true });
  const status = new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/hook', method: 'POST', agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end('{}');
  });
  await taken;

  const closed = server.close();
  await eventually('the server takes no more', () => !server.server.listening);
  stored({ status: 200, outcome: 'stored' });
  await closed; // not after the minute for which idle connections are kept

  expect(await status).toBe(200);
  agent.destroy();
});
