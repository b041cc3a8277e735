import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNotices, type Notices } from '../../src/slack/notices.ts';
import { processOn } from '../app/given.ts';
import { service } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { deliveryOn, quiet, type SlackInMemory, slackInMemory } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

let tocsin: ReturnType<typeof processOn>;
let slack: SlackInMemory;
let notices: Notices;
let errors: object[];
beforeEach(() => {
  tocsin = processOn(redis, [service('ops', { fallback: true })]);
  slack = slackInMemory();
  errors = [];
  notices = noticesFor('C0OPS');
});

function noticesFor(channel: string | null): Notices {
  const { posting, due, pace } = deliveryOn(redis, tocsin, slack);
  const log = Object.assign(Object.create(quiet), { error: (fields: object) => void errors.push(fields) });
  return createNotices({ ...posting, log, keys: tocsin.keys, due, pace, channel: () => channel });
}
const texts = () => slack.cards().map(({ text }) => text.replace(/^.*: /, ''));

describe('a notice', () => {
  it('is posted once, oldest first, and the same cause again after an hour', async () => {
    await notices.tell('a', 'first');
    await notices.tell('b', 'second');
    await notices.tell('a', 'first again');

    await notices.deliver();
    await notices.deliver();

    expect(texts()).toEqual(['first', 'second']);
    expect(await redis.ttl(tocsin.keys.seen('notice:a'))).toBeGreaterThan(3_500);
    expect(await redis.ttl(tocsin.keys.seen('notice:a'))).toBeLessThanOrEqual(3_600);
    expect(await notices.waiting()).toBe(0);
  });

  it('waits until there is a channel', async () => {
    await noticesFor(null).tell('a', 'first');

    await noticesFor(null).deliver();
    expect(await notices.waiting()).toBe(1);
    await notices.deliver();

    expect(texts()).toEqual(['first']);
  });

  it.each<[string, string | number]>([
    ['Slack does not answer', 503],
    ['the channel is archived', 'is_archived'],
    ['the token is revoked', 'token_revoked'],
  ])('survives that %s, in order, and does not insist', async (_, fault) => {
    await notices.tell('a', 'first');
    await notices.tell('b', 'second');
    slack.plan('chat.postMessage', fault);

    await expect(notices.deliver()).rejects.toThrow();
    slack.forgetCalls();
    await notices.deliver();
    expect(slack.calls).toEqual([]);
    tocsin.clock.pass(30_000);
    await notices.deliver();

    expect(texts()).toEqual(['first', 'second']);
  });

  it('whose post was not answered is not posted twice', async () => {
    await notices.tell('a', 'first');
    slack.plan('chat.postMessage', 'lost');

    await expect(notices.deliver()).rejects.toThrow();
    tocsin.clock.pass(30_000);
    await notices.deliver();

    expect(texts()).toEqual(['first']);
    expect(await redis.hgetall(`${tocsin.keys.notices}:tries`)).toEqual({});
  });

  it('that Slack refuses is in the log, and does not hold up the others', async () => {
    await notices.tell('a', 'first');
    await notices.tell('b', 'second');
    slack.plan('chat.postMessage', 'invalid_arguments', 2);

    await notices.deliver();

    expect(texts()).toEqual(['second']);
    expect(errors).toContainEqual({ notice: 'first' });
  });

  it('that finds two hundred before it makes the oldest give way, and says so', async () => {
    for (let i = 0; i < 203; i++) await notices.tell(`cause ${i}`, `notice ${i}`);

    expect(await notices.waiting()).toBe(200);
    expect(errors).toEqual([{ dropped: 1 }, { dropped: 1 }, { dropped: 1 }]);
  });

  it('is posted once by many processes', async () => {
    await notices.tell('a', 'first');

    await Promise.all(Array.from({ length: 8 }, () => noticesFor('C0OPS').deliver()));

    expect(texts()).toEqual(['first']);
  });
});
