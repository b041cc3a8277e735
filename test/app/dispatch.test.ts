import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alert, MINUTE, service, T0 } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { clockAt, processOn } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const BIKES = service('bikes');
let tocsin: ReturnType<typeof processOn>;
beforeEach(() => {
  tocsin = processOn(redis, [BIKES]);
});

async function openOne(): Promise<string> {
  await tocsin.ingest([alert('bikes-latency', 'firing', T0)]);
  const [incident] = await tocsin.all();
  return incident?.id ?? '';
}

describe('forty acknowledgements by eight people at once', () => {
  it('make one owner; the owner hears nothing new and everybody else who has it', async () => {
    const id = await openOne();
    const other = processOn(server.client(), [BIKES], clockAt());
    const people = Array.from({ length: 40 }, (_, i) => `U${i % 8}`);

    const results = await Promise.all(
      people.map((by, i) => (i % 2 === 0 ? tocsin : other).dispatch(id, { type: 'acknowledge', by })),
    );

    const owner = (await tocsin.store.load(id))?.owner;
    const events = await tocsin.store.events(id);
    expect(events.filter(({ type }) => type === 'acknowledged')).toEqual([{ type: 'acknowledged', at: T0, by: owner }]);
    for (const [i, result] of results.entries()) expect(result.ok).toBe(people[i] === owner);
    expect(results.filter(({ ok }) => ok)).toHaveLength(5);
    expect(results.filter((result) => !result.ok && result.rejection.message.includes(`<@${owner}>`))).toHaveLength(35);
  });
});

describe('a command', () => {
  it('of an unknown incident is refused kindly', async () => {
    const result = await tocsin.dispatch('INC-404', { type: 'acknowledge', by: 'U1' });

    expect(result).toMatchObject({ ok: false, rejection: { code: 'not_found' } });
  });

  it('answers the incident as it is afterwards, and pokes the deliverer with its lane', async () => {
    const id = await openOne();
    tocsin.pokes.length = 0;

    const result = await tocsin.dispatch(id, { type: 'acknowledge', by: 'U1' });

    expect(result).toMatchObject({ ok: true, value: { id, owner: 'U1', version: 3 } });
    expect(tocsin.pokes).toEqual([{ id, lane: 'people' }]);
  });

  it('that changes nothing writes nothing and pokes nobody', async () => {
    const id = await openOne();
    await tocsin.dispatch(id, { type: 'acknowledge', by: 'U1' });
    tocsin.pokes.length = 0;

    const result = await tocsin.dispatch(id, { type: 'acknowledge', by: 'U1' });

    expect(result).toMatchObject({ ok: true, value: { version: 3 } });
    expect(tocsin.pokes).toEqual([]);
  });

  it('that shows nowhere pokes nobody', async () => {
    const id = await openOne();
    tocsin.pokes.length = 0;

    await tocsin.dispatch(id, { type: 'posted', at: T0 + 1 });

    expect(tocsin.pokes).toEqual([]);
  });

  it('is decided anew on what the winner left, so that notes of many people are all kept', async () => {
    const id = await openOne();

    const results = await Promise.all(
      Array.from({ length: 30 }, (_, i) => tocsin.dispatch(id, { type: 'note', by: `U${i}`, text: `note ${i}` })),
    );

    expect(results.every(({ ok }) => ok)).toBe(true);
    const noted = (await tocsin.store.events(id)).filter(({ type }) => type === 'noted');
    expect(new Set(noted.map((event) => 'text' in event && event.text)).size).toBe(30);
  });
});

describe('declaring', () => {
  const declaration = {
    by: 'U1',
    environment: 'prod',
    title: 'Riders see no bikes',
    summary: 'since the release',
    severity: 'P1',
    incidentClass: 'system',
    drill: false,
  } as const;

  it('opens an incident that the alarms of its group join', async () => {
    const result = await tocsin.declare('bikes', declaration);
    tocsin.clock.pass(MINUTE);

    await tocsin.ingest([alert('bikes-latency', 'firing', T0)]);

    const [incident, ...more] = await tocsin.all();
    expect(result).toMatchObject({ ok: true, value: { openedBy: 'U1', title: 'Riders see no bikes', severity: 'P1' } });
    expect(more).toEqual([]);
    expect(incident?.members).toMatchObject({ total: 1, firing: 1 });
  });

  it('opens one beside another open one of the group, and the newest one takes the alarms', async () => {
    const first = await openOne();

    const result = await tocsin.declare('bikes', declaration);
    await tocsin.ingest([alert('bikes-errors', 'firing', T0)]);

    const [alarm, declared] = await tocsin.all();
    expect([alarm?.id, alarm?.members.total]).toEqual([first, 1]);
    expect([declared?.id, declared?.members.total]).toEqual([result.ok && result.value.id, 1]);
  });

  it('for a service that is not there is refused', async () => {
    expect(await tocsin.declare('nope', declaration)).toMatchObject({ ok: false, rejection: { code: 'not_found' } });
  });

  it('by ten people at once opens ten incidents with numbers of their own', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => tocsin.declare('bikes', declaration)));

    expect(new Set(results.map((result) => result.ok && result.value.id)).size).toBe(10);
    expect(await tocsin.store.openCount()).toBe(10);
  });
});
