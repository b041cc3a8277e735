import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { count, flag, idList, optionalText, requiredText } from '../args.ts';
import { openDm } from '../direct-messages.ts';
import type { Method, Services } from '../method.ts';
import { channelOf, method, page, requireScope, workingChannelOf } from '../method.ts';
import type { Channel } from '../people.ts';
import { createChannel } from '../people.ts';
import { channelOut } from '../presentation.ts';
import type { World } from '../world.ts';

/** https://docs.slack.dev/reference/methods/conversations.invite */
const MAX_INVITED = 100;
const MANAGE = ['channels:manage', 'groups:write'];
const READ = ['channels:read', 'groups:read', 'im:read'];

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.info': method(info, 'tier3', READ),
  'conversations.list': method(list, 'tier2', READ),
  'conversations.members': method(members, 'tier4', READ),
  'conversations.open': method(open, 'tier3', ['im:write', 'channels:manage']),
  'conversations.join': method(join, 'tier3', ['channels:join']),
  'conversations.invite': method(invite, 'tier3', ['channels:write.invites', ...MANAGE]),
  'conversations.kick': method(kick, 'tier3', MANAGE),
  'conversations.create': method(create, 'tier2', MANAGE),
  'conversations.archive': method(archive, 'tier2', MANAGE),
  'conversations.rename': method(rename, 'tier2', MANAGE),
  'conversations.setTopic': method(setTopic, 'tier2', ['channels:write.topic', ...MANAGE]),
  'conversations.setPurpose': method(setPurpose, 'tier2', ['channels:write.topic', ...MANAGE]),
};

function info({ world }: Services, args: Args) {
  return { channel: channelOut(world, channelOf(world, args)) };
}

function list({ world }: Services, args: Args) {
  const types = new Set(idList(args, 'types'));
  const wanted = [...world.channels.values()].filter(
    (channel) =>
      (types.size === 0 ? channel.kind === 'public' : types.has(typeName(channel))) &&
      (channel.kind === 'public' || channel.members.has(world.app.botUserId)) &&
      !(flag(args, 'exclude_archived') && channel.isArchived),
  );
  const { items, response_metadata } = page(wanted, args, count(args, 'limit', 100, 1000));
  return { channels: items.map((channel) => channelOut(world, channel)), response_metadata };
}

function typeName({ kind }: Channel): string {
  return { public: 'public_channel', private: 'private_channel', im: 'im' }[kind];
}

function members({ world }: Services, args: Args) {
  const { items, response_metadata } = page([...channelOf(world, args).members], args, count(args, 'limit', 100, 1000));
  return { members: items, response_metadata };
}

function open({ world }: Services, args: Args) {
  const named = optionalText(args, 'channel');
  if (named !== undefined) return opened(world, channelOf(world, args), true, args);
  const users = idList(args, 'users');
  const [id] = users;
  if (users.length !== 1 || id === undefined) throw new ApiError('invalid_arguments');
  const user = world.users.get(id);
  if (user === undefined) throw new ApiError('user_not_found');
  if (user.isBot) throw new ApiError('cannot_dm_bot');
  if (user.isDeactivated) throw new ApiError('user_disabled');
  const already = world.channels.has(`D${id.slice(1)}`);
  return opened(world, openDm(world, id), already, args);
}

/** The whole conversation only for `return_im`. https://docs.slack.dev/reference/methods/conversations.open */
function opened(world: World, channel: Channel, already: boolean, args: Args) {
  const whole = flag(args, 'return_im') ? channelOut(world, channel) : { id: channel.id };
  return { channel: whole, ...(already ? { no_op: true, already_open: true } : {}) };
}

function join({ world, events }: Services, args: Args) {
  const channel = world.channels.get(requiredText(args, 'channel'));
  if (channel === undefined || channel.kind !== 'public') throw new ApiError('channel_not_found');
  if (channel.isArchived) throw new ApiError('is_archived');
  enter({ world, events }, channel, world.app.botUserId);
  return { channel: channelOut(world, channel) };
}

/** Puts a person into a channel and tells the app; nothing happens when they are in it. */
export function enter({ world, events }: Pick<Services, 'world' | 'events'>, channel: Channel, user: string): void {
  if (channel.members.has(user)) return;
  channel.members.add(user);
  events.emit('member_joined_channel', {
    type: 'member_joined_channel',
    user,
    channel: channel.id,
    channel_type: channel.kind === 'public' ? 'C' : 'G',
    team: world.workspace.id,
  });
  world.changed();
}

