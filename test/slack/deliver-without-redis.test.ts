import { expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { createDeliverer } from '../../src/slack/deliver.ts';
import type { Due } from '../../src/slack/due.ts';
import { quiet } from './given.ts';

const away = () => Promise.reject(new TransientError('Redis could not be reached', { cause: null }));

/** A store with nothing to do, in which one question after the other meets a Redis that has just gone away. */
function failingOnce(question: 'inLane' | 'channelsWaiting' | 'nextAt') {
  const asked: string[] = [];
  let failures = 0;
  const answer =
    <T>(name: string, value: T) =>
    () => {
      asked.push(name);
      return name === question && failures++ === 0 ? away() : Promise.resolve(value);
    };
  const due: Due = {
    inLane: answer('inLane', []),
    channelsWaiting: answer('channelsWaiting', []),
    withoutCard: answer('withoutCard', []),
    withoutCardCount: answer('withoutCardCount', 0),
    nextAt: answer('nextAt', null),
    claim: answer('claim', null),
    renew: answer('renew', true),
    finish: answer('finish', true),
    release: answer('release', undefined),
  };
  return { due, asked };
}

it.each([
  'inLane',
  'channelsWaiting',
  'nextAt',
] as const)('delivery goes on after %s met a Redis that went away', async (question) => {
  const { due, asked } = failingOnce(question);
  const deliverer = createDeliverer({
    due,
    serve: async () => ({ done: true }),
    channelOf: async () => null,
    now: Date.now,
    log: quiet,
  });

  deliverer.start();
  await expect.poll(() => asked.filter((name) => name === question).length, { timeout: 5_000 }).toBeGreaterThan(1);

  await expect(deliverer.stop()).resolves.toBeUndefined();
});
