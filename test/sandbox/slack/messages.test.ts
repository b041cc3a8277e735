import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../sandbox/slack/messages.ts';
import { newestWithin, post, remove } from '../../../sandbox/slack/messages.ts';
import { createWorld } from '../../../sandbox/slack/seed.ts';

function worldWith(count: number, deleted: readonly number[]): Message[] {
  const world = createWorld({ workspace: 'W', users: [], channels: [{ id: 'C1', name: 'one' }], now: () => 1.7e12 });
  const channel = world.channels.get('C1');
  if (channel === undefined) throw new Error('no channel');
  const messages = Array.from({ length: count }, (_, i) => post(world, channel, { user: 'U1', text: `n${i}` }));
  for (const [i, message] of messages.entries()) if (deleted.includes(i)) remove(world, channel, message);
  return channel.roots;
}

describe('a channel’s history', () => {
  it('pages through every message that is left, once, newest first, whatever the page size', () => {
    const law = fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.array(fc.nat(39)),
      fc.integer({ min: 1, max: 12 }),
      (count, deleted, limit) => {
        const roots = worldWith(count, deleted);
        const seen: string[] = [];
        let latest: string | undefined;
        for (let more = true; more; ) {
          const result = newestWithin(roots, { latest, inclusive: false }, limit);
          seen.push(...result.page.map(({ text }) => text));
          latest = result.page.at(-1)?.ts;
          more = result.more;
        }
        const left = roots.filter((message) => !message.deleted).map(({ text }) => text);
        expect(seen).toEqual(left.reverse());
      },
    );

    fc.assert(law);
  });

  it('gives every message a timestamp of its own, also within one millisecond', () => {
    const timestamps = worldWith(100, []).map(({ ts }) => ts);

    expect(new Set(timestamps).size).toBe(100);
    expect(timestamps).toEqual([...timestamps].sort());
  });
});
