import type { Channel } from './people.ts';
import { createChannel } from './people.ts';
import type { World } from './world.ts';

/** The id of the direct messages between the app and a person. */
export function dmOf(user: string): string {
  return `D${user.slice(1)}`;
}

/** The direct messages between the app and a person, opened when there are none yet. The id is the same after a restart. */
export function openDm(world: World, user: string): Channel {
  const id = dmOf(user);
  const existing = world.channels.get(id);
  if (existing !== undefined) return existing;
  const channel = createChannel({
    id,
    name: world.app.name,
    kind: 'im',
    creator: world.app.botUserId,
    created: Math.floor(world.now() / 1000),
    members: [user, world.app.botUserId],
  });
  world.channels.set(id, channel);
  world.changed();
  return channel;
}
