import { beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { type IntakeDeps, takeIn } from '../../src/app/intake.ts';
import { createIntakeLoop } from '../../src/app/intake-loop.ts';
import { alert, T0 } from '../domain/given.ts';

const entry = (id: string, name = id) => ({ id, alerts: [alert(name, 'firing', T0)] });

let taken: string[] = [];
let done: string[] = [];
let aside: string[] = [];
let told: string[] = [];
beforeEach(() => {
  taken = [];
  done = [];
  aside = [];
  told = [];
});

/** An ingest that breaks at some alarms, as it is asked to: nothing of a batch that fails is taken in. */
function deps(failures: Record<string, Error> = {}): IntakeDeps {
  return {
    async ingest(alerts) {
      for (const { name } of alerts) if (failures[name]) throw failures[name];
      taken.push(...alerts.map(({ name }) => name));
    },
    inbox: {
      done: async (ids) => void done.push(...ids),
      setAside: async ({ id }) => void aside.push(id),
    },
    log: { warn() {}, error() {} },
    notifyOperators: async (code) => void told.push(code),
  };
}
const away = new TransientError('away', { cause: null });
const bug = new Error('cannot read x of undefined');

describe('a batch', () => {
  it('is taken in at once and then struck off', async () => {
    await takeIn(deps(), [entry('1'), entry('2')]);

    expect([taken, done]).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
  });

  it('stays in the inbox when the trouble passes by itself', async () => {
    await expect(takeIn(deps({ 2: away }), [entry('1'), entry('2')])).rejects.toBe(away);

    expect([done, aside]).toEqual([[], []]);
  });

  it('loses only the entry that cannot be processed, and somebody is told which', async () => {
    await takeIn(deps({ 2: bug }), [entry('1'), entry('2'), entry('3')]);

    expect(taken).toEqual(['1', '3']);
    expect(done).toEqual(['1', '2', '3']);
    expect([aside, told]).toEqual([['2'], ['intake-2']]);
  });

  it('with both kinds of trouble keeps all that is not finished', async () => {
    await expect(takeIn(deps({ 2: bug, 3: away }), [entry('1'), entry('2'), entry('3'), entry('4')])).rejects.toBe(
      away,
    );

    expect(done).toEqual(['1', '2']);
    expect(aside).toEqual(['2']);
  });

  it('of nothing is no work', async () => {
    await takeIn(deps({}), []);

    expect([taken, done]).toEqual([[], []]);
  });
});

describe('the loop', () => {
  const loopOf = (reads: (() => Promise<ReturnType<typeof entry>[]>)[], failures: Record<string, Error> = {}) => {
    let next = 0;
    const read = async () => {
      const turn = reads[next++];
      if (turn) return await turn();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return [];
    };
    return createIntakeLoop({ ...deps(failures), read, abandoned: async () => [entry('left')] });
  };

  it('goes on after a read that failed', async () => {
    const loop = loopOf([() => Promise.reject(away), async () => [entry('1')]]);

    loop.start();
    while (done.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await loop.stop();

    expect(taken).toEqual(['1']);
  });

  it('finishes the batch under way when it stops', async () => {
    const { promise, resolve: give } = Promise.withResolvers<ReturnType<typeof entry>[]>();
    const loop = loopOf([() => promise]);
    loop.start();
    const stopped = loop.stop();

    give([entry('1')]);
    await stopped;

    expect(done).toEqual(['1']);
  });

  it('takes over what a process that died had begun', async () => {
    await loopOf([]).takeOver();

    expect([taken, done]).toEqual([['left'], ['left']]);
  });
});
