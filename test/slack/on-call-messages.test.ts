import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GapNotice, HandOffNotice } from '../../src/app/on-call.ts';
import type { CoverNotice } from '../../src/app/on-call-messages.ts';
import type { Handed } from '../../src/domain/rotation.ts';
import { createOnCallMemory } from '../../src/slack/on-call-memory.ts';
import { createOnCallMessages, type OnCallPost } from '../../src/slack/on-call-messages.ts';
import { processOn } from '../app/given.ts';
import { service } from '../domain/given.ts';
import { ANA, BEN, CAT, HOUR, rotation } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';
import { deliveryOn, quiet, type SlackInMemory, slackInMemory } from './given.ts';

const server = useRedis();
const services = [service('shop', { channel: 'C0SHOP' }), service('ops', { channel: 'C0OPS', fallback: true })];
const payments = { ...rotation(), name: 'shop/payments' };
let redis: Redis;
let tocsin: ReturnType<typeof processOn>;
let slack: SlackInMemory;
let posts: OnCallPost;
let broken: string[];
let handed: Handed | null;
beforeAll(() => {
  redis = server.client();
});
beforeEach(() => {
  tocsin = processOn(redis, services);
  slack = slackInMemory();
  broken = [];
  handed = null;
  posts = another();
});

function another(): OnCallPost {
  const { posting, pace } = deliveryOn(redis, tocsin, slack);
  const { keys, store } = tocsin;
  return createOnCallMessages({
    ...{ ...posting, log: quiet, memory: createOnCallMemory(redis, keys), messageKey: keys.onCallMessage },
    ...{ store, services: () => services, pace, fallbackChannel: () => 'C0OPS', handed: async () => handed },
    serving: async () => [],
    onBrokenChannel: async (channel, code) => void broken.push(`${channel} ${code}`),
  });
}

const now = () => tocsin.clock.now();
const text = () => slack.cards().map((one) => JSON.stringify(one.blocks));
const hasButton = (id: string) => text().some((one) => one.includes(id));

function handOff(changes: Partial<HandOffNotice> = {}): HandOffNotice {
  const summary = {
    ...{ rotation: 'shop/payments', at: now(), from: ANA, to: BEN },
    ...{ since: now() - 24 * HOUR, until: now() + 24 * HOUR, next: CAT },
  };
  return { id: `hand-off:${now()}`, kind: 'hand-off', service: 'shop', rotation: payments, summary, ...changes };
}

function cover(changes: Partial<CoverNotice['request']> = {}): CoverNotice {
  const request = {
    ...{ id: 'c1', rotation: 'shop/payments', asker: ANA, askedAt: now(), note: 'dentist' },
    ...{ spans: [{ from: now() + HOUR, to: now() + 2 * HOUR }], taken: null, withdrawnAt: null },
    ...changes,
  };
  return { service: 'shop', rotation: payments, request };
}

function gap(): GapNotice {
  const warning = { rotation: 'shop/payments', from: now() + 24 * HOUR, to: now() + 30 * HOUR, key: 'k', words: '' };
  return { id: 'gap:1', service: 'shop', rotation: payments, warning };
}

describe('a message about who is on call', () => {
  it('is in the channel of the service, once, however often it is told and by however many processes', async () => {
    await posts.tellHandOff(handOff());
    await posts.tellHandOff(handOff());
    await Promise.all([posts, another(), another()].map((one) => one.deliver()));
    await posts.deliver();

    expect(slack.cards().map(({ channel }) => channel)).toEqual(['C0SHOP']);
  });

  it('is posted once when Slack did not answer', async () => {
    await posts.tellGap(gap());
    slack.plan('chat.postMessage', 'lost');

    await posts.deliver();
    tocsin.clock.pass(60_000);
    await another().deliver();

    expect(slack.cards()).toHaveLength(1);
  });

  it.each<[string, string | number]>([
    ['Slack is away', 503],
    ['the token is revoked', 'token_revoked'],
  ])('comes later when %s', async (_, fault) => {
    await posts.tellGap(gap());
    slack.plan('chat.postMessage', fault);

    await posts.deliver();
    expect(slack.cards()).toEqual([]);
    tocsin.clock.pass(60_000);
    await posts.deliver();

    expect(slack.cards()).toHaveLength(1);
  });

  it('waits as long as Slack asks for', async () => {
    await posts.tellGap(gap());
    slack.plan('chat.postMessage', { ratelimited: 2 });

    await posts.deliver();

    expect(Number(await redis.zscore(tocsin.keys.onCallMessagesDue, 'gap:1'))).toBe(now() + 2_000);
    expect(await redis.hget(tocsin.keys.onCallMessage('gap:1'), 'failures')).toBeNull();
  });

  it('goes elsewhere when its channel is archived, and operators hear of it', async () => {
    await posts.tellGap(gap());
    slack.plan('chat.postMessage', 'is_archived', 1, 'C0SHOP');

    await posts.deliver();

    expect(slack.cards().map(({ channel }) => channel)).toEqual(['C0OPS']);
    expect(broken).toEqual(['C0SHOP is_archived']);
  });

  it('is not said when it is not true any more', async () => {
    await posts.tellGap(gap());
    slack.plan('chat.postMessage', 503);
    await posts.deliver();
    tocsin.clock.pass(31 * HOUR);

    await posts.deliver();

    expect(slack.cards()).toEqual([]);
    expect(await redis.zcard(tocsin.keys.onCallMessagesDue)).toBe(0);
  });
});

