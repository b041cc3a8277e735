import { describe, expect, it } from 'vitest';
import { createAuditChain } from '../../src/actions/audit-chain.ts';
import { parseAuditArguments } from '../../src/cli/audit-lines.ts';
import { createKeys } from '../../src/store/keys.ts';
import { useRedis } from '../support/redis.ts';
import { run } from './run.ts';

const server = useRedis();
const keys = createKeys();
const DAY = 86_400_000;
const T0 = Date.UTC(2026, 10, 22, 3);

/** A chain of so many lines, one a day. */
async function chained(count: number) {
  const redis = server.client();
  const chain = createAuditChain(redis, keys);
  for (let i = 0; i < count; i++) {
    const at = T0 + i * DAY;
    await chain.record({
      type: 'run_approved',
      at,
      incident: 'INC-7',
      run: `INC-7.${i + 1}`,
      by: 'U0ANA',
      way: 'second',
    });
  }
  await chain.extend();
  return redis;
}

const audit = async (...args: readonly string[]) => await run('audit-actions', args, { REDIS_URL: server.url });

describe('npm run audit:actions', () => {
  it('shows what was decided, and says that all is as it was written', async () => {
    await chained(3);
    const { code, stdout, stderr } = await audit();
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ {5}1 {2}2026-11-22 03:00:00 {2}run_approved +U0ANA +INC-7\.1 +second$/),
      expect.stringContaining('INC-7.2'),
      expect.stringContaining('INC-7.3'),
    ]);
    expect(stderr).toMatch(/^3 lines, all as they were written\. The newest hash is [0-9a-f]{64}\.\n$/);
  });

  it('shows the lines of a time, and verifies all of them', async () => {
    await chained(4);
    const { code, stdout, stderr } = await audit('--since', '2026-11-23', '--until', '2026-11-25', '--format', 'json');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { number: number; run: string });
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { number: 2, run: 'INC-7.2', type: 'run_approved', by: 'U0ANA' },
      { number: 3, run: 'INC-7.3' },
    ]);
    expect(stderr).toContain('4 lines');
  });

  it('goes through more lines than it reads at once', async () => {
    await chained(1_201);
    expect((await audit('--since', '2026-11-22', '--until', '2026-11-23')).stderr).toContain('1201 lines');
  });

  it('names the line that somebody has changed, and shows nothing from there on', async () => {
    const redis = await chained(3);
    const line = (await redis.lindex(keys.auditChain, 1)) ?? '';
    await redis.lset(keys.auditChain, 1, line.replace('U0ANA', 'U0BEN'));
    const { code, stdout, stderr } = await audit();
    expect(code).toBe(1);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('Line 2 is not as it was written');
  });

  it.each([
    ['from the middle', 1, 2],
    ['from the beginning', 0, 1],
    ['from the end', 2, 3],
  ])('notices a line that was taken out %s', async (_where, index, number) => {
    const redis = await chained(3);
    const line = (await redis.lindex(keys.auditChain, index)) ?? '';
    await redis.lrem(keys.auditChain, 1, line);
    const { code, stderr } = await audit();
    expect(code).toBe(1);
    expect(stderr).toContain(`Line ${number} is not as it was written`);
  });

  it('has nothing to say of an empty chain', async () => {
    expect(await audit()).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('0 lines') });
  });

  it.each([[['--since', 'yesterday']], [['--format', 'csv']], [['--what']]])('explains itself: %j', async (args) => {
    const { code, stderr } = await audit(...args);
    expect(code).toBe(2);
    expect(stderr).toContain('npm run audit:actions');
  });
});

it('reads spans and dates', () => {
  const parsed = parseAuditArguments(['--since', '2d', '--until', '2026-11-22'], T0);
  expect(parsed).toEqual({ ok: true, value: { since: T0 - 2 * DAY, until: T0 - 3 * 3_600_000, format: 'table' } });
});
