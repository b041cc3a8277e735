import type { ActResult } from '../api.ts';
import type { Acting } from './acting.ts';
import { DONE, refuse } from './acting.ts';
import { archiveChannel, enter } from './methods/conversations.ts';
import type { Channel } from './people.ts';

/** Slack's own commands that one needs around an app. `undefined` when the text is none of them. */
export function runBuiltin(acting: Acting, user: string, channel: Channel, typed: string): ActResult | undefined {
  const [name, ...rest] = typed.split(/\s+/);
  if (name === '/invite') return invite(acting, user, channel, rest.join(' '));
  if (name !== '/archive') return undefined;
  if (channel.kind === 'im') return refuse(acting, user, 'Direct messages cannot be archived.');
  archiveChannel(acting, channel, user);
  return DONE;
}

/** `/invite @Tocsin`: how an app comes into a channel that it may not join by itself. */
function invite(acting: Acting, user: string, channel: Channel, whom: string): ActResult {
  const wanted = whom.replace(/^@/, '').toLowerCase();
  const found = [...acting.world.users.values()].find(
    ({ name, realName }) => name.toLowerCase() === wanted || realName.toLowerCase() === wanted,
  );
  if (found === undefined || channel.kind === 'im') return refuse(acting, user, 'Nobody here has that name.');
  enter(acting, channel, found.id);
  return DONE;
}
