import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tendStorms } from '../../src/slack/storm.ts';
import { processOn } from '../app/given.ts';
import { alert, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { deliveryOn, type SlackInMemory, slackInMemory } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const SERVICES = Array.from({ length: 20 }, (_, i) => service(`s${i}`, { channel: 'C1' }));
let tocsin: ReturnType<typeof processOn>;
let slack: SlackInMemory;
let delivery: ReturnType<typeof deliveryOn>;
beforeEach(() => {
  tocsin = processOn(redis, SERVICES);
  slack = slackInMemory();
  delivery = deliveryOn(redis, tocsin, slack);
});

const open = (count: number) =>
  tocsin.ingest(SERVICES.slice(0, count).map(({ name }) => alert(`${name}-x`, 'firing', T0)));
const tend = () => {
  const { keys, store } = tocsin;
  return tendStorms({ ...delivery.posting, keys, store, due: delivery.due, pace: delivery.pace });
};
const summaries = () => slack.cards().filter(({ metadata }) => metadata.event_type.includes('storm'));
const texts = () => summaries().map(({ text }) => text);

/** Gives this many of the waiting incidents their cards. */
async function postCards(count: number): Promise<void> {
  for (const { id } of await delivery.due.withoutCard('C1', count)) await delivery.round(id);
}

describe('a storm', () => {
  it('begins when more than five incidents wait for their cards', async () => {
    await open(5);
    await tend();
    expect(summaries()).toEqual([]);

    await open(6);
    await tend();

    expect(texts()).toEqual([expect.stringContaining('6 incidents with 6 alarms')]);
  });

  it('is one message that shrinks, at most every five seconds, and says when it is over', async () => {
    await open(20);
    await tend();
    await postCards(5);
    await tend();
    expect(texts()).toEqual([expect.stringContaining('20 incidents')]);

    tocsin.clock.pass(5_000);
    await tend();
    expect(texts()).toEqual([expect.stringContaining('15 incidents')]);

    await postCards(20);
    await tend();
    await tend();
    expect(texts()).toEqual([expect.stringContaining('storm is over: all 20 incidents')]);
    expect(await redis.keys('*storm*')).toEqual([]);
  });

  it('has a message of its own each time', async () => {
    for (const services of [SERVICES.slice(0, 10), SERVICES.slice(10)]) {
      await tocsin.ingest(services.map(({ name }) => alert(`${name}-x`, 'firing', T0)));
      await tend();
      await postCards(20);
      await tend();
      tocsin.clock.pass(60_000);
    }

    expect(texts()).toEqual([expect.stringContaining('over'), expect.stringContaining('over')]);
  });

  it('gets a new message when somebody deletes the old one', async () => {
    await open(10);
    await tend();
    slack.remove(summaries()[0]);
    await postCards(1);
    tocsin.clock.pass(5_000);

    await tend();
    await tend();

    expect(texts()).toEqual([expect.stringContaining('9 incidents')]);
  });

  it('ends in peace when its message was deleted before the end', async () => {
    await open(10);
    await tend();
    slack.remove(summaries()[0]);
    await postCards(20);

    await tend();
    slack.forgetCalls();
    await tend();

    expect(summaries()).toEqual([]);
    expect(slack.calls).toEqual([]);
    expect(await redis.keys('*storm*')).toEqual([]);
  });

  it('is tended by one of many processes, also when all see it at once', async () => {
    await open(10);

    await Promise.all(Array.from({ length: 8 }, tend));

    expect(summaries()).toHaveLength(1);
  });

  it('finds the message of a process that was killed before it could remember it', async () => {
    await open(10);
    slack.plan('chat.postMessage', 'lost');
    await tend();
    expect(summaries()).toHaveLength(1);
    tocsin.clock.pass(5_000);

    await tend();

    expect(summaries()).toHaveLength(1);
    await postCards(20);
    await tend();
    expect(texts()).toEqual([expect.stringContaining('over')]);
  });

  it('that passed before its message was known to be there is ended all the same', async () => {
    await open(10);
    slack.plan('chat.postMessage', 'lost');
    await tend();
    await postCards(20);
    tocsin.clock.pass(5_000);

    await tend();
    await tend();

    expect(texts()).toEqual([expect.stringContaining('over')]);
    expect(await redis.keys('*storm*')).toEqual([]);
  });

  it('that passed and had no message leaves nothing behind', async () => {
    await open(10);
    slack.plan('chat.postMessage', 'broken');
    await tend();
    await postCards(20);
    tocsin.clock.pass(5_000);

    await tend();

    expect(summaries()).toEqual([]);
    expect(await redis.keys('*storm*')).toEqual([]);
  });

  it.each([
    ['a channel that cannot be posted to', 'is_archived', 60_000],
    ['a Slack that does not answer', 503, 5_000],
  ])('does not use up the calls that cards need on %s', async (_, fault, restMs) => {
    await open(10);
    slack.plan('chat.postMessage', fault);
    await tend();
    slack.forgetCalls();

    tocsin.clock.pass(restMs - 1);
    await tend();
    expect(slack.calls).toEqual([]);
    tocsin.clock.pass(1);
    await tend();

    expect(summaries()).toHaveLength(1);
  });
});
