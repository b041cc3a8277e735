import { expect, it } from 'vitest';
import { gathered } from '../../src/store/gather.ts';

/** A call that is answered when the test says so. */
function setup() {
  const calls: { items: readonly number[]; answer: (numbers: number[]) => void; fail: (error: Error) => void }[] = [];
  const ask = gathered(
    (items: readonly number[]) =>
      new Promise<number[]>((answer, fail) => {
        calls.push({ items, answer, fail });
      }),
  );
  return { ask, calls, turn: () => new Promise((resolve) => setImmediate(resolve)) };
}

it('sends together what is asked in one turn, and answers each with its own', async () => {
  const { ask, calls, turn } = setup();

  const asked = [ask(1), ask(2), ask(3)];
  await turn();
  calls[0]?.answer([10, 20, 30]);

  expect(calls.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  expect(await Promise.all(asked)).toEqual([10, 20, 30]);
});

it('holds what is asked while a call is under way, and sends it as soon as that is answered', async () => {
  const { ask, calls, turn } = setup();
  const first = ask(1);
  await turn();

  const later = [ask(2), ask(3)];
  await turn();
  const before = calls.length;
  calls[0]?.answer([10]);
  await turn();
  calls[1]?.answer([20, 30]);

  expect(before).toBe(1);
  expect(await Promise.all([first, ...later])).toEqual([10, 20, 30]);
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3]]);
});

it('tells all of a failed call, and nobody after them', async () => {
  const { ask, calls, turn } = setup();
  const failed = Promise.allSettled([ask(1), ask(2)]);
  await turn();
  const next = ask(3);

  calls[0]?.fail(new Error('away'));
  const told = await failed;
  await turn();
  calls[1]?.answer([30]);

  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await next).toBe(30);
});

it('sends no more than a hundred at once', async () => {
  const { ask, calls, turn } = setup();
  const asked = Array.from({ length: 150 }, (_, i) => ask(i));
  await turn();

  calls[0]?.answer(calls[0].items.map((item) => item + 1));
  await turn();
  calls[1]?.answer(calls[1].items.map((item) => item + 1));

  expect(calls.map(({ items }) => items.length)).toEqual([100, 50]);
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
});
