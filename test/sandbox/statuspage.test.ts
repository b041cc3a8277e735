import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStatuspage } from '../../sandbox/statuspage/statuspage.ts';

let app: ReturnType<typeof fastify>;
let url: string;
let now = 0;

beforeEach(async () => {
  now = 1_000;
  const page = createStatuspage({ now: () => now, page: 'p1', token: 'key', components: { abc: 'API' } });
  app = fastify();
  await app.register(page.routes, { prefix: '/statuspage' });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/statuspage/v1/pages/p1/incidents`;
});
afterEach(() => app.close());

const send = async (incident: object, key = 'key') => {
  const headers = { authorization: `OAuth ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ incident }) });
  return [answer.status, ((await answer.json()) as { error?: unknown }).error ?? null];
};

describe('the status page of the sandbox', () => {
  it('refuses what Statuspage refuses', async () => {
    expect(await send({ name: 'Late' }, 'other')).toEqual([401, 'Could not authenticate']);
    expect(await send({})).toEqual([422, ["Name can't be blank"]]);
    expect(await send({ name: 'Late', metadata: { flat: 'x' } })).toMatchObject([
      422,
      [expect.stringContaining('metadata')],
    ]);
  });

  it('takes one request a second, counted over a minute', async () => {
    for (let i = 0; i < 60; i++) await send({ name: 'Late' });
    const tooMany = await send({ name: 'Late' });
    now += 60_001;

    expect([tooMany[0], (await send({ name: 'Late' }))[0]]).toEqual([420, 201]);
  });
});
