import { describe, expect, it } from 'vitest';
import { createIntakeLoop } from '../../src/app/intake-loop.ts';
import type { Alert } from '../../src/domain/alert.ts';

describe('the intake loop', () => {
  it('takes one alarm in at once, and the next one by itself', async () => {
    const inbox = feed();
    inbox.come('a');
    inbox.loop.start();

    await inbox.taken(1);
    inbox.come('b');
    await inbox.taken(2);
    await inbox.loop.stop();

    expect(inbox.batches).toEqual([['a'], ['b']]);
  });

  it('lets what follows a burst gather into one batch', async () => {
    const inbox = feed();
    for (const name of ['a', 'b', 'c']) inbox.come(name);
    inbox.loop.start();

    await inbox.taken(1);
    for (const [ms, name] of ['d', 'e', 'f'].entries()) setTimeout(() => inbox.come(name), ms);
    await inbox.taken(2);
    await inbox.loop.stop();

    expect(inbox.batches).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
  });

  it('gives a storm longer to gather than a burst', async () => {
    const inbox = feed();
    const storm = Array.from({ length: 50 }, (_, i) => `storm ${i}`);
    for (const name of storm) inbox.come(name);
    inbox.loop.start();

    await inbox.taken(1);
    inbox.come('soon');
    setTimeout(() => inbox.come('later'), 40);
    await inbox.taken(2);
    await inbox.loop.stop();

    expect(inbox.batches).toEqual([storm, ['soon', 'later']]);
  });
});

/** A loop over an inbox in memory; `batches` are the alarms' names as they were taken in together. */
function feed() {
  const waiting: { id: string; alerts: Alert[] }[] = [];
  const batches: string[][] = [];
  const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
  const loop = createIntakeLoop({
    async read(limit) {
      if (waiting.length === 0) await tick();
      return waiting.splice(0, limit);
    },
    abandoned: async () => [],
    ingest: async (alerts) => {
      batches.push(alerts.map(({ name }) => name));
    },
    inbox: { done: async () => {}, setAside: async () => {} },
    log: { warn: () => {}, error: () => {} },
    notifyOperators: async () => {},
  });
  return {
    loop,
    batches,
    come: (name: string) => void waiting.push({ id: name, alerts: [{ name } as Alert] }), // the loop looks no further
    async taken(count: number) {
      while (batches.length < count) await tick();
    },
  };
}
