import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANA, alert, BEN, MINUTE, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { auditedOn } from './given.ts';

const SECOND = 1_000;
const PAGE = 'INC-1/1/page/L1.1/0 role:on-call';
const server = useRedis();
let redis: Redis;
let tocsin: ReturnType<typeof auditedOn>;
beforeAll(() => {
  redis = server.client();
});
beforeEach(() => {
  tocsin = auditedOn(redis);
});

const score = async (key: string, member: string) => {
  const found = await redis.zscore(key, member);
  return found === null ? null : Number(found);
};
const scores = async () => [await score(tocsin.keys.timers, 'INC-1'), await score(tocsin.keys.duePages, PAGE)];

describe('what the audit mends by itself', () => {
  it.each<[string, 'timer' | 'page', () => Promise<unknown>]>([
    ['a deadline that was lost', 'timer', () => redis.zrem(tocsin.keys.timers, 'INC-1')],
    ['a deadline that is too late', 'timer', () => redis.zadd(tocsin.keys.timers, T0 + 60 * MINUTE, 'INC-1')],
    ['a page that is in no queue', 'page', () => redis.zrem(tocsin.keys.duePages, PAGE)],
    ['a page that was put off for an hour', 'page', () => redis.zadd(tocsin.keys.duePages, T0 + 60 * MINUTE, PAGE)],
  ])('is %s: found, mended, counted and told once', async (_, kind, goesWrong) => {
    await tocsin.fires();
    const before = await scores();
    expect(before).toEqual([T0 + 15 * MINUTE, T0]);
    await goesWrong();
    expect(await scores()).not.toEqual(before);

    for (let round = 0; round < 3; round++) await tocsin.after(20 * SECOND);

    expect(await scores()).toEqual(before);
    expect(tocsin.found).toEqual([kind]);
    expect(tocsin.inSlack).toHaveLength(1);
    expect(tocsin.inSlack[0]).toMatch(/^The audit found and mended: .*INC-1.*report it with the log\.$/);
    expect(tocsin.audit.report()).toMatchObject({ findings: [] });
  });

  it('is a deadline of an incident that is not there, which would be due for ever', async () => {
    await redis.zadd(tocsin.keys.timers, T0 - MINUTE, 'INC-99');

    await tocsin.after(20 * SECOND);

    expect(await score(tocsin.keys.timers, 'INC-99')).toBeNull();
    expect(tocsin.found).toEqual(['gone']);
    expect(tocsin.audit.report()).toMatchObject({ ok: true, latenessSeconds: { timers: 0 } });
  });

  it('is an open incident that is not there', async () => {
    await redis.zadd(tocsin.keys.open, T0, 'INC-99');

    await tocsin.after(20 * SECOND);

    expect(await redis.zcard(tocsin.keys.open)).toBe(0);
    expect(tocsin.found).toEqual(['gone']);
  });
});

describe('an incident that is well', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['is nobody’s', async () => undefined],
    ['is somebody’s', () => tocsin.dispatch('INC-1', { type: 'acknowledge', by: ANA })],
    ['is mitigated', () => tocsin.dispatch('INC-1', { type: 'mitigate', by: ANA })],
    ['is snoozed', () => tocsin.dispatch('INC-1', { type: 'snooze', by: ANA, forMs: 30 * MINUTE })],
    ['is silenced', () => tocsin.dispatch('INC-1', { type: 'silence', by: ANA, forMs: 30 * MINUTE })],
    ['was handed over', () => tocsin.dispatch('INC-1', { type: 'assign', by: ANA, to: BEN })],
    ['wakes nobody', () => tocsin.dispatch('INC-1', { type: 'set_severity', by: ANA, severity: 'P3' })],
    ['is over', () => tocsin.dispatch('INC-1', { type: 'resolve', by: ANA, seen: null, text: '', note: null })],
    ['recovers', () => tocsin.ingest([alert('bikes-latency', 'recovered', T0 + 1)])],
  ])('is left as it is when it %s', async (_, given) => {
    await tocsin.fires();
    await tocsin.fires('plain-latency');
    await given();
    const before = await redis.zrange(tocsin.keys.timers, 0, '-1', 'WITHSCORES');

    await tocsin.after(20 * SECOND);

    expect(tocsin.found).toEqual([]);
    expect(tocsin.inSlack).toEqual([]);
    expect(await redis.zrange(tocsin.keys.timers, 0, '-1', 'WITHSCORES')).toEqual(before);
    expect(tocsin.audit.report()).toMatchObject({ ok: true, findings: [] });
  });
});

