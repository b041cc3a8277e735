import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { objectList, optionalText, requiredText } from '../args.ts';
import type { Json } from '../json.ts';
import { stringOf } from '../json.ts';
import { announce } from '../message-events.ts';
import { post } from '../messages.ts';
import type { Method, Services } from '../method.ts';
import { method, workingChannelOf } from '../method.ts';
import { fileOut } from '../presentation.ts';
import type { StoredFile, World } from '../world.ts';
import { checkedBlocks } from './drafts.ts';

/** Slack looks at a file for a while before blocks may name it; a stand-in must pick how long. */
const LOOKING_MS = 1500;

export const fileMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': method(getUploadUrl, 'tier4', ['files:write']),
  'files.completeUploadExternal': method(completeUpload, 'tier4', ['files:write']),
  'files.info': method(info, 'tier4', ['files:read']),
};

function getUploadUrl({ world, base }: Services, args: Args) {
  const name = requiredText(args, 'filename');
  const bytes = Number(requiredText(args, 'length'));
  if (!Number.isInteger(bytes) || bytes <= 0) throw new ApiError('missing_argument');
  const id = world.nextId('F');
  world.files.set(id, {
    id,
    name,
    expectedBytes: bytes,
    title: name,
    content: null,
    completed: false,
    readyAt: Number.POSITIVE_INFINITY,
    channels: new Set(),
  });
  return { upload_url: `${base()}/upload/${id}`, file_id: id };
}

function completeUpload(services: Services, args: Args) {
  const { world, base } = services;
  const named = objectList(args, 'files', 'invalid_arguments') ?? [];
  const files = named.map(({ id, title }) => uploaded(world, stringOf(id), stringOf(title)));
  if (files.length === 0) throw new ApiError('invalid_arguments');
  for (const file of files) {
    file.completed = true;
    file.readyAt = world.now() + world.scaled(LOOKING_MS);
  }
  share(services, args, files);
  world.changed();
  return { files: files.map((file): Json => ({ ...fileOut(world, file, base()), title: file.title })) };
}

function uploaded(world: World, id: string, title: string): StoredFile {
  const file = world.files.get(id);
  if (file === undefined) throw new ApiError('file_not_found');
  if (file.completed) throw new ApiError('file_update_failed');
  if (file.content === null) throw new ApiError('file_not_found');
  if (title !== '') file.title = title;
  return file;
}

/** With a channel, the files are posted there as one message of the app; the answer does not say its timestamp. */
function share(services: Services, args: Args, files: readonly StoredFile[]): void {
  const { world } = services;
  if (optionalText(args, 'channel_id') === undefined) return;
  const channel = workingChannelOf(world, args, 'channel_id');
  const comment = optionalText(args, 'initial_comment');
  const blocks = comment === undefined ? objectList(args, 'blocks', 'invalid_blocks_format') : undefined;
  const message = post(world, channel, {
    user: world.app.botUserId,
    botId: world.app.botId,
    text: comment ?? '',
    blocks: blocks === undefined ? [] : checkedBlocks(world, blocks),
    threadTs: optionalText(args, 'thread_ts') ?? null,
    files: files.map(({ id }) => id),
  });
  for (const file of files) file.channels.add(channel.id);
  announce(services, channel, message);
}

function info({ world, base }: Services, args: Args) {
  const file = world.files.get(requiredText(args, 'file'));
  if (file?.completed !== true) throw new ApiError('file_not_found');
  return { file: fileOut(world, file, base()) };
}
