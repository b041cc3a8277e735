import type { Json } from './json.ts';
import type { Channel } from './people.ts';
import type { World } from './world.ts';

/** Fields that every interaction payload has. https://docs.slack.dev/reference/interaction-payloads */
export function commonPayload(world: World, userId: string): Json {
  const { workspace, app } = world;
  const name = world.users.get(userId)?.name ?? '';
  return {
    token: 'sandbox',
    team: { id: workspace.id, domain: workspace.domain },
    user: { id: userId, username: name, name, team_id: workspace.id },
    api_app_id: app.id,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** How a payload names a channel. */
export function channelName(channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'private' ? 'privategroup' : channel.name;
}

/** What a person typed, as Slack encodes it: `&<>` escaped, people and channels by id. */
export function encodeTyped(world: World, text: string, withNames = false): string {
  const escaped = text.replace(/&(?!(?:amp|lt|gt);)/g, '&amp;').replace(/<(?![@#!][^<>]*>)/g, '&lt;');
  const closed = escaped.replace(/(<[@#!][^<>]*>)|>/g, (_, link: string | undefined) => link ?? '&gt;');
  return closed
    .replace(/(^|[^\w<])@([a-z0-9._-]+)/gi, (all, before: string, name: string) => {
      const user = [...world.users.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
      return user === undefined ? all : `${before}<@${user.id}${withNames ? `|${user.name}` : ''}>`;
    })
    .replace(/(^|[^\w<&])#([a-z0-9_-]+)/gi, (all, before: string, name: string) => {
      const channel = [...world.channels.values()].find((one) => one.kind !== 'im' && one.name === name);
      return channel === undefined ? all : `${before}<#${channel.id}|${channel.name}>`;
    });
}
