import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findEarlier, type Posting, postOnce } from '../../src/slack/posting.ts';
import { processOn } from '../app/given.ts';
import { useRedis } from '../support/redis.ts';
import { deliveryOn, type Fault, type SlackInMemory, slackInMemory } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const MESSAGE = { text: 'hello', blocks: [{ type: 'divider' as const }] };
const POSTING: Posting = { memory: 'memory', name: 'm1', eventType: 'test_posted', channel: 'C1', message: MESSAGE };
let slack: SlackInMemory;
let delivery: ReturnType<typeof deliveryOn>;
let tocsin: ReturnType<typeof processOn>;
beforeEach(() => {
  tocsin = processOn(redis, []);
  slack = slackInMemory();
  delivery = deliveryOn(redis, tocsin, slack);
});

const post = (more: Partial<Posting> = {}) => postOnce(delivery.posting, { ...POSTING, ...more });
const remembered = () => redis.hgetall('memory');

describe('a post', () => {
  it('that Slack takes is made without looking first', async () => {
    const posted = await post();

    expect(posted).toMatchObject({ channel: 'C1', ts: slack.messages[0]?.ts });
    expect(slack.calls.map(({ method }) => method)).toEqual(['chat.postMessage']);
    expect(slack.calls[0]?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
  });

  it.each<[string, Fault]>([
    ['the connection broke after it was done', 'lost'],
    ['the connection broke before', 'broken'],
    ['the server failed', 503],
    ['Slack failed, and it may have been done', 'internal_error'],
    ['Slack failed badly', 'fatal_error'],
  ])('is remembered when %s, and made once all the same', async (_, fault) => {
    slack.plan('chat.postMessage', fault);
    await expect(post()).rejects.toThrow();
    expect(Object.keys(await remembered())).toEqual(['try:m1']);

    const posted = await post();

    expect(slack.messages).toHaveLength(1);
    expect(posted.ts).toBe(slack.messages[0]?.ts);
  });

  it.each<[string, Fault]>([
    ['is asked to wait', { ratelimited: 3 }],
    ['may not post there', 'not_in_channel'],
    ['has no token any more', 'token_revoked'],
  ])('is forgotten when it %s: nothing was done', async (_, fault) => {
    slack.plan('chat.postMessage', fault);

    await expect(post()).rejects.toThrow();

    expect(await remembered()).toEqual({});
  });

  it('is looked for in its own thread', async () => {
    const { ts } = await post({ name: 'root' });
    slack.plan('chat.postMessage', 'lost');
    await expect(post({ threadTs: ts })).rejects.toThrow();

    const found = await post({ threadTs: ts });

    expect(slack.called('conversations.replies')).toHaveLength(1);
    expect(found.ts).toBe(slack.messages[1]?.ts);
    expect(slack.messages).toHaveLength(2);
  });

  it('is found behind everything that was said since', async () => {
    slack.plan('chat.postMessage', 'lost');
    await expect(post()).rejects.toThrow();
    const mine = slack.messages[0]?.ts;
    for (let i = 0; i < 250; i++) {
      slack.messages.push({ channel: 'C1', ts: `9${i}`, threadTs: undefined, text: '', blocks: [], metadata: null });
    }

    expect((await post()).ts).toBe(mine);

    expect(slack.called('conversations.history')).toHaveLength(3);
  });

  it('is not taken for another one that looks alike', async () => {
    slack.plan('chat.postMessage', 'broken');
    await expect(post()).rejects.toThrow();
    await post({ name: 'm2' });
    await post({ eventType: 'other_posted', memory: 'elsewhere' });

    await post();

    expect(slack.messages).toHaveLength(3);
  });

  it.each([
    'missing_scope',
    'not_in_channel',
  ])('is made again when we may not look (%s), and that is counted', async (code) => {
    slack.plan('chat.postMessage', 'lost');
    await expect(post()).rejects.toThrow();
    slack.plan('conversations.history', code);

    await post();

    expect(slack.messages).toHaveLength(2);
    expect(delivery.blind).toEqual([code]);
  });

  it('is not made while we cannot know: the look itself was not answered', async () => {
    slack.plan('chat.postMessage', 'lost');
    await expect(post()).rejects.toThrow();
    slack.plan('conversations.history', 503);

    await expect(post()).rejects.toThrow();

    expect(slack.messages).toHaveLength(1);
    expect(Object.keys(await remembered())).toEqual(['try:m1']);
  });

  it('whose blocks are refused goes as text alone', async () => {
    slack.plan('chat.postMessage', 'invalid_blocks');

    await post();

    expect(slack.messages).toMatchObject([{ text: 'hello', blocks: [] }]);
  });
});

describe('looking for an earlier try', () => {
  it('posts nothing, and asks nothing when there was none', async () => {
    expect(await findEarlier(delivery.posting, POSTING)).toBeNull();
    expect(slack.calls).toEqual([]);

    slack.plan('chat.postMessage', 'lost');
    await expect(post()).rejects.toThrow();

    expect(await findEarlier(delivery.posting, POSTING)).toMatchObject({ ts: slack.messages[0]?.ts });
    expect(slack.messages).toHaveLength(1);
  });
});
