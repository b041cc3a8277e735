import { describe, expect, it } from 'vitest';
import { useRedis } from '../support/redis.ts';

describe('the Redis of a test file', () => {
  const redis = useRedis();

  it.each(['first', 'second'])('is empty when the %s test starts', async () => {
    const keysBefore = await redis.client().dbsize();
    await redis.client().set('left', 'behind');

    expect(keysBefore).toBe(0);
  });
});