describe('what only people can mend', () => {
  it('is an incident that cannot be read: it is told until it can be', async () => {
    await tocsin.fires('plain-latency');
    const snapshot = (await redis.hget(tocsin.keys.incident('INC-1'), 's')) ?? '';
    await redis.hset(tocsin.keys.incident('INC-1'), 's', '{');

    for (let round = 0; round < 4; round++) await tocsin.after(30 * SECOND);

    expect(tocsin.audit.report()).toMatchObject({ ok: false, findings: [{ kind: 'unreadable', incident: 'INC-1' }] });
    expect(tocsin.audit.rows()).toContainEqual({
      ...{ name: 'audit', ok: false },
      detail: 'INC-1 cannot be read, so nobody is told of it and its buttons do nothing.',
    });
    expect(tocsin.found).toEqual(['unreadable']);
    const told = () => tocsin.published.filter((text) => text.includes('The audit found'));
    expect(told()).toEqual([expect.stringContaining('INC-1 cannot be read')]);

    await redis.hset(tocsin.keys.incident('INC-1'), 's', snapshot);
    for (let round = 0; round < 2; round++) await tocsin.after(30 * SECOND);

    expect(tocsin.audit.report()).toMatchObject({ ok: true, findings: [] });
    expect(told().slice(1)).toEqual([expect.stringMatching(/^Well again: The audit found/)]);
    expect(tocsin.inSlack.filter((text) => text.startsWith('Well again'))).toHaveLength(1);
  });

  it('is a page that nobody sends, though it is in the queue', async () => {
    await tocsin.fires();
    tocsin.clock.pass(5 * MINUTE);
    await redis.zadd(tocsin.keys.duePages, tocsin.clock.now() + 55 * SECOND, PAGE);

    await tocsin.after(10 * SECOND);
    await tocsin.after(30 * SECOND);
    expect(tocsin.found).toEqual(['stuck']);
    expect(tocsin.audit.rows().find(({ name }) => name === 'audit')?.detail).toContain(PAGE);
    await tocsin.dispatch('INC-1', { type: 'page_sent', page: 'INC-1/1/page/L1.1/0', target: 'role:on-call', way: 0 });
    await tocsin.after(30 * SECOND);

    expect(tocsin.audit.report()).toMatchObject({ findings: [] });
  });

  it('is not a page that waits until a snooze is over', async () => {
    await tocsin.fires();
    await tocsin.dispatch('INC-1', { type: 'silence', by: ANA, forMs: 30 * MINUTE });
    tocsin.clock.pass(5 * MINUTE);
    await redis.zadd(tocsin.keys.duePages, tocsin.clock.now() + SECOND, PAGE);

    await tocsin.after(10 * SECOND);

    expect(tocsin.found).toEqual([]);
  });
});

describe('a round of all open incidents', () => {
  it('looks at each, a part at a time, and says how long it is ago', async () => {
    for (let n = 0; n < 400; n++) await redis.zadd(tocsin.keys.open, T0, `INC-${1_000 + n}`);
    await tocsin.fires();
    await tocsin.fires('plain-latency');
    const openAtFirst = await redis.zcard(tocsin.keys.open);

    await tocsin.after(SECOND);
    const left = await redis.zcard(tocsin.keys.open);
    expect(left).toBeLessThan(openAtFirst);
    expect(left).toBeGreaterThan(2);
    for (let second = 0; second < 30; second++) await tocsin.after(SECOND);

    expect(await redis.zrange(tocsin.keys.open, 0, '-1')).toEqual(expect.arrayContaining(['INC-1', 'INC-2']));
    expect(await redis.zcard(tocsin.keys.open)).toBe(2);
    await tocsin.after(120 * SECOND);
    await tocsin.after(30 * SECOND);
    expect(tocsin.audit.report()).toMatchObject({
      checked: 2,
      withoutPolicy: 1,
      roundSeconds: 30,
      isRoundInTime: true,
    });
  });

  it('that does not come to its end is told', async () => {
    await tocsin.fires();
    for (const { name, run } of tocsin.audit.chores) {
      tocsin.clock.pass(10 * MINUTE);
      if (name !== 'audit of open incidents') await run();
    }
    await tocsin.audit.chores[0]?.run();

    expect(tocsin.audit.report()).toMatchObject({ ok: false, isRoundInTime: false });
  });
});
