import { describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { createSweep } from '../../src/app/sweep.ts';
import { ok } from '../../src/domain/result.ts';
import { opened } from '../domain/given.ts';

const NOW = 1_000_000;

describe('a round of the sweep when thousands are due together', () => {
  it('wakes all of them', async () => {
    const { sweep, waiting } = sweepOver(1_050);

    await sweep.once();

    expect(waiting.size).toBe(0);
  });

  it('tries each once that cannot be woken, and lets it keep no other waiting', async () => {
    const tried: string[] = [];
    const { sweep, waiting } = sweepOver(1_050, async (id) => {
      tried.push(id);
      if (Number(id.slice('INC-'.length)) <= 700) throw new Error('cannot be woken');
    });

    await sweep.once();

    expect(tried).toHaveLength(1_050);
    expect(new Set(tried).size).toBe(1_050);
    expect(waiting.size).toBe(700);
  });

  it('leaves what passes by itself to the next round', async () => {
    const { sweep, asked } = sweepOver(1_050, () => Promise.reject(new TransientError('away', { cause: null })));

    await sweep.once();

    expect(asked()).toBe(1);
  });

  it('ends, though what is due never ends', async () => {
    const { sweep, asked } = sweepOver(Number.POSITIVE_INFINITY);

    await sweep.once();

    expect(asked()).toBeLessThan(1_000);
  });
});

/** A sweep over so many incidents that are due; a woken one is due no longer. `asked`: how often it looked for them. */
function sweepOver(count: number, wake?: (id: string) => Promise<void>) {
  const waiting = new Set(Array.from({ length: Math.min(count, 2_000) }, (_, i) => `INC-${i + 1}`));
  let asked = 0;
  const sweep = createSweep({
    store: {
      async due(_now, limit) {
        asked++;
        return [...waiting].slice(0, limit).map((id) => ({ id, at: NOW }));
      },
    },
    async dispatch(id) {
      await wake?.(id);
      if (Number.isFinite(count)) waiting.delete(id);
      return ok(opened().incident);
    },
    chores: [],
    now: () => NOW,
    log: { warn: () => {}, error: () => {} },
  });
  return { sweep, waiting, asked: () => asked };
}
