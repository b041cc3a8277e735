import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('ends with the place and the mend for service files whose parts do not fit together', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tocsin-start-'));
    await writeFile(join(dir, 'checkout.yml'), 'owner: Payments\nchannel: C0PAY\nevidence: { show: [error-rate] }\n');

    const { code, stderr } = await run('../main', [], { ...SLACK, REDIS_URL: 'unix:/nowhere', SERVICES_DIR: dir });

    expect(code).toBe(1);
    expect(stderr).toContain('checkout.yml:3 evidence.show[0]: There is no query error-rate in this file.');
    expect(stderr).not.toContain('    at ');
    await rm(dir, { recursive: true });
  });
});
