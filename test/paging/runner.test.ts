import { afterEach, describe, expect, it } from 'vitest';
import { createRunner, type Runner } from '../../src/paging/runner.ts';
import { createDueQueue, type DueQueue } from '../../src/store/due-queue.ts';
import { createKeys } from '../../src/store/keys.ts';
import { clockAt } from '../app/given.ts';
import { eventually, pause } from '../support/eventually.ts';
import { useRedis } from '../support/redis.ts';
import { quiet } from './given.ts';

const server = useRedis();
const started: Runner[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((runner) => runner.stop()));
});

/** A queue, and runners that write down what they are given. `work` says when something is done. */
function queueOf(work: (entry: string, queue: DueQueue) => Promise<void> = async () => {}) {
  const redis = server.client();
  const clock = clockAt();
  const keys = createKeys();
  const queue = createDueQueue(redis, keys, keys.duePages);
  const served: string[] = [];
  const runnerOn = (of: DueQueue = queue) => {
    const serve = (entries: readonly string[]) =>
      entries.map(async (entry) => {
        served.push(entry);
        await work(entry, queue);
        await queue.done(entry);
      });
    const runner = createRunner({ name: 'pages', queue: of, serve, lookMs: 200, now: clock.now, log: quiet });
    started.push(runner);
    return runner;
  };
  const due = async (...entries: string[]) => {
    await redis.zadd(keys.duePages, ...entries.flatMap((entry) => [clock.now(), entry]));
  };
  const scoreOf = async (entry: string) => Number(await redis.zscore(keys.duePages, entry));
  return {
    redis,
    clock,
    queue,
    served,
    runnerOn,
    due,
    scoreOf,
    isEmpty: async () => (await redis.zcard(keys.duePages)) === 0,
  };
}

