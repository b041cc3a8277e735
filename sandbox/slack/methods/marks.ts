import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { optionalText, requiredText } from '../args.ts';
import type { Message } from '../messages.ts';
import { find } from '../messages.ts';
import type { Method, Services } from '../method.ts';
import { channelOf, method, workingChannelOf } from '../method.ts';
import type { Channel } from '../people.ts';
import { messageOut } from '../presentation.ts';
import type { World } from '../world.ts';

/** https://docs.slack.dev/reference/methods/pins.add and bookmarks.add */
const MAX_PINS = 100;
const MAX_BOOKMARKS = 100;

export const markMethods: Readonly<Record<string, Method>> = {
  'reactions.add': method(react, 'tier3', ['reactions:write']),
  'reactions.remove': method(unreact, 'tier2', ['reactions:write']),
  'pins.add': method(pin, 'tier2', ['pins:write']),
  'pins.remove': method(unpin, 'tier2', ['pins:write']),
  'pins.list': method(pins, 'tier2', ['pins:read']),
  'bookmarks.add': method(bookmark, 'tier2', ['bookmarks:write']),
  'bookmarks.list': method(bookmarks, 'tier3', ['bookmarks:read']),
};

function react({ world, events }: Services, args: Args) {
  const { channel, message } = marked(world, args);
  const name = requiredText(args, 'name').replaceAll(':', '');
  const users = message.reactions.get(name) ?? new Set();
  if (users.has(world.app.botUserId)) throw new ApiError('already_reacted');
  message.reactions.set(name, users.add(world.app.botUserId));
  const item = { type: 'message', channel: channel.id, ts: message.ts };
  events.emit('reaction_added', { type: 'reaction_added', user: world.app.botUserId, reaction: name, item });
  world.changed();
  return {};
}

function unreact({ world }: Services, args: Args) {
  const { message } = marked(world, args);
  const name = requiredText(args, 'name').replaceAll(':', '');
  if (message.reactions.get(name)?.delete(world.app.botUserId) !== true) throw new ApiError('no_reaction');
  world.changed();
  return {};
}

function pin({ world }: Services, args: Args) {
  const { channel, message } = marked(world, args);
  if (channel.pins.has(message.ts)) throw new ApiError('already_pinned');
  if (channel.pins.size >= MAX_PINS) throw new ApiError('too_many_pins');
  channel.pins.set(message.ts, { by: world.app.botUserId, at: Math.floor(world.now() / 1000) });
  world.changed();
  return {};
}

function unpin({ world }: Services, args: Args) {
  const { channel, message } = marked(world, args);
  if (!channel.pins.delete(message.ts)) throw new ApiError('no_pin');
  world.changed();
  return {};
}

function pins({ world }: Services, args: Args) {
  const channel = channelOf(world, args);
  const items = [...channel.pins].flatMap(([ts, { by, at }]) => {
    const message = find(channel, ts);
    return message === undefined
      ? []
      : [{ type: 'message', channel: channel.id, created: at, created_by: by, message: messageOut(world, message) }];
  });
  return { items };
}

function marked(world: World, args: Args): { channel: Channel; message: Message } {
  const channel = workingChannelOf(world, args);
  const message = find(channel, requiredText(args, 'timestamp'));
  if (message === undefined) throw new ApiError('message_not_found');
  return { channel, message };
}

function bookmark({ world }: Services, args: Args) {
  const channel = workingChannelOf(world, args, 'channel_id');
  const link = optionalText(args, 'link') ?? '';
  if (requiredText(args, 'type') !== 'link') throw new ApiError('invalid_bookmark_type');
  if (!/^https?:/.test(link) || !URL.canParse(link)) throw new ApiError('invalid_link');
  if (channel.bookmarks.length >= MAX_BOOKMARKS) throw new ApiError('too_many_bookmarks');
  const added = {
    id: world.nextId('Bk'),
    channel_id: channel.id,
    title: requiredText(args, 'title'),
    link,
    type: 'link',
  };
  channel.bookmarks.push(added);
  world.changed();
  return { bookmark: added };
}

function bookmarks({ world }: Services, args: Args) {
  return { bookmarks: channelOf(world, args, 'channel_id').bookmarks };
}