function invite(services: Services, args: Args) {
  const { world } = services;
  const channel = workingChannelOf(world, args);
  const users = idList(args, 'users');
  if (users.length === 0) throw new ApiError('no_user');
  if (users.length > MAX_INVITED) throw new ApiError('too_many_users');
  const errors = users.flatMap((user) => inviteError(world, channel, user));
  const valid = users.filter((user) => !errors.some((error) => error.user === user));
  if (errors.length > 0 && (!flag(args, 'force') || valid.length === 0)) {
    throw new ApiError(errors[0]?.error ?? 'user_not_found', { errors });
  }
  for (const user of valid) enter(services, channel, user);
  return { channel: channelOut(world, channel), ...(errors.length > 0 ? { errors } : {}) };
}

function inviteError(world: World, channel: Channel, user: string): { user: string; ok: false; error: string }[] {
  if (user === world.app.botUserId) return [{ user, ok: false, error: 'cant_invite_self' }];
  if (!world.users.has(user)) return [{ user, ok: false, error: 'user_not_found' }];
  return channel.members.has(user) ? [{ user, ok: false, error: 'already_in_channel' }] : [];
}

function kick({ world }: Services, args: Args) {
  const channel = workingChannelOf(world, args);
  const user = requiredText(args, 'user');
  if (user === world.app.botUserId) throw new ApiError('cant_kick_self');
  if (!channel.members.delete(user)) throw new ApiError('not_in_channel');
  world.changed();
  return {};
}

function create({ world, events }: Services, args: Args) {
  const name = requiredText(args, 'name');
  const isPrivate = flag(args, 'is_private');
  requireScope(world, [isPrivate ? 'groups:write' : 'channels:manage']);
  checkName(world, name);
  const channel = createChannel({
    id: world.nextId('C'),
    name,
    kind: isPrivate ? 'private' : 'public',
    creator: world.app.botUserId,
    created: Math.floor(world.now() / 1000),
    members: [world.app.botUserId],
  });
  world.channels.set(channel.id, channel);
  if (!isPrivate) {
    const told = { id: channel.id, name, created: channel.created, creator: channel.creator };
    events.emit('channel_created', { type: 'channel_created', channel: told });
  }
  world.changed();
  return { channel: channelOut(world, channel) };
}

/** https://docs.slack.dev/reference/methods/conversations.create: lower case, digits, `-` and `_`, at most 80. */
function checkName(world: World, name: string): void {
  if (name.length > 80) throw new ApiError('invalid_name_maxlength');
  if (!/[a-z0-9]/.test(name)) throw new ApiError('invalid_name_punctuation');
  if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) throw new ApiError('invalid_name_specials');
  if ([...world.channels.values()].some((one) => one.kind !== 'im' && one.name === name))
    throw new ApiError('name_taken');
}

function archive({ world, events }: Services, args: Args) {
  const channel = channelOf(world, args);
  if (channel.isArchived) throw new ApiError('already_archived');
  if (!channel.members.has(world.app.botUserId)) throw new ApiError('not_in_channel');
  archiveChannel({ world, events }, channel, world.app.botUserId);
  return {};
}

/** Archives a channel in somebody's name and tells the app. */
export function archiveChannel(
  { world, events }: Pick<Services, 'world' | 'events'>,
  channel: Channel,
  user: string,
): void {
  channel.isArchived = true;
  const type = channel.kind === 'private' ? 'group_archive' : 'channel_archive';
  events.emit(type, { type, channel: channel.id, user });
  world.changed();
}

function rename({ world, events }: Services, args: Args) {
  const channel = workingChannelOf(world, args);
  const name = requiredText(args, 'name');
  checkName(world, name);
  channel.name = name;
  events.emit('channel_rename', {
    type: 'channel_rename',
    channel: { id: channel.id, name, created: channel.created },
  });
  world.changed();
  return { channel: channelOut(world, channel) };
}

function setTopic({ world }: Services, args: Args) {
  const channel = workingChannelOf(world, args);
  channel.topic = shortText(args, 'topic');
  world.changed();
  return { topic: channel.topic, channel: channelOut(world, channel) };
}

function setPurpose({ world }: Services, args: Args) {
  const channel = workingChannelOf(world, args);
  channel.purpose = shortText(args, 'purpose');
  world.changed();
  return { purpose: channel.purpose, channel: channelOut(world, channel) };
}

function shortText(args: Args, name: string): string {
  const text = optionalText(args, name) ?? '';
  if (text.length > 250) throw new ApiError('too_long');
  return text;
}
