import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processOn } from '../app/given.ts';
import { ANA, alert, BEN, MINUTE, NOTE, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { deliveryOn, type SlackInMemory, slackInMemory } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const BIKES = service('bikes');
const OPS = service('ops', { fallback: true });
let tocsin: ReturnType<typeof processOn>;
let slack: SlackInMemory;
let delivery: ReturnType<typeof deliveryOn>;
let id = '';
beforeEach(async () => {
  tocsin = processOn(redis, [BIKES, OPS]);
  slack = slackInMemory();
  delivery = deliveryOn(redis, tocsin, slack);
  await tocsin.ingest([alert('bikes-latency', 'firing', T0)]);
  [id = ''] = await tocsin.store.openIds(1);
});

const acknowledge = () => tocsin.dispatch(id, { type: 'acknowledge', by: ANA });
const texts = (message: { blocks: unknown } | undefined) => JSON.stringify(message?.blocks);

/** Nothing waits anywhere for this incident. */
async function nothingIsDue(): Promise<boolean> {
  const waiting = await Promise.all([
    delivery.due.inLane('people', T0 + 1e9, 9),
    delivery.due.inLane('machine', T0 + 1e9, 9),
    delivery.due.channelsWaiting(),
  ]);
  return waiting.flat().length === 0;
}

describe('a card', () => {
  it('is posted once, and its time is a milestone', async () => {
    const first = await delivery.round(id);
    const second = await delivery.round(id);

    expect([first.isDone, second.isDone]).toEqual([true, true]);
    expect(slack.cards()).toHaveLength(1);
    expect(slack.calls.map(({ method }) => method)).toEqual(['chat.postMessage']);
    expect((await tocsin.store.load(id))?.milestones.postedAt).toBe(T0);
    expect(delivery.posted).toEqual([id]);
    expect(await nothingIsDue()).toBe(true);
  });

  it('asks what serves meanwhile once for each drawing, and shows it', async () => {
    const asked: string[] = [];
    const serving = {
      ...{ service: 'bikes', environment: 'unknown', action: 'fallback', back: 'switch-back', incident: 'INC-1' },
      ...{ banner: 'The popularity model serves', run: 'INC-1.1', by: ANA, since: T0, remindMs: MINUTE, remindAt: T0 },
    };
    const remediesOf = async (incident: { readonly id: string; readonly environment: string }) => {
      asked.push(incident.id);
      return { offered: [], serving: [{ ...serving, environment: incident.environment }] };
    };
    delivery = deliveryOn(redis, tocsin, slack, { remediesOf });

    await delivery.round(id);
    await delivery.round(id);
    expect(asked).toEqual([id]);
    await acknowledge();
    await delivery.round(id, 'people');

    expect(asked).toEqual([id, id]);
    expect(texts(slack.cards()[0])).toContain('The popularity model serves');
  });

  it('is drawn anew when what it shows beside its incident has changed, and then rests', async () => {
    await delivery.round(id);
    tocsin.clock.pass(MINUTE);
    await delivery.cards.outdate(id, tocsin.clock.now());
    expect(await nothingIsDue()).toBe(false);

    const { isDone } = await delivery.round(id);
    await delivery.round(id);

    expect(isDone).toBe(true);
    expect(slack.called('chat.update')).toHaveLength(1);
    expect(await nothingIsDue()).toBe(true);
  });

  it('is drawn once for all that changed since', async () => {
    await delivery.round(id);
    await acknowledge();
    await tocsin.dispatch(id, { type: 'set_severity', by: BEN, severity: 'P0' });
    await tocsin.ingest([alert('bikes-errors', 'firing', T0 + 1)]);

    const { isDone } = await delivery.round(id, 'people');

    expect(isDone).toBe(true);
    expect(slack.called('chat.update')).toHaveLength(1);
    expect(texts(slack.cards()[0])).toContain('P0');
    expect(await nothingIsDue()).toBe(true);
  });

  it('that was deleted in Slack is posted anew, with all its buttons, and its thread goes on there', async () => {
    await delivery.round(id);
    slack.remove(slack.cards()[0]);
    await acknowledge();

    const { isDone } = await delivery.round(id, 'people');

    const [card, ...more] = slack.cards();
    expect(more).toEqual([]);
    expect(isDone).toBe(true);
    expect(texts(card)).toContain('incident.resolve');
    expect(slack.notes()).toMatchObject([{ threadTs: card?.ts }]);
    expect(await delivery.cards.incidentOf(card?.channel ?? '', card?.ts ?? '')).toBe(id);
  });

  it('that was deleted and cannot be posted now is not forgotten, nor asked for without a pause', async () => {
    await delivery.round(id);
    slack.remove(slack.cards()[0]);
    await acknowledge();
    slack.plan('chat.postMessage', 503);

    const { isDone } = await delivery.round(id, 'people');

    expect(isDone).toBe(false);
    expect(await delivery.due.inLane('people', T0, 9)).toEqual([]);
    expect(await delivery.due.nextAt(T0)).toBe(T0 + 2_000);
    tocsin.clock.pass(2_000);
    expect((await delivery.round(id, 'people')).isDone).toBe(true);
    expect(slack.cards()).toHaveLength(1);
    expect(await nothingIsDue()).toBe(true);
  });

  it('whose post was not answered is found, and then drawn as the incident is by now', async () => {
    slack.plan('chat.postMessage', 'lost');
    expect(await delivery.serve(id)).toEqual({ done: false, ms: 2_000, alone: false });
    await acknowledge();

    const found = await delivery.round(id, 'people');
    const drawn = await delivery.round(id, 'people');

    expect([found.isDone, drawn.isDone]).toEqual([false, true]);
    expect(slack.cards()).toHaveLength(1);
    expect(texts(slack.cards()[0])).not.toContain('incident.acknowledge');
  });

  it('goes to the fallback channel when its own is archived, and the operators are told', async () => {
    delivery = deliveryOn(redis, tocsin, slack, { fallback: OPS.channel });
    slack.plan('chat.postMessage', 'is_archived', 1, BIKES.channel);

    const { isDone } = await delivery.round(id);

    expect(isDone).toBe(true);
    expect(slack.cards()).toMatchObject([{ channel: OPS.channel }]);
    expect(delivery.broken).toEqual([`${BIKES.channel} is_archived`]);
    expect(await nothingIsDue()).toBe(true);
    await acknowledge();
    expect((await delivery.round(id, 'people')).isDone).toBe(true);
    expect(slack.notes()).toMatchObject([{ channel: OPS.channel }]);
  });

  it('waits a minute when there is no other channel', async () => {
    slack.plan('chat.postMessage', 'channel_not_found');

    expect(await delivery.serve(id)).toEqual({ done: false, ms: 60_000, alone: false });
  });

  it.each([
    ['a revoked token holds up all', 'token_revoked', { done: false, ms: 15_000, alone: false }],
    ['a limit holds up all for as long as Slack says', { ratelimited: 7 }, { done: false, ms: 7_000, alone: false }],
    ['a server error holds up all for a moment', 500, { done: false, ms: 2_000, alone: false }],
    ['a broken connection holds up all for a moment', 'broken', { done: false, ms: 2_000, alone: false }],
  ])('%s', async (_, fault, expected) => {
    slack.plan('chat.postMessage', fault);

    expect(await delivery.serve(id)).toEqual(expected);
  });

  it('that Slack refuses is posted as text alone, and when that is refused as well it holds up nobody else', async () => {
    slack.plan('chat.postMessage', 'invalid_blocks');
    expect(await delivery.serve(id)).toEqual({ done: true });
    expect(slack.cards()).toMatchObject([{ blocks: [] }]);

    tocsin.clock.pass(60 * MINUTE);
    await tocsin.ingest([alert('bikes-memory', 'firing', tocsin.clock.now())]);
    const [other = ''] = await tocsin.store.openIds(1);
    slack.plan('chat.postMessage', 'invalid_arguments', 2);
    expect(await delivery.serve(other)).toEqual({ done: false, ms: 60_000, alone: true });
  });

  it('is kept in memory no longer than its incident, also when it came after the end', async () => {
    await tocsin.dispatch(id, { type: 'resolve', by: ANA, seen: null, text: '', note: NOTE });

    await delivery.round(id, 'people');

    expect(await redis.ttl(tocsin.keys.card(id))).toBeGreaterThan(86_400);
  });
});

describe('a card while alarms pour in', () => {
  const more = async (n: number) => {
    for (let i = 0; i < n; i++) {
      await tocsin.ingest([alert(`bikes-${tocsin.clock.now()}`, 'firing', tocsin.clock.now())]);
      await delivery.round(id);
      tocsin.clock.pass(500);
    }
  };

  it('is drawn once they are quiet for a second', async () => {
    await more(4);
    expect(slack.called('chat.update')).toEqual([]);

    tocsin.clock.pass(500);
    expect((await delivery.round(id)).isDone).toBe(true);

    expect(slack.called('chat.update')).toHaveLength(1);
  });

  it('is drawn every ten seconds all the same', async () => {
    await more(60);

    expect(slack.called('chat.update')).toHaveLength(2);
  });

  it('is drawn at once for a person', async () => {
    await more(2);
    await acknowledge();

    await delivery.round(id, 'people');

    expect(slack.called('chat.update')).toHaveLength(1);
  });
});

describe('where Slack lets nobody edit', () => {
  it('the card is posted anew, so that nobody loses a button', async () => {
    await delivery.round(id);
    await acknowledge();
    slack.plan('chat.update', 'unknown_method');

    await delivery.round(id, 'people');

    expect(slack.cards()).toHaveLength(2);
  });
});

describe('the thread', () => {
  beforeEach(async () => {
    await delivery.round(id);
    slack.forgetCalls();
  });

  it('is told of several changes in one reply', async () => {
    await acknowledge();
    await tocsin.dispatch(id, { type: 'note', by: BEN, text: 'looks like memory' });

    await delivery.round(id, 'people');

    const [note, ...more] = slack.notes();
    expect(more).toEqual([]);
    expect(note?.text).toContain('acknowledged');
    expect(note?.text).toContain('looks like memory');
  });

  it('is told again nothing of a reply that was not answered, and all that came after it', async () => {
    await acknowledge();
    slack.plan('chat.postMessage', 'lost');
    await delivery.round(id, 'people');
    await tocsin.dispatch(id, { type: 'note', by: BEN, text: 'looks like memory' });
    tocsin.clock.pass(2_000);

    await delivery.round(id, 'people');
    const { isDone } = await delivery.round(id, 'people');

    expect(isDone).toBe(true);
    expect(slack.notes().map(({ text }) => text.includes('looks like memory'))).toEqual([false, true]);
  });

  it('is not told what machines count', async () => {
    await tocsin.ingest([alert('bikes-errors', 'firing', T0 + 1)]);
    tocsin.clock.pass(1_000);

    expect((await delivery.round(id)).isDone).toBe(true);

    expect(slack.notes()).toEqual([]);
    expect(slack.called('chat.update')).toHaveLength(1);
  });

  it('that is gone costs the reply only', async () => {
    await acknowledge();
    slack.plan('chat.postMessage', 'thread_not_found');

    expect((await delivery.round(id, 'people')).isDone).toBe(true);

    expect(await delivery.cards.outbox(id)).toEqual([]);
  });
});

describe('what a person did', () => {
  it('does not wait for what a machine’s change has to wait for', async () => {
    await delivery.round(id);
    await tocsin.ingest([alert('bikes-errors', 'firing', T0 + 1)]);
    const claim = await delivery.due.claim(id);
    if (!claim) throw new Error('no claim');
    await acknowledge();

    await delivery.due.finish(claim, { channel: BIKES.channel, lane: 'machine', againAt: T0 + 60_000 });

    expect(await delivery.due.inLane('people', T0, 9)).toEqual([id]);
    expect(await delivery.due.inLane('machine', T0, 9)).toEqual([]);
  });

  it('takes what machines changed along when it has to wait', async () => {
    await delivery.round(id);
    await tocsin.ingest([alert('bikes-errors', 'firing', T0 + 1)]);
    await acknowledge();
    const claim = await delivery.due.claim(id);
    if (!claim) throw new Error('no claim');

    await delivery.due.finish(claim, { channel: BIKES.channel, lane: 'people', againAt: T0 + 60_000 });

    expect(await delivery.due.inLane('people', T0, 9)).toEqual([]);
    expect(await delivery.due.inLane('machine', T0, 9)).toEqual([]);
    expect(await delivery.due.nextAt(T0)).toBe(T0 + 60_000);
  });
});

describe('an incident that is no more', () => {
  it('is taken off every list', async () => {
    await redis.del(tocsin.keys.incident(id));

    expect((await delivery.round(id)).isDone).toBe(true);
    const claim = await delivery.due.claim(id);
    if (claim) await delivery.due.finish(claim, { channel: BIKES.channel, lane: 'machine', againAt: T0 });

    expect(await nothingIsDue()).toBe(true);
    expect(slack.calls).toEqual([]);
  });
});
