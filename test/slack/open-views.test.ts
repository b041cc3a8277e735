import { describe, expect, it } from 'vitest';
import { createOpenViews } from '../../src/slack/open-views.ts';
import { useRedis } from '../support/redis.ts';

const HOUR = 3_600_000;

describe('the open views of an incident', () => {
  const server = useRedis();

  function open() {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const views = createOpenViews({ redis: server.client(), prefix: '{test}:', now: () => clock.now });
    return { clock, views };
  }

  it('are remembered, the newest first, each once, and apart from those of others', async () => {
    const { clock, views } = open();
    for (const view of ['V1', 'V2', 'V1']) {
      clock.now++;
      await views.opened('INC-1', view);
    }
    await views.opened('INC-2', 'V9');

    expect(await views.of('INC-1')).toEqual(['V1', 'V2']);
    expect(await views.of('INC-3')).toEqual([]);
  });

  it('are forgotten when they are closed, and after an hour', async () => {
    const { clock, views } = open();
    await views.opened('INC-1', 'V1');
    await views.opened('INC-1', 'V2');
    await views.closed('INC-1', 'V2');
    expect(await views.of('INC-1')).toEqual(['V1']);

    clock.now += HOUR + 1;

    expect(await views.of('INC-1')).toEqual([]);
  });

  it('are at most twenty, so that a tick stays cheap', async () => {
    const { clock, views } = open();
    for (let i = 0; i < 25; i++) {
      clock.now++;
      await views.opened('INC-1', `V${i}`);
    }

    const open20 = await views.of('INC-1');

    expect(open20).toHaveLength(20);
    expect(open20[0]).toBe('V24');
  });
});
