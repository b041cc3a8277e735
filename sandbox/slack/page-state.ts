import type { SandboxChannel, SandboxMessage, SandboxState, SandboxUser, SandboxView } from '../api.ts';
import { dmOf } from './direct-messages.ts';
import type { Json } from './json.ts';
import { objectOf, objectsOf, stringOf } from './json.ts';
import type { Message } from './messages.ts';
import type { Channel, User } from './people.ts';
import { sees } from './people.ts';
import { fileOut, mimetype } from './presentation.ts';
import { words } from './views.ts';
import type { View, World } from './world.ts';

/** The contract says: the newest 100 roots and all their replies. */
const ROOTS_SHOWN = 100;

/** A Slack alone has no telephones beside it, and goes by the machine's clock. */
const NOTHING_OUTSIDE = {
  clock: { aheadMs: 0, isMovable: false },
  boxes: [],
  pagerDuty: [],
  hooks: [],
  pagingFaults: [],
} satisfies Partial<SandboxState>;

/** What one person sees; alarms and systems are the AWS side's and empty here. The cost does not depend on how much was ever said. */
export function stateOf(world: World, userId: string, connected: boolean, base: string): SandboxState {
  const channels = [...world.channels.values()].filter((channel) => sees(channel, userId));
  const home = world.homes.get(userId);
  return {
    workspace: world.workspace.name,
    me: userShown(world, world.users.get(userId)),
    users: [...world.users.values()].map((user) => userShown(world, user)),
    channels: channels.map(channelShown),
    messages: Object.fromEntries(channels.map((channel) => [channel.id, messagesShown(world, channel, userId, base)])),
    home: home === undefined ? null : viewShown(world, home, base),
    modals: (world.modals.get(userId) ?? []).map((view) => viewShown(world, view, base)),
    app: {
      botUserId: world.app.botUserId,
      name: world.app.name,
      connected,
      commands: world.app.commands.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
      shortcuts: world.app.shortcuts,
    },
    toasts: world.toasts.get(userId) ?? [],
    alarms: [],
    systems: [],
    userGroups: [...world.groups.values()].map(({ id, handle, users }) => ({ id, handle, users })),
    ...NOTHING_OUTSIDE,
  };
}

function userShown(world: World, user: User | undefined): SandboxUser {
  if (user === undefined) throw new RangeError('no such person');
  const { id, name, realName, title, isBot, color } = user;
  const channel = dmOf(id);
  const messages = world.channels.get(channel)?.roots.length ?? 0;
  return { id, name, realName, title, isBot, color, dm: { channel, messages } };
}

function channelShown({ id, name, kind, isArchived, topic }: Channel): SandboxChannel {
  return { id, name, isDm: kind === 'im', isArchived, topic };
}

function messagesShown(world: World, channel: Channel, userId: string, base: string): SandboxMessage[] {
  const roots: Message[] = [];
  for (let at = channel.roots.length - 1; at >= 0 && roots.length < ROOTS_SHOWN; at -= 1) {
    const root = channel.roots[at];
    if (root !== undefined && (!root.deleted || root.replies.length > 0)) roots.push(root);
  }
  const all = new Set(roots.flatMap((root) => [root, ...root.replies]).filter((message) => !message.deleted));
  const own = channel.ephemerals.get(userId) ?? [];
  return [...all, ...own]
    .sort((a, b) => Number(a.ts) - Number(b.ts))
    .map((message) => ({
      ts: message.ts,
      user: message.user,
      text: message.text,
      blocks: drawable(world, [...message.blocks, ...attached(message), ...pictures(world, message)], base),
      threadTs: message.threadTs,
      edited: message.edited !== null,
      ephemeralFor: message.ephemeralFor,
    }));
}

function attached({ attachments }: Message): Json[] {
  return attachments.flatMap((attachment) => objectsOf(attachment.blocks));
}

/** Files that were shared with a message, as image blocks. */
function pictures(world: World, { files }: Message): Json[] {
  return files.flatMap((id) => {
    const file = world.files.get(id);
    return file !== undefined && mimetype(file.name).startsWith('image/')
      ? [{ type: 'image', slack_file: { id }, alt_text: file.title, block_id: id }]
      : [];
  });
}

/** A browser cannot look up a Slack file, so images get its address besides; nothing else is touched. */
function drawable(world: World, blocks: readonly Json[], base: string): Json[] {
  return blocks.map((block) => {
    const file = world.files.get(stringOf(objectOf(block.slack_file).id));
    return file === undefined ? block : { ...block, image_url: fileOut(world, file, base).url_private };
  });
}

function viewShown(world: World, view: View, base: string): SandboxView {
  const { content } = view;
  const submit = words(content.submit);
  return {
    id: view.id,
    type: view.type,
    title: words(content.title),
    submit: submit === '' ? null : submit,
    close: words(content.close) || 'Close',
    blocks: drawable(world, objectsOf(content.blocks), base),
    errors: view.errors,
    hash: view.hash,
  };
}