/** Something that is done when one says so. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('a runner', () => {
  it('does what is due, once, and what becomes due later', async () => {
    const { served, runnerOn, due, isEmpty } = queueOf();
    await due('a', 'b');
    const runner = runnerOn();
    runner.start();
    await eventually('an empty queue', isEmpty);

    await due('c');
    await eventually('an empty queue', isEmpty);

    expect(served.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('leaves alone what is not due yet', async () => {
    const { clock, queue, served, runnerOn, due } = queueOf();
    await due('later', 'now');
    await queue.again('later', clock.now() + 60_000);
    runnerOn().start();
    await eventually('what is due', () => served.includes('now'));
    await pause(300);
    expect(served).toEqual(['now']);

    clock.pass(60_000);
    await eventually('what has become due', () => served.includes('later'));
  });

  it('takes over from a process that died as soon as its lease has ended, and not before', async () => {
    const { clock, queue, served, runnerOn, due } = queueOf();
    await due('a');
    await queue.claim(clock.now(), clock.now() + 2_000, 10); // and this one never came back
    runnerOn().start();
    clock.pass(1_999);
    await pause(500);
    expect(served).toEqual([]);

    clock.pass(1);
    await eventually('the page', () => served.length === 1);
  });

  it('keeps others away for as long as its work takes', async () => {
    const { opened, open } = gate();
    const { clock, served, runnerOn, due, scoreOf, isEmpty } = queueOf(() => opened);
    await due('slow');
    runnerOn().start();
    await eventually('the work', () => served.length === 1);
    runnerOn().start();

    for (let second = 0; second < 4; second++) {
      clock.pass(1_000);
      await eventually('a renewal', async () => (await scoreOf('slow')) === clock.now() + 2_000);
    }
    open();
    await eventually('an empty queue', isEmpty);

    expect(served).toEqual(['slow']);
  });

  it('is kept from nothing by what hangs', async () => {
    const { opened, open } = gate();
    const { served, runnerOn, due } = queueOf((entry) => (entry.startsWith('hangs') ? opened : Promise.resolve()));
    await due(...Array.from({ length: 300 }, (_, i) => `hangs ${i}`));
    runnerOn().start();
    await eventually('all that hang', () => served.length === 300);

    await due('quick');
    await eventually('what does not hang', () => served.includes('quick'));
    open();
  });

  it('does not begin again what it is doing, however far the clock is put forward', async () => {
    const { opened, open } = gate();
    const { clock, served, runnerOn, due, isEmpty } = queueOf(() => opened);
    await due('slow');
    const runner = runnerOn();
    runner.start();
    await eventually('the work', () => served.length === 1);

    clock.pass(3_600_000);
    runner.poke();
    await pause(400);
    open();
    await eventually('an empty queue', isEmpty);

    expect(served).toEqual(['slow']);
  });

  it('tries again what went wrong when its lease has ended', async () => {
    let fails = true;
    const { clock, served, runnerOn, due, isEmpty } = queueOf(async () => {
      if (fails) throw new Error('no');
    });
    await due('a');
    runnerOn().start();
    await eventually('the first try', () => served.length === 1);
    fails = false;
    clock.pass(2_000);
    await eventually('an empty queue', isEmpty);

    expect(served).toEqual(['a', 'a']);
  });

  it('does at once what is due again at once, though it saw that before it was through with it', async () => {
    const { opened, open } = gate();
    let tries = 0;
    const { clock, served, runnerOn, due, scoreOf, queue } = queueOf(async (entry) => {
      if (++tries > 1) return;
      await queue.again(entry, clock.now()); // the next way, say
      await opened;
      throw new Error('it is not done');
    });
    await due('a');
    const runner = runnerOn();
    runner.start();
    await eventually('the first try', () => served.length === 1);
    runner.poke();
    await eventually('that it was seen', async () => (await scoreOf('a')) > clock.now());
    open();

    await eventually('the second try, without the clock', () => served.length === 2);
  });

  it('shares a queue with others: each entry goes to one of them', async () => {
    const { served, runnerOn, due, isEmpty } = queueOf(() => pause(5));
    await due(...Array.from({ length: 1_000 }, (_, i) => `page ${i}`));
    for (let i = 0; i < 3; i++) runnerOn().start();
    await eventually('an empty queue', isEmpty);

    expect(served).toHaveLength(1_000);
    expect(new Set(served).size).toBe(1_000);
  });

  it('goes on when Redis could not say what is due', async () => {
    const { queue, served, runnerOn, due, isEmpty } = queueOf();
    let refusals = 2;
    const shaky: DueQueue = {
      ...queue,
      claim: async (...args) => {
        if (refusals-- > 0) throw new Error('Connection is closed.');
        return await queue.claim(...args);
      },
    };
    await due('a');
    runnerOn(shaky).start();
    await eventually('an empty queue', isEmpty);

    expect(served).toEqual(['a']);
  });
});

describe('a runner that stops', () => {
  it('finishes what it is doing, and begins nothing', async () => {
    const { opened, open } = gate();
    const { served, runnerOn, due, isEmpty } = queueOf(() => opened);
    await due('slow');
    const runner = runnerOn();
    runner.start();
    await eventually('the work', () => served.length === 1);
    const stopped = runner.stop();
    await due('new');
    open();
    await stopped;

    expect(served).toEqual(['slow']);
    expect(await isEmpty()).toBe(false);
  });

  it('gives what takes too long to others at once', { timeout: 20_000 }, async () => {
    const { clock, served, runnerOn, due, scoreOf } = queueOf((entry) =>
      entry === 'hangs' ? new Promise(() => {}) : Promise.resolve(),
    );
    await due('hangs');
    const runner = runnerOn();
    runner.start();
    await eventually('the work', () => served.length === 1);
    started.pop();
    await runner.stop();

    expect(await scoreOf('hangs')).toBe(clock.now());
  });

  it('stops though Redis is away and cannot be told', { timeout: 20_000 }, async () => {
    const { queue, served, runnerOn, due } = queueOf(() => new Promise(() => {}));
    await due('hangs');
    const away: DueQueue = {
      ...queue,
      again: async () => {
        throw new Error('Connection is closed.');
      },
    };
    const runner = runnerOn(away);
    runner.start();
    await eventually('the work', () => served.length === 1);

    started.pop();
    await expect(runner.stop()).resolves.toBeUndefined();
  });
});
