import { describe, expect, it } from 'vitest';
import { createDeclare } from '../../src/app/declare.ts';
import { parseService } from '../../src/config/services.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { useRedis } from '../support/redis.ts';

const DAY = 86_400_000;

describe('the history', () => {
  const server = useRedis();

  it('forgets incidents when their statistics are forgotten, so that it does not grow for ever', async () => {
    const redis = server.client();
    let at = Date.UTC(2026, 0, 1);
    const now = () => at;
    const store = createIncidentStore(redis, createKeys(), now);
    const service = parseService('owner: Ops\nchannel: C0OPS\n', 'checkout.yml');
    const declare = createDeclare({
      store,
      services: () => (service.ok ? [service.service] : []),
      now,
      poke: () => {},
    });
    const open = () =>
      declare('checkout', {
        ...{ by: 'U0ANA', title: 'Slow', summary: '' },
        ...{ severity: 'P2', incidentClass: 'system', environment: 'prod', drill: false },
      });

    await open();
    at += 800 * DAY;
    await open();
    const before = await store.history(0, at, 10);
    at += 2 * DAY;
    await open();
    const after = await store.history(0, at, 10);

    expect(before).toEqual(['INC-2', 'INC-1']);
    expect(after).toEqual(['INC-3', 'INC-2']);
  });
});
