import type { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeliverer, type DeliverDeps, type Deliverer } from '../../src/slack/deliver.ts';
import type { Due } from '../../src/slack/due.ts';
import type { Served } from '../../src/slack/serve.ts';
import { processOn } from '../app/given.ts';
import { ANA, alert, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { deliveryOn, quiet, type SlackInMemory, slackInMemory } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const NAMES = Array.from({ length: 60 }, (_, i) => `s${i}`);
const SERVICES = NAMES.map((name) => service(name, { channel: 'C1' }));
let tocsin: ReturnType<typeof processOn>;
let slack: SlackInMemory;
let delivery: ReturnType<typeof deliveryOn>;
const started: Deliverer[] = [];
beforeEach(() => {
  tocsin = processOn(redis, SERVICES, { now: Date.now, pass: () => {} });
  slack = slackInMemory();
  delivery = deliveryOn(redis, tocsin, slack);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

function deliverer(changes: Partial<DeliverDeps> = {}): Deliverer {
  const one = createDeliverer({
    due: delivery.due,
    serve: delivery.serve,
    channelOf: async (id) => (await tocsin.store.load(id))?.channel ?? null,
    now: Date.now,
    log: quiet,
    ...changes,
  });
  started.push(one);
  return one;
}

/** Counts the questions to Redis: a deliverer that spins asks thousands of them. */
function counted(due: Due): { due: Due; questions: () => number } {
  let questions = 0;
  const inLane: Due['inLane'] = (...args) => {
    questions++;
    return due.inLane(...args);
  };
  return { due: { ...due, inLane }, questions: () => questions };
}

const open = (count: number) => tocsin.ingest(NAMES.slice(0, count).map((name) => alert(`${name}-x`, 'firing', T0)));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(5);
}

describe('a deliverer', () => {
  it('posts a card for each of many incidents, and then asks for nothing more', async () => {
    await open(60);

    deliverer().start();
    await until(async () => slack.cards().length === 60 && (await delivery.due.channelsWaiting()).length === 0);

    expect(new Set(slack.cards().map(({ text }) => text)).size).toBe(60);
    expect(slack.called('chat.postMessage')).toHaveLength(60);
  });

  it('looks at once when it is poked', async () => {
    const one = deliverer();
    one.start();
    await sleep(30);

    await open(1);
    one.poke();
    await until(() => slack.cards().length === 1);

    expect(slack.cards()).toHaveLength(1);
  });

  it('serves what people did before all cards that wait, and those before what machines changed', async () => {
    await open(3);
    const ids = (await tocsin.store.openIds(9)).toReversed();
    for (const id of ids.slice(0, 2)) await delivery.round(id);
    await tocsin.ingest([alert('s0-y', 'firing', T0)]);
    await tocsin.dispatch(ids[1] ?? '', { type: 'acknowledge', by: ANA });
    const order: string[] = [];
    const serve = async (id: string, lane: 'people' | 'machine'): Promise<Served> => {
      order.push(`${id} ${lane}`);
      return await delivery.serve(id, lane);
    };

    deliverer({ serve }).start();
    await until(() => order.length >= 3);

    expect(order.slice(0, 3)).toEqual([`${ids[1]} people`, `${ids[2]} machine`, `${ids[0]} machine`]);
  });

  it('keeps calls free for people while machines fill all the others', async () => {
    await open(40);
    const release = slack.hold();
    const one = deliverer();
    one.start();
    await until(() => slack.calls.length === 20);
    const begun = (id: string) => slack.calls.some(({ args }) => args.metadata.event_payload.name === `${id}/card/C1`);
    const last = (await tocsin.store.openIds(99)).find((id) => !begun(id)) ?? '';

    await tocsin.dispatch(last, { type: 'acknowledge', by: ANA });
    one.poke();
    await until(() => begun(last));

    expect(one.active()).toBe(21);
    release();
    await until(() => slack.cards().length === 40);
  });

  it('asks for nothing while calls are under way, however long they take', async () => {
    await open(5);
    const release = slack.hold();
    const { due, questions } = counted(delivery.due);
    const one = deliverer({ due });
    one.start();
    await until(() => one.active() === 5);
    const before = questions();

    await sleep(300);

    expect(questions() - before).toBeLessThan(8);
    release();
  });

  it('asks for nothing while what is due is served by another process', async () => {
    await open(1);
    const [id = ''] = await tocsin.store.openIds(1);
    await delivery.round(id);
    await tocsin.dispatch(id, { type: 'acknowledge', by: ANA });
    const theirs = await delivery.due.claim(id);
    const { due, questions } = counted(delivery.due);
    deliverer({ due }).start();

    await sleep(300);

    expect(questions()).toBeLessThan(8);
    expect(slack.called('chat.update')).toEqual([]);
    if (theirs) await delivery.due.release(theirs);
    await until(() => slack.called('chat.update').length === 1);
  });

  it('asks for nothing while a channel is paused, and starts as soon as it is not', async () => {
    await open(30);
    const { due, questions } = counted(delivery.due);
    await delivery.pace.pause({ method: 'post', channel: 'C1' }, 400);
    deliverer({ due }).start();

    await sleep(250);
    const asked = questions();
    await until(() => slack.cards().length === 30);

    expect(asked).toBeLessThan(40);
  });

  it('goes on with the others when many incidents fail by themselves', async () => {
    await open(60);
    const bad = new Set((await tocsin.store.openIds(99)).toReversed().slice(0, 40));
    const serve = async (id: string, lane: 'people' | 'machine'): Promise<Served> => {
      if (bad.has(id)) throw new TypeError('x is not a function');
      return await delivery.serve(id, lane);
    };

    deliverer({ serve }).start();
    await until(() => slack.cards().length === 20);

    expect(slack.cards()).toHaveLength(20);
  });

  it('ends after the calls under way, and leaves the rest to the next process', async () => {
    await open(30);
    const release = slack.hold();
    const one = deliverer();
    one.start();
    await until(() => one.active() === 20);

    const stopped = one.stop();
    await sleep(20);
    release();
    await stopped;

    expect(slack.cards()).toHaveLength(20);
    deliverer().start();
    await until(() => slack.cards().length === 30);
  });
});

describe('two deliverers on one Redis', () => {
  it('never serve one incident at once, and post each card once', async () => {
    await open(60);
    const busy = new Set<string>();
    const collisions: string[] = [];
    const serve = async (id: string, lane: 'people' | 'machine'): Promise<Served> => {
      if (busy.has(id)) collisions.push(id);
      busy.add(id);
      const served = await delivery.serve(id, lane);
      await sleep(1);
      busy.delete(id);
      return served;
    };
    const [one, two] = [deliverer({ serve }), deliverer({ serve })];

    one.start();
    two.start();
    for (const id of await tocsin.store.openIds(99)) {
      await tocsin.dispatch(id, { type: 'acknowledge', by: ANA });
      one.poke();
      two.poke();
    }
    const isDone = async () =>
      (await delivery.due.channelsWaiting()).length === 0 &&
      (await delivery.due.inLane('people', Date.now() + 1e6, 99)).length === 0;
    await until(isDone);

    expect(collisions).toEqual([]);
    expect(slack.cards()).toHaveLength(60);
    expect(slack.notes()).toHaveLength(60);
  });

  it('a lease is renewed by whoever has it, and by nobody else', async () => {
    const mine = await delivery.due.claim('INC-1');
    if (!mine) throw new Error('no claim');
    const key = tocsin.keys.lease('INC-1');
    await redis.pexpire(key, 100);

    expect(await delivery.due.renew({ ...mine, token: 'another' })).toBe(false);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(100);
    expect(await delivery.due.renew(mine)).toBe(true);
    expect(await redis.pttl(key)).toBeGreaterThan(9_000);

    await delivery.due.release({ ...mine, token: 'another' });
    expect(await delivery.due.claim('INC-1')).toBeNull();
    await delivery.due.release(mine);
    expect(await delivery.due.claim('INC-1')).not.toBeNull();
  });
});
