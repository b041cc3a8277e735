import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/decide.ts';
import { processOn } from '../app/given.ts';
import { ANA, alert, MINUTE, NOTE, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
let redis: Redis;
let tocsin: ReturnType<typeof processOn>;
beforeAll(() => {
  redis = server.client();
});
beforeEach(() => {
  tocsin = processOn(redis, [service('bikes')]);
});

const due = () => redis.zrange(tocsin.keys.dueEvidence, '0', '-1', 'WITHSCORES');
const does = (command: Command) => tocsin.dispatch('INC-1', command);

describe('evidence is due', () => {
  beforeEach(async () => {
    await tocsin.ingest([alert('bikes-latency', 'firing', T0), alert('bikes-errors', 'firing', T0)]);
  });

  it('at no moment before the card is out', async () => {
    expect(await due()).toEqual([]);
  });

  it('for the fire as soon as the card is out, once', async () => {
    tocsin.clock.pass(700);
    await does({ type: 'posted', at: tocsin.clock.now() });
    tocsin.clock.pass(MINUTE);
    await does({ type: 'posted', at: tocsin.clock.now() });

    expect(await due()).toEqual(['INC-1/fire', String(T0 + 700)]);
  });

  it('for the acknowledgement and the end, from their own moments on', async () => {
    tocsin.clock.pass(MINUTE);
    await does({ type: 'acknowledge', by: ANA });
    tocsin.clock.pass(MINUTE);
    await does({ type: 'resolve', by: ANA, seen: null, text: '', note: null });

    expect(await due()).toEqual([
      ...['INC-1/acknowledge', String(T0 + MINUTE)],
      ...['INC-1/resolve', String(T0 + 2 * MINUTE)],
    ]);
  });

  it('for both when somebody resolves what nobody had acknowledged', async () => {
    await does({ type: 'resolve', by: ANA, seen: null, text: '', note: NOTE });

    expect(await due()).toEqual(['INC-1/acknowledge', String(T0), 'INC-1/resolve', String(T0)]);
  });

  it('no later when the same moment comes again before anybody took it', async () => {
    await does({ type: 'acknowledge', by: ANA });
    await does({ type: 'resolve', by: ANA, seen: null, text: '', note: null });
    tocsin.clock.pass(MINUTE);
    await does({ type: 'reopen', by: ANA, reason: 'again' });
    await does({ type: 'resolve', by: ANA, seen: null, text: '', note: null });

    expect(await due()).toEqual(['INC-1/acknowledge', String(T0), 'INC-1/resolve', String(T0)]);
  });

  it('for nothing that a refused commit would have done', async () => {
    const incident = await tocsin.store.load('INC-1');
    if (!incident) throw new Error('nothing was opened');
    await does({ type: 'note', by: ANA, text: 'faster' });
    const won = await tocsin.store.commit({
      ...{ before: incident, after: { ...incident, version: incident.version + 1 } },
      ...{ events: [{ type: 'acknowledged', at: T0, by: ANA }], alerts: [], known: new Map() },
      ...{ groupHolder: null, lane: 'people' },
    });

    expect(won).toBe(false);
    expect(await due()).toEqual([]);
  });
});

describe('the alarms of an incident', () => {
  const keyOf = (name: string) => alert(name, 'firing', T0).key;

  it('are all known by their identity, however many the card shows', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `bikes-${n}`);
    await tocsin.ingest(names.map((name) => alert(name, 'firing', T0)));

    expect((await tocsin.store.memberKeys('INC-1')).sort()).toEqual(names.map(keyOf).sort());
  });

  it('are known again after an end, as far as the card shows them', async () => {
    await tocsin.ingest([alert('bikes-latency', 'firing', T0)]);
    await redis.hset(tocsin.keys.card('INC-1'), 'ts', '1.0');
    await does({ type: 'resolve', by: ANA, seen: null, text: '', note: null });
    await does({ type: 'reopen', by: ANA, reason: 'again' });

    expect(await tocsin.store.memberKeys('INC-1')).toEqual([keyOf('bikes-latency')]);
  });

  it('are none where there is no incident', async () => {
    expect(await tocsin.store.memberKeys('INC-404')).toEqual([]);
  });
});
