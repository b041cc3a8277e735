import { beforeAll, expect, it } from 'vitest';
import type { ChangeLog } from '../../src/app/evidence-store.ts';
import type { Change } from '../../src/domain/change.ts';
import { createChangeLog } from '../../src/store/changes.ts';
import { createKeys } from '../../src/store/keys.ts';
import { useRedis } from '../support/redis.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T06:00:00Z');
const redis = useRedis();
const keys = createKeys();
let now = NOW;
let log: ChangeLog;

beforeAll(() => {
  log = createChangeLog(redis.client(), keys, () => now);
});

const change = (id: string, at: number, text = id): Change => ({
  id,
  at,
  kind: 'deployment',
  subject: 'checkout',
  text,
  by: null,
  url: null,
});
const all = async () => (await log.between(0, NOW + 30 * DAY, 10_000)).map(({ id }) => id);

it('tells what was changed between two times, newest first, as many as are asked for', async () => {
  await log.record([change('a', NOW - 3), change('c', NOW - 1), change('b', NOW - 2)]);

  expect(await log.between(NOW - 3, NOW - 1, 2)).toEqual([change('c', NOW - 1), change('b', NOW - 2)]);
  expect(await log.between(NOW - 3, NOW - 2, 9)).toEqual([change('b', NOW - 2), change('a', NOW - 3)]);
  expect(await log.between(NOW + 1, NOW + 9, 9)).toEqual([]);
});

it('keeps one that is told again as it was first told', async () => {
  await log.record([change('a', NOW, 'first')]);
  await log.record([change('a', NOW - 5, 'again'), change('a', NOW - 6, 'and again')]);

  expect(await log.between(0, NOW, 9)).toEqual([change('a', NOW, 'first')]);
});

it('forgets what is two weeks old, and takes nothing that old', async () => {
  await log.record([change('a', NOW)]);
  now = NOW + 14 * DAY + 1;
  await log.record([change('old', NOW), change('new', now)]);

  expect(await all()).toEqual(['new']);
  expect(await redis.client().hlen(keys.changesById)).toBe(1);
  now = NOW;
});

it('keeps the newest 5,000', async () => {
  await log.record(Array.from({ length: 5_002 }, (_, i) => change(`c${i}`, NOW - 6_000 + i)));

  expect((await all()).length).toBe(5_000);
  expect((await all()).at(-1)).toBe('c2');
  expect(await redis.client().hlen(keys.changesById)).toBe(5_000);
});

it('is asked to record nothing without harm', async () => {
  await log.record([]);

  expect(await all()).toEqual([]);
});
