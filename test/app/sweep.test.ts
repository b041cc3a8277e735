import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Dispatch } from '../../src/app/dispatch.ts';
import { TransientError } from '../../src/app/errors.ts';
import { createSweep, type SweepDeps } from '../../src/app/sweep.ts';
import { ok } from '../../src/domain/result.ts';
import { opened } from '../domain/given.ts';

const NOW = 1_000_000;
let now = NOW;
let woken: string[] = [];
let said: string[] = [];
beforeEach(() => {
  now = NOW;
  woken = [];
  said = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const wake: Dispatch = async (id) => {
  woken.push(id);
  return ok(opened().incident);
};

function sweepOf(changes: Partial<SweepDeps> = {}) {
  return createSweep({
    store: { due: async () => [] },
    dispatch: wake,
    chores: [],
    now: () => now,
    log: { warn: (_, message) => void said.push(message), error: (_, message) => void said.push(message) },
    ...changes,
  });
}

const dueAt = (...times: number[]) => ({
  due: async (at: number) => times.filter((time) => time <= at).map((time, i) => ({ id: `INC-${i + 1}`, at: time })),
});

describe('a round of the sweep', () => {
  it('wakes what is due, and nothing else', async () => {
    await sweepOf({ store: dueAt(NOW - 5, NOW, NOW + 1) }).once();

    expect(woken).toEqual(['INC-1', 'INC-2']);
  });

  it('measures how late the most overdue deadline was', async () => {
    const sweep = sweepOf({ store: dueAt(NOW - 2_500, NOW) });

    await sweep.once();

    expect(sweep.lagSeconds()).toBe(2.5);
  });

  it('is late itself when it has not come for longer than it should', async () => {
    const sweep = sweepOf();
    await sweep.once();

    now += 60_200;

    expect(sweep.lagSeconds()).toBe(60);
  });

  it.each([
    ['tells of a bug', new Error('broken'), ['an incident could not be woken']],
    ['keeps still about what passes', new TransientError('away', { cause: null }), []],
  ])('goes on after one incident that cannot be woken, and %s', async (_, error, expected) => {
    const dispatch: Dispatch = async (id, command) => {
      if (id === 'INC-1') throw error;
      return await wake(id, command);
    };

    await sweepOf({ store: dueAt(NOW, NOW), dispatch }).once();

    expect(woken).toEqual(['INC-2']);
    expect(said).toEqual(expected);
  });
});

describe('a sweep that runs', () => {
  it('looks at once when it starts, and then five times a second, while chores come once a second', async () => {
    vi.useFakeTimers();
    let chored = 0;
    const chores = [{ name: 'counts', run: async () => void chored++ }];
    const sweep = sweepOf({ store: dueAt(NOW), chores });

    sweep.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(woken).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);

    expect(woken).toHaveLength(11);
    expect(chored).toBe(2);
    await sweep.stop();
  });

  it('asks one question when nothing is due', async () => {
    vi.useFakeTimers();
    let asked = 0;
    const sweep = sweepOf({
      store: {
        async due() {
          asked++;
          return [];
        },
      },
    });

    sweep.start();
    await vi.advanceTimersByTimeAsync(1_900);

    expect(asked).toBe(10);
    await sweep.stop();
  });

  it('tries at once again what kept Redis from answering, and says it once', async () => {
    vi.useFakeTimers();
    let isAway = true;
    const due = async () => {
      if (isAway) throw new TransientError('away', { cause: null });
      return [{ id: 'INC-1', at: NOW }];
    };
    const sweep = sweepOf({ store: { due } });

    sweep.start();
    await vi.advanceTimersByTimeAsync(5_000);
    isAway = false;
    await vi.advanceTimersByTimeAsync(200);

    expect(woken).toEqual(['INC-1']);
    expect(said).toEqual(['the sweep failed, it will run again']);
    await sweep.stop();
  });
});

describe('a chore', () => {
  it('that fails stops neither the others nor what is due', async () => {
    const done: string[] = [];
    const chores = [
      { name: 'bad', run: () => Promise.reject(new Error('no')) },
      { name: 'good', run: async () => void done.push('good') },
    ];

    await sweepOf({ chores, store: dueAt(NOW) }).once();

    expect(done).toEqual(['good']);
    expect(woken).toEqual(['INC-1']);
    expect(said).toEqual(['a chore of the sweep failed']);
  });

  it('is looked after even when Redis cannot say what is due', async () => {
    const done: string[] = [];
    const chores = [{ name: 'good', run: async () => void done.push('good') }];
    const store = { due: () => Promise.reject(new TransientError('away', { cause: null })) };

    await expect(sweepOf({ chores, store }).once()).rejects.toThrow('away');

    expect(done).toEqual(['good']);
  });

  it('that hangs holds up no deadline, and is not begun again before it has ended', async () => {
    vi.useFakeTimers();
    let begun = 0;
    let end = () => {};
    const hangs = () => {
      begun++;
      const { promise, resolve } = Promise.withResolvers<void>();
      end = resolve;
      return promise;
    };
    const sweep = sweepOf({ chores: [{ name: 'slow', run: hangs }], store: dueAt(NOW) });

    sweep.start();
    await vi.advanceTimersByTimeAsync(3_500);

    expect(woken.length).toBeGreaterThan(3);
    expect(begun).toBe(1);
    end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toBe(2);
    end();
    await sweep.stop();
  });

  it('is waited for when the sweep stops, and nothing comes after', async () => {
    vi.useFakeTimers();
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const chores = [{ name: 'slow', run: () => promise }];
    const sweep = sweepOf({ chores, store: dueAt(NOW) });
    sweep.start();
    await vi.advanceTimersByTimeAsync(1_100);

    let isStopped = false;
    const stopping = sweep.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(isStopped).toBe(false);
    const wokenBefore = woken.length;
    end();
    await stopping;
    await vi.advanceTimersByTimeAsync(5_000);

    expect(woken).toHaveLength(wokenBefore);
  });
});
