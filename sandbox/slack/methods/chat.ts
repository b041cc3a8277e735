import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { flag, optionalText, requiredText } from '../args.ts';
import { openDm } from '../direct-messages.ts';
import { announce } from '../message-events.ts';
import type { Message } from '../messages.ts';
import { find, post, remove } from '../messages.ts';
import type { Method, Services } from '../method.ts';
import { channelOf, isMember, method } from '../method.ts';
import type { Channel } from '../people.ts';
import { messageOut } from '../presentation.ts';
import type { World } from '../world.ts';
import type { Content } from './drafts.ts';
import { contentOf, isWordless } from './drafts.ts';

/** `chat.update` refuses longer texts, unlike `chat.postMessage`. https://docs.slack.dev/reference/methods/chat.update */
const MAX_UPDATED_TEXT = 4000;

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': method(postMessage, 'post', ['chat:write']),
  'chat.postEphemeral': method(postEphemeral, 'tier4', ['chat:write']),
  'chat.update': method(update, 'tier3', ['chat:write']),
  'chat.delete': method(deleteMessage, 'tier3', ['chat:write']),
  'chat.getPermalink': method(getPermalink, 'special'),
};

function postMessage(services: Services, args: Args) {
  const { world } = services;
  const channel = destination(world, args);
  const content = contentOf(world, args);
  if (isWordless(content)) throw new ApiError('no_text');
  const threadTs = threadOf(channel, args);
  const message = post(world, channel, {
    user: world.app.botUserId,
    botId: world.app.botId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    metadata: content.metadata ?? null,
    threadTs,
    broadcast: threadTs !== null && flag(args, 'reply_broadcast'),
  });
  announce(services, channel, message);
  return { channel: channel.id, ts: message.ts, message: messageOut(world, message, true) };
}

/** Where a post goes: a channel by id or name, or the direct messages with a person. */
function destination(world: World, args: Args): Channel {
  const name = requiredText(args, 'channel');
  const person = world.users.get(name);
  if (person?.isBot === false && !person.isDeactivated) return openDm(world, name);
  const channel = name.startsWith('#') ? publicNamed(world, name.slice(1)) : channelOf(world, args);
  if (channel.isArchived) throw new ApiError('is_archived');
  if (!isMember(world, channel) && !world.app.scopes.has('chat:write.public')) throw new ApiError('not_in_channel');
  return channel;
}

function publicNamed(world: World, name: string): Channel {
  const channel = [...world.channels.values()].find((one) => one.kind === 'public' && one.name === name);
  if (channel === undefined) throw new ApiError('channel_not_found');
  return channel;
}

/** The root that a reply belongs to; a reply to a reply joins its thread. */
function threadOf(channel: Channel, args: Args): string | null {
  const ts = optionalText(args, 'thread_ts');
  if (ts === undefined) return null;
  if (!/^\d{10}\.\d{6}$/.test(ts)) throw new ApiError('invalid_thread_ts');
  return find(channel, ts)?.threadTs ?? ts;
}

function postEphemeral({ world }: Services, args: Args) {
  const channel = destination(world, args);
  const user = requiredText(args, 'user');
  if (!channel.members.has(user)) throw new ApiError('user_not_in_channel');
  const content = contentOf(world, args);
  if (isWordless(content)) throw new ApiError('no_text');
  if (content.attachments?.some((attachment) => attachment.blocks !== undefined))
    throw new ApiError('invalid_attachments');
  const message = post(world, channel, {
    user: world.app.botUserId,
    botId: world.app.botId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    threadTs: threadOf(channel, args),
    ephemeralFor: user,
  });
  return { message_ts: message.ts };
}

function update(services: Services, args: Args) {
  const { world } = services;
  const { channel, message } = ownMessage(world, args, 'cant_update_message');
  const content = contentOf(world, args);
  if ((content.text?.length ?? 0) > MAX_UPDATED_TEXT) throw new ApiError('msg_too_long');
  if (content.text === undefined && content.blocks === undefined && content.attachments === undefined) {
    throw new ApiError('no_text');
  }
  rewrite(world, message, content);
  announce(services, channel, message, 'message_changed');
  return { channel: channel.id, ts: message.ts, text: message.text, message: messageOut(world, message, true) };
}

/** Text without blocks takes the blocks away; attachments and metadata stay when they are not given. */
export function rewrite(world: World, message: Message, content: Content): void {
  message.text = content.text ?? (content.blocks === undefined ? message.text : '');
  if (content.text !== undefined || content.blocks !== undefined) message.blocks = content.blocks ?? [];
  if (content.attachments !== undefined) message.attachments = content.attachments;
  if (content.metadata !== undefined) message.metadata = content.metadata;
  if (message.blocks.length === 0) message.edited = { user: message.user, ts: world.nextTs() };
  world.changed();
}

function deleteMessage(services: Services, args: Args) {
  const { channel, message } = ownMessage(services.world, args, 'cant_delete_message');
  remove(services.world, channel, message);
  announce(services, channel, message, 'message_deleted');
  return { channel: channel.id, ts: message.ts };
}

function ownMessage(world: World, args: Args, notOwn: string): { channel: Channel; message: Message } {
  const channel = channelOf(world, args);
  const message = find(channel, requiredText(args, 'ts'));
  if (message === undefined) throw new ApiError('message_not_found');
  if (message.user !== world.app.botUserId) throw new ApiError(notOwn);
  if (channel.isArchived) throw new ApiError('is_inactive');
  return { channel, message };
}

function getPermalink({ world }: Services, args: Args) {
  const channel = channelOf(world, args);
  const message = find(channel, requiredText(args, 'message_ts'));
  if (message === undefined) throw new ApiError('message_not_found');
  const thread = message.threadTs === null ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const permalink = `${world.workspace.url}archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { channel: channel.id, permalink };
}
