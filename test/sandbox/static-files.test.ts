import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveStatic } from '../../sandbox/static-files.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'static-'));
  await mkdir(join(dir, 'page/assets'), { recursive: true });
  await writeFile(join(dir, 'page/index.html'), '<title>hello</title>');
  await writeFile(join(dir, 'page/assets/a-1234.js'), 'let a;');
  await writeFile(join(dir, 'secret.txt'), 'secret');
});

afterAll(() => rm(dir, { recursive: true }));

it.each([
  ['/', 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/index.html', 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/?as=U0ANA', 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/assets/a-1234.js', 200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/../secret.txt', 404, 'text/plain', undefined],
  ['/assets/..%2f..%2fsecret.txt', 404, 'text/plain', undefined],
  ['/assets', 404, 'text/plain', undefined],
])('answers %s with %i', async (url, status, type, caching) => {
  const app = fastify();
  serveStatic(app, Promise.resolve(join(dir, 'page')));

  const answer = await app.inject(url);

  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toContain(type);
  expect(answer.headers['cache-control']).toBe(caching);
  expect(answer.body).not.toContain('secret');
});

it('says why there is no page when it could not be built', async () => {
  const app = fastify();
  serveStatic(app, Promise.reject(new Error('main.tsx does not compile')));

  const answer = await app.inject('/');

  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain('main.tsx does not compile');
});
