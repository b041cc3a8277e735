import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { usualPort } from '../../sandbox/free-port.ts';

it('passes by a port that somebody listens on', async () => {
  const first = await usualPort('127.0.0.1');
  const other = createServer().listen(first, '127.0.0.1');
  await once(other, 'listening');

  const second = await usualPort('127.0.0.1');

  expect(second).toBeGreaterThan(first);
  other.close();
});
