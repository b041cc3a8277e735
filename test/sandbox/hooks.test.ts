import { createHmac } from 'node:crypto';
import { fastify } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHooks, type Hooks } from '../../sandbox/hooks/hooks.ts';

const SECRET = 'a secret of twenty-odd letters';
const NOW = Date.parse('2026-11-23T09:00:00Z');

let hooks: Hooks;
let app: ReturnType<typeof fastify>;
let url: string;
let isDown: boolean;

beforeEach(async () => {
  isDown = false;
  hooks = createHooks({ secret: SECRET, now: () => NOW, isDown: () => isDown });
  app = fastify();
  await app.register(hooks.routes, { prefix: '/hooks' });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/hooks/tickets`;
});

afterEach(() => app.close());

const BODY = '{"incident":"INC-7"}';

async function send({ secret = SECRET, at = NOW, body = BODY } = {}) {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${BODY}`).digest('hex');
  const headers = { 'x-tocsin-timestamp': timestamp, 'x-tocsin-signature': `sha256=${signature}` };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

it('takes what is signed, and shows it', async () => {
  expect(await send()).toBe(200);
  expect(hooks.list()).toMatchObject([
    { name: 'tickets', signature: 'right', status: 200, at: NOW, body: '{\n  "incident": "INC-7"\n}' },
  ]);
});

it.each([
  ['another secret', { secret: 'somebody else’s' }],
  ['another body', { body: '{"incident":"INC-8"}' }],
  ['a time that is long ago', { at: NOW - 6 * 60_000 }],
  ['a time that is to come', { at: NOW + 6 * 60_000 }],
])('refuses and shows what is signed with %s', async (_case, how) => {
  expect(await send(how)).toBe(401);
  expect(hooks.list()).toMatchObject([{ signature: 'wrong', status: 401 }]);
});

it('refuses and shows what nobody signed', async () => {
  const { status } = await fetch(url, { method: 'POST', body: 'hello' });

  expect(status).toBe(401);
  expect(hooks.list()).toMatchObject([{ signature: 'missing', body: 'hello' }]);
});

it('answers 503 while it is down, whoever signed', async () => {
  isDown = true;

  expect(await send()).toBe(503);
  expect(hooks.list()).toMatchObject([{ signature: 'right', status: 503 }]);
});
