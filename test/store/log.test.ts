import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/decide.ts';
import { writeEvent } from '../../src/store/event-log.ts';
import { createPolicies } from '../../src/store/policies.ts';
import { processOn } from '../app/given.ts';
import { path, policy, step } from '../domain/escalation-given.ts';
import { ANA, alert, BEN, NOTE, replay, rule, service } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const BIKES = service('bikes', {
  rules: [rule('bikes-*', { severity: 'P1' })],
  escalation: policy([path([step('page/L1.1')])]),
});
const ID = 'INC-1';
const RESOLVE = { type: 'resolve', by: ANA, seen: null, text: 'done', note: NOTE } as const;
const note = (text: string) => ({ type: 'note', by: BEN, text }) as const;

let tocsin: ReturnType<typeof processOn>;
beforeEach(async () => {
  tocsin = processOn(redis, [BIKES]);
  await tocsin.ingest([alert('bikes-latency', 'firing', tocsin.clock.now())]);
});

const entries = () => redis.lrange(tocsin.keys.log(ID), '0', '-1');

async function does(...commands: Command[]): Promise<void> {
  for (const command of commands) expect(await tocsin.dispatch(ID, command)).toMatchObject({ ok: true });
}

/** The types of its events, which make the incident that the store has. */
async function types(): Promise<string[]> {
  const [events, incident] = await Promise.all([tocsin.store.events(ID), tocsin.store.load(ID)]);
  expect(replay(events)).toEqual(incident);
  return events.map(({ type }) => type);
}

describe('the log of an incident', () => {
  it('has an entry for each event while it is open, one for all when it is over, and is read alike', async () => {
    await does({ type: 'acknowledge', by: ANA });
    const before = await types();
    expect(await entries()).toHaveLength(before.length);

    await does(RESOLVE);

    expect(await types()).toEqual([...before, 'resolved', 'closed']);
    expect(await entries()).toHaveLength(1);
  });

  it('goes on with plain events when it is reopened, and is packed whole at the next end', async () => {
    await does(RESOLVE, { type: 'reopen', by: BEN, reason: 'again' }, note('looking'));
    expect(await entries()).toHaveLength(3);
    expect((await types()).slice(-2)).toEqual(['reopened', 'noted']);

    await does(RESOLVE);

    expect((await types()).slice(-4)).toEqual(['reopened', 'noted', 'resolved', 'closed']);
    expect(await entries()).toHaveLength(1);
  });

  it('takes in what is said after the end', async () => {
    await does({ ...RESOLVE, note: null }, note('one'), { type: 'close', by: ANA, note: NOTE }, note('two'));

    expect((await types()).slice(-4)).toEqual(['resolved', 'noted', 'closed', 'noted']);
    expect(await entries()).toHaveLength(1);
  });

  it('loses nothing when many write to it while it ends', async () => {
    const words = Array.from({ length: 20 }, (_, n) => `note ${n}`);
    const other = processOn(server.client(), [BIKES], tocsin.clock);

    await Promise.all([
      ...words.map((word, n) => (n % 2 === 0 ? tocsin : other).dispatch(ID, note(word))),
      other.dispatch(ID, RESOLVE),
    ]);

    const events = await tocsin.store.events(ID);
    expect(events.flatMap((event) => (event.type === 'noted' ? [event.text] : [])).sort()).toEqual(words.sort());
    expect(await types()).toHaveLength(events.length);
    expect(await entries()).toHaveLength(1);
  });

  it('that was over before logs were packed is read as it is, and packed by the next event', async () => {
    await does(RESOLVE);
    const events = await tocsin.store.events(ID);
    const policies = createPolicies(redis, tocsin.keys);
    await redis.del(tocsin.keys.log(ID));
    await redis.rpush(tocsin.keys.log(ID), ...events.map((event) => writeEvent(event, policies)));
    expect(await tocsin.store.events(ID)).toEqual(events);

    await does(note('later'));

    expect(await types()).toEqual([...events.map(({ type }) => type), 'noted']);
    expect(await entries()).toHaveLength(1);
  });

  it('stays as it is where it is very long', async () => {
    const long = note('x'.repeat(3_000));
    for (let n = 0; n < 90; n++) await does(long);

    await does(RESOLVE);

    expect(await entries()).toHaveLength((await types()).length);
  });
});