describe('a hand-off', () => {
  it('asks the receiver until they have it, and says so in every message of it', async () => {
    const first = handOff();
    await posts.tellHandOff(first);
    await posts.tellHandOff({ ...first, id: 'reminder:1', kind: 'reminder' });
    await posts.deliver();
    expect(slack.cards()).toHaveLength(2);
    expect(text().every((one) => one.includes('handoff.have'))).toBe(true);

    await posts.tellReceived('shop/payments', first.summary.at, { by: BEN, at: now() });
    await posts.deliver();

    expect(hasButton('handoff.have')).toBe(false);
    expect(text().every((one) => one.includes(`<@${BEN}> has it since`))).toBe(true);
  });

  it('that was received before it was posted is never asked', async () => {
    const notice = handOff();
    await posts.tellReceived('shop/payments', notice.summary.at, { by: BEN, at: now() });
    await posts.tellHandOff(notice);

    await posts.deliver();

    expect(slack.cards()).toHaveLength(1);
    expect(hasButton('handoff.have')).toBe(false);
  });

  it('to somebody who put themselves on call asks nothing', async () => {
    const notice = handOff();
    handed = { at: notice.summary.at, to: BEN, received: { by: BEN, at: now() } };
    await posts.tellHandOff(notice);

    await posts.deliver();

    expect(hasButton('handoff.have')).toBe(false);
    expect(text()[0]).toContain(`<@${BEN}> has it since`);
  });

  it('after which there was another one asks nothing any more', async () => {
    const first = handOff();
    await posts.tellHandOff(first);
    await posts.deliver();
    tocsin.clock.pass(HOUR);
    handed = { at: now(), to: CAT, received: null };

    await posts.tellHandOff(handOff({ summary: { ...first.summary, at: now(), from: BEN, to: CAT } }));
    await posts.deliver();

    const [older, newer] = text();
    expect(older).toContain(`<@${BEN}> was on call`);
    expect(older).not.toContain('handoff.have');
    expect(newer).toContain('handoff.have');
  });

  it('whose message somebody deleted is left alone', async () => {
    const notice = handOff();
    await posts.tellHandOff(notice);
    await posts.deliver();
    slack.remove(slack.cards()[0]);

    await posts.tellReceived('shop/payments', notice.summary.at, { by: BEN, at: now() });
    await posts.deliver();

    expect(slack.cards()).toEqual([]);
    expect(await redis.zcard(tocsin.keys.onCallMessagesDue)).toBe(0);
  });
});

describe('a request for cover', () => {
  it('is settled in the message that it has', async () => {
    await posts.tellCover(cover());
    await posts.deliver();
    expect(hasButton('cover.take')).toBe(true);

    await posts.tellCover(cover({ taken: { by: CAT, at: now() } }));
    await posts.deliver();

    expect(slack.cards()).toHaveLength(1);
    expect(hasButton('cover.take')).toBe(false);
    expect(text()[0]).toContain(`<@${CAT}> covers for <@${ANA}>`);
  });

  it('that was settled is not opened again by whoever tells of it late', async () => {
    await posts.tellCover(cover({ withdrawnAt: now() }));
    await posts.tellCover(cover());

    await posts.deliver();

    expect(hasButton('cover.take')).toBe(false);
  });

  it('that changes while it is posted is drawn anew', async () => {
    await posts.tellCover(cover());
    const release = slack.hold();
    const posting = posts.deliver();
    await posts.tellCover(cover({ taken: { by: CAT, at: now() } }));
    release();
    await posting;
    await posts.deliver();

    expect(slack.cards()).toHaveLength(1);
    expect(hasButton('cover.take')).toBe(false);
  });
});
