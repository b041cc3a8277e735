import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

describe('the start', () => {
  it.each([
    ['an incomplete environment', { SLACK_BOT_TOKEN: 'xoxb-1' }, 'REDIS_URL is missing.'],
    ['a Redis that is away', { ...SLACK, REDIS_URL: 'unix:/nowhere/redis.sock' }, 'Redis could not be reached'],
  ])('ends with a sentence and no trace for %s', async (_what, env, words) => {
    const { code, stderr } = await run('../main', [], env);

    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});
