import { tzOffset } from '@date-fns/tz';
import type { Json } from './json.ts';
import type { Message } from './messages.ts';
import type { Channel, User, UserGroup } from './people.ts';
import type { StoredFile, View, World } from './world.ts';

/** A message as the API and payloads show it. Without `withMetadata` only the event type of metadata is told. */
export function messageOut(world: World, message: Message, withMetadata = false): Json {
  const { workspace, app } = world;
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.id,
    ...(message.botId === null ? {} : { bot_id: message.botId, app_id: app.id }),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.attachments.length === 0 ? {} : { attachments: message.attachments }),
    ...(message.edited === null ? {} : { edited: message.edited }),
    ...metadataOut(message, withMetadata),
    ...threadOut(message),
    ...(message.reactions.size === 0 ? {} : { reactions: reactionsOut(message) }),
    ...(message.files.length === 0 ? {} : { files: message.files.map((id) => ({ id })) }),
  };
}

function metadataOut({ metadata }: Message, whole: boolean): Json {
  if (metadata === null) return {};
  return { metadata: whole ? metadata : { event_type: metadata.event_type } };
}

function threadOut(message: Message): Json {
  if (message.threadTs !== null) return { thread_ts: message.threadTs };
  const alive = message.replies.filter((reply) => !reply.deleted);
  const latest = alive.at(-1);
  if (latest === undefined) return {};
  return {
    thread_ts: message.ts,
    reply_count: alive.length,
    latest_reply: latest.ts,
    reply_users: [...new Set(alive.map(({ user }) => user))],
  };
}

function reactionsOut({ reactions }: Message): Json[] {
  return [...reactions].map(([name, users]) => ({ name, users: [...users], count: users.size }));
}

export function channelOut(world: World, channel: Channel): Json {
  const im = channel.kind === 'im';
  const other = [...channel.members].find((user) => user !== world.app.botUserId);
  return {
    id: channel.id,
    ...(im ? { user: other } : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: im,
    is_mpim: false,
    is_private: channel.kind !== 'public',
    is_archived: channel.isArchived,
    is_general: channel.name === 'general',
    is_member: channel.members.has(world.app.botUserId),
    creator: channel.creator,
    created: channel.created,
    context_team_id: world.workspace.id,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: channel.purpose, creator: '', last_set: 0 },
    num_members: channel.members.size,
  };
}

export function userOut(world: World, user: User): Json {
  return {
    id: user.id,
    team_id: world.workspace.id,
    name: user.name,
    deleted: user.isDeactivated,
    real_name: user.realName,
    tz: user.tz,
    tz_offset: offsetOf(user.tz, world.now()),
    is_bot: user.isBot,
    is_app_user: false,
    profile: {
      real_name: user.realName,
      display_name: user.name,
      title: user.title,
      phone: user.phone,
      ...(world.app.scopes.has('users:read.email') && !user.isBot ? { email: user.email } : {}),
    },
  };
}

/** How far a zone's clocks are ahead of UTC, in seconds. */
function offsetOf(zone: string, now: number): number {
  return tzOffset(zone, new Date(now)) * 60;
}

export function groupOut(world: World, group: UserGroup): Json {
  return {
    id: group.id,
    team_id: world.workspace.id,
    is_usergroup: true,
    handle: group.handle,
    name: group.name,
    user_count: group.users.length,
    users: group.users,
    date_delete: 0,
  };
}

export function viewOut(world: World, view: View): Json {
  return {
    id: view.id,
    team_id: world.workspace.id,
    private_metadata: '',
    callback_id: '',
    clear_on_close: false,
    notify_on_close: false,
    ...(view.type === 'modal' ? { submit: null, close: null } : {}),
    ...view.content,
    state: { values: view.values },
    hash: view.hash,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: world.app.id,
    external_id: view.externalId,
    app_installed_team_id: world.workspace.id,
    bot_id: world.app.botId,
  };
}

export function fileOut(world: World, file: StoredFile, base: string): Json {
  const ready = file.completed && file.readyAt <= world.now();
  const link = `${base}/files/${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    size: file.content?.length ?? 0,
    mimetype: ready ? mimetype(file.name) : '',
    filetype: ready ? (file.name.split('.').at(-1) ?? '') : '',
    url_private: link,
    permalink: link,
    channels: [...file.channels],
    is_external: false,
  };
}

/** The media type by a file's name. */
export function mimetype(name: string): string {
  const known: Record<string, string> = {
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    csv: 'text/csv',
    json: 'application/json',
    md: 'text/markdown',
    txt: 'text/plain',
  };
  return known[name.toLowerCase().split('.').at(-1) ?? ''] ?? 'application/octet-stream';
}
