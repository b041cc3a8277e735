import { describe, expect, it } from 'vitest';
import { createDrafts } from '../../src/slack/drafts.ts';
import { useRedis } from '../support/redis.ts';

describe('a draft', () => {
  const server = useRedis();

  function setUp() {
    const redis = server.client();
    let count = 0;
    return { redis, drafts: createDrafts({ redis, prefix: '{test}:', newId: () => `d${++count}` }) };
  }

  it('is given back once', async () => {
    const { drafts } = setUp();

    const id = await drafts.keep('text');
    const answers = [await drafts.take(id), await drafts.take(id)];

    expect(answers).toEqual(['text', null]);
  });

  it('can be put back under its id', async () => {
    const { drafts } = setUp();
    const id = await drafts.keep('text');

    const kept = await drafts.keep((await drafts.take(id)) ?? '', id);
    const again = await drafts.take(id);

    expect([kept, again]).toEqual([id, 'text']);
  });

  it('is forgotten after an hour', async () => {
    const { drafts, redis } = setUp();

    const id = await drafts.keep('text');
    const seconds = await redis.ttl(`{test}:draft:${id}`);

    expect(seconds).toBe(3_600);
  });
});
