import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatch } from '../../src/app/dispatch.ts';
import { createIngest } from '../../src/app/ingest.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { Service } from '../../src/domain/service.ts';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { createDue } from '../../src/slack/due.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { PLAIN_ALERT, PLAIN_SERVICE } from '../support/plain.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const NOW = 1_790_000_000_000;

describe('the lane of what people did', () => {
  let desk: ReturnType<typeof open>;
  beforeEach(async () => {
    desk = open();
    await desk.fire('first');
    await desk.cards.posted('INC-1', { channel: 'C1', ts: '1.1', version: 2, drawnAt: NOW }, 'INC-1/card/C1');
    await desk.serve(2);
  });

  it('is left when that is shown and told, though alarms have come meanwhile', async () => {
    await desk.acknowledge();
    await desk.fire('second');

    await desk.serve(3);

    expect(await desk.lanes()).toEqual({ people: [], machine: ['INC-1'] });
  });

  it('is kept until that is shown', async () => {
    await desk.fire('second');
    await desk.acknowledge();

    await desk.serve(3);

    expect(await desk.lanes()).toMatchObject({ people: ['INC-1'] });
  });

  it('is kept until the thread has been told', async () => {
    await desk.acknowledge();
    await desk.fire('second');

    await desk.serve(3, { told: 0 });

    expect(await desk.lanes()).toMatchObject({ people: ['INC-1'] });
  });

  it('is left for good when all is shown', async () => {
    await desk.acknowledge();

    await desk.serve(3);

    expect(await desk.lanes()).toEqual({ people: [], machine: [] });
  });
});

function open() {
  const client = redis.client();
  const keys = createKeys();
  const now = () => NOW;
  const store = createIncidentStore(client, keys, now);
  const deps = { store, now, poke: () => undefined };
  const dispatch = createDispatch(deps);
  const ingest = createIngest({ ...deps, services: () => [SERVICE] });
  const due = createDue(client, keys);
  const cards = createCardMemory(client, keys);

  return {
    cards,
    fire: (name: string) => ingest([alarm(name)]),
    acknowledge: () => dispatch('INC-1', { type: 'acknowledge', by: 'U1' }),
    /** One round that draws this version, and tells the thread all or nothing. */
    async serve(version: number, { told = 1 } = {}) {
      const claim = await due.claim('INC-1');
      await cards.drawn('INC-1', { channel: 'C1', ts: '1.1', outdated: 0 }, version, NOW);
      if (told > 0) await cards.told('INC-1', told, 'INC-1/note');
      if (claim) await due.finish(claim, { channel: 'C1', lane: 'people', againAt: NOW });
    },
    async lanes() {
      const [people, machine] = await Promise.all([due.inLane('people', NOW, 9), due.inLane('machine', NOW, 9)]);
      return { people, machine };
    },
  };
}

const SERVICE: Service = {
  ...PLAIN_SERVICE,
  name: 'forecasts',
  title: 'Forecasts',
  owner: 'Forecasting',
  channel: 'C1',
  responders: [],
  fallback: true,
  rules: [],
  links: [],
  groupingMs: 600_000,
  reopenMs: 600_000,
  recovery: { end: 'resolve', watchMs: 300_000 },
};

function alarm(name: string): Alert {
  return {
    ...{
      key: `cw:1:1/eu-west-1/${name}`,
      source: 'cloudwatch',
      name,
      state: 'firing',
      changedAt: NOW,
      receivedAt: NOW,
    },
    ...{ reason: 'Threshold Crossed', description: null, account: '1', region: 'eu-west-1', measurement: null },
    ...{ ...PLAIN_ALERT, children: [], labels: {}, url: null },
  };
}
