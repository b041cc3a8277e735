import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { createSlackClients } from '../../src/slack/clients.ts';
import { createGroupMembers, createPermalinks } from '../../src/slack/lookups.ts';
import { createKeys } from '../../src/store/keys.ts';
import { opened } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { quiet } from './given.ts';

const server = useRedis();
const keys = createKeys();
let redis: Redis;
let cards: ReturnType<typeof createCardMemory>;
beforeAll(() => {
  redis = server.client();
  cards = createCardMemory(redis, keys);
});

const HALF_A_YEAR = 180 * 86_400;
const CARD = { channel: 'C1', ts: '1.1', version: 2, drawnAt: 1_000 };

describe('the memory of a card', () => {
  beforeEach(async () => {
    await redis.hset(keys.incident('INC-1'), 'cv', 4);
    await redis.hset(keys.card('INC-1'), 'try:INC-1/card/C1', 1, 'permalink', 'old');
    await cards.posted('INC-1', CARD, 'INC-1/card/C1');
  });

  it('knows where it is, what it shows and what it should show, and forgets the try and the old link', async () => {
    expect(await cards.load('INC-1')).toEqual({ ...CARD, wanted: 4, outdated: 0 });
    expect(await redis.hkeys(keys.card('INC-1'))).toEqual(['channel', 'ts', 'version', 'at']);
    expect(await cards.load('INC-2')).toBeNull();
  });

  it('knows which incident a message stands for, for half a year after it was drawn last', async () => {
    await redis.expire(keys.thread('C1', '1.1'), 10);

    await cards.drawn('INC-1', { ...CARD, outdated: 0 }, 4, 2_000);

    expect(await cards.incidentOf('C1', '1.1')).toBe('INC-1');
    expect(await cards.incidentOf('C1', '9.9')).toBeNull();
    expect(await redis.ttl(keys.thread('C1', '1.1'))).toBeGreaterThan(HALF_A_YEAR - 60);
    expect(await cards.load('INC-1')).toMatchObject({ version: 4, drawnAt: 2_000 });
  });

  it('stays outdated when it became so while it was being drawn', async () => {
    await cards.outdate('INC-1', 2_000);
    const begun = (await cards.load('INC-1')) ?? { ...CARD, outdated: 0 };
    await cards.outdate('INC-1', 2_001);

    await cards.drawn('INC-1', begun, 4, 2_002);
    const during = await cards.load('INC-1');
    await cards.drawn('INC-1', during ?? begun, 4, 2_003);

    expect([begun.outdated, during?.outdated, (await cards.load('INC-1'))?.outdated]).toEqual([1, 2, 0]);
    expect(await redis.zscore(keys.dueMachine, 'INC-1')).toBe('2000');
  });

  it('is not outdated before it is posted', async () => {
    await cards.outdate('INC-2', 2_000);

    expect(await redis.exists(keys.card('INC-2'))).toBe(0);
    expect(await redis.zscore(keys.dueMachine, 'INC-2')).toBeNull();
  });

  it('keeps what the thread must still be told when the card is gone, and what its old message stood for', async () => {
    await redis.rpush(keys.outbox('INC-1'), 3, 4);

    await cards.forget('INC-1');

    expect(await cards.load('INC-1')).toBeNull();
    expect(await cards.outbox('INC-1')).toEqual([3, 4]);
    expect(await cards.incidentOf('C1', '1.1')).toBe('INC-1');
  });

  it('strikes off what was told, and keeps what came meanwhile', async () => {
    await redis.rpush(keys.outbox('INC-1'), 3, 4, 5);

    await cards.told('INC-1', 2, 'INC-1/note/3');

    expect(await cards.outbox('INC-1')).toEqual([5]);
  });

  it('keeps a note what it was while it is not known to have been told', async () => {
    expect(await cards.noteUntil('INC-1', 4)).toBe(4);
    expect(await cards.noteUntil('INC-1', 6)).toBe(4);

    await cards.told('INC-1', 1, 'INC-1/note/4');

    expect(await cards.noteUntil('INC-1', 6)).toBe(6);
  });
});

describe('what is looked up in Slack', () => {
  const clientOf = (answer: () => Response) => {
    let calls = 0;
    const fetch = async () => {
      calls++;
      return answer();
    };
    const { interactive } = createSlackClients({ token: 'xoxb-1', apiUrl: 'https://slack.test/api/', fetch }, quiet);
    return { client: interactive, calls: () => calls };
  };
  const { incident } = opened();

  it('is asked once for the link to a card, and then remembered', async () => {
    await cards.posted('INC-1', CARD, 'x');
    const { client, calls } = clientOf(() => Response.json({ ok: true, permalink: 'https://acme.slack.com/p1' }));
    const permalink = createPermalinks({ client, redis, keys, cards, log: quiet });

    expect(await permalink(incident)).toBe('https://acme.slack.com/p1');
    expect(await permalink(incident)).toBe('https://acme.slack.com/p1');
    expect(calls()).toBe(1);
  });

  it('is no link while there is no card, and none when Slack does not answer', async () => {
    const { client, calls } = clientOf(() => new Response('no', { status: 503 }));
    const permalink = createPermalinks({ client, redis, keys, cards, log: quiet });

    expect(await permalink(incident)).toBeNull();
    expect(calls()).toBe(0);
    await cards.posted('INC-1', CARD, 'x');
    expect(await permalink(incident)).toBeNull();
  });

  it.each([
    ['missing_scope', 'SetupError'],
    ['internal_error', 'TransientError'],
  ])('is who is in a group, or says why not: %s', async (error, name) => {
    const good = clientOf(() => Response.json({ ok: true, users: ['U1', 'U2'] }));
    const bad = clientOf(() => Response.json({ ok: false, error }));

    expect(await createGroupMembers(good.client)('S1')).toEqual(new Set(['U1', 'U2']));
    await expect(createGroupMembers(bad.client)('S1')).rejects.toMatchObject({ name });
  });
});
