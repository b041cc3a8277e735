import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/decide.ts';
import { processOn } from '../app/given.ts';
import { DAY } from '../domain/deadline-given.ts';
import { ANA, alert, BEN, NOTE, service } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

let tocsin: ReturnType<typeof processOn>;
beforeEach(() => {
  tocsin = processOn(redis, [service('bikes'), service('credit')]);
});

async function open(name: string): Promise<string> {
  await tocsin.ingest([alert(`${name}-latency`, 'firing', tocsin.clock.now())]);
  const [id = ''] = await tocsin.store.openIds(1);
  return id;
}

async function does(id: string, command: Command): Promise<void> {
  const result = await tocsin.dispatch(id, command);
  if (!result.ok) throw new Error(result.rejection.message);
}

const listed = async (owner: string | null, limit = 10) => {
  const { shown, total } = await tocsin.store.followUps(owner, limit);
  return { total, shown: shown.map(({ incident, deadline }) => `${incident.id}/${deadline.id} ${deadline.text}`) };
};

describe('what somebody has to do', () => {
  it('is listed across incidents, also those that are over, the longest due first', async () => {
    const bikes = await open('bikes');
    await does(bikes, { type: 'add_follow_up', by: ANA, line: 'later in 9d' });
    await does(bikes, { type: 'resolve', by: ANA, seen: null, text: 'x', note: NOTE });
    await does(bikes, { type: 'add_follow_up', by: ANA, line: 'afterwards in 1d' });
    const credit = await open('credit');
    await does(credit, { type: 'add_follow_up', by: ANA, line: 'soon in 3d' });

    expect(await listed(ANA)).toEqual({
      total: 3,
      shown: [`${bikes}/2 afterwards`, `${credit}/1 soon`, `${bikes}/1 later`],
    });
    expect(await listed(ANA, 1)).toEqual({ total: 3, shown: [`${bikes}/2 afterwards`] });
    expect(await listed(BEN)).toEqual({ total: 0, shown: [] });
  });

  it('moves with its time and its owner, and is gone when it is done', async () => {
    const id = await open('bikes');
    await does(id, { type: 'add_follow_up', by: ANA, line: 'one in 3d' });
    await does(id, { type: 'add_follow_up', by: ANA, line: 'two in 4d' });
    await does(id, { type: 'change_deadline', by: ANA, id: '1', due: tocsin.clock.now() + 9 * DAY });
    expect((await listed(ANA)).shown).toEqual([`${id}/2 two`, `${id}/1 one`]);

    await does(id, { type: 'change_deadline', by: ANA, id: '1', owner: null });
    await does(id, { type: 'change_deadline', by: ANA, id: '2', owner: BEN });
    expect(await listed(ANA)).toEqual({ total: 0, shown: [] });
    expect((await listed(null)).shown).toEqual([`${id}/1 one`]);

    await does(id, { type: 'finish_deadline', by: BEN, id: '2', isDone: true });
    expect(await listed(BEN)).toEqual({ total: 0, shown: [] });
    await does(id, { type: 'finish_deadline', by: BEN, id: '2', isDone: false });
    expect((await listed(BEN)).shown).toEqual([`${id}/2 two`]);
  });

  it('is kept no longer than incidents are', async () => {
    const id = await open('bikes');
    await does(id, { type: 'add_follow_up', by: ANA, line: 'one' });
    const [key = ''] = await redis.keys('*followups:*');

    expect(await redis.ttl(key)).toBeGreaterThan(179 * 86_400);
    expect(await redis.ttl(key)).toBeLessThanOrEqual(180 * 86_400);
  });
});

it('what is left of an incident that is kept no more is forgotten', async () => {
  const id = await open('bikes');
  await does(id, { type: 'add_follow_up', by: ANA, line: 'one' });
  await redis.del(tocsin.keys.incident(id));

  expect(await listed(ANA)).toEqual({ total: 0, shown: [] });
  expect(await redis.exists(tocsin.keys.followUps(ANA))).toBe(0);
});

describe('a follow-up of an incident that is over', () => {
  it('wakes it at its time, and its letter is put down with the reminder', async () => {
    const id = await open('bikes');
    await does(id, { type: 'resolve', by: ANA, seen: null, text: 'x', note: NOTE });
    await does(id, { type: 'add_follow_up', by: ANA, line: 'one in 4d' });
    const due = tocsin.clock.now() + 3 * DAY;
    expect(await tocsin.store.due(due - 1, 10)).toEqual([]);
    expect(await tocsin.store.due(due, 10)).toEqual([{ id, at: due }]);

    tocsin.clock.pass(due - tocsin.clock.now());
    await does(id, { type: 'wake' });

    const events = await tocsin.store.events(id);
    expect(events.at(-1)).toMatchObject({ type: 'deadline_reminded', to: ANA, count: 1 });
    expect(await redis.zrange((await redis.keys('*due:letters'))[0] ?? '', '0', '-1')).toContain(
      `${id}/${events.length}`,
    );
    expect(await tocsin.store.due(due, 10)).toEqual([]);
    expect(await tocsin.store.due(due + DAY, 10)).toEqual([{ id, at: due + DAY }]);
  });
});
