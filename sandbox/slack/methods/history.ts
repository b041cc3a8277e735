import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { count, flag, optionalText, requiredText } from '../args.ts';
import type { Message, Span } from '../messages.ts';
import { find, newestWithin } from '../messages.ts';
import type { Method, Services } from '../method.ts';
import { channelOf, family, isMember, method, page, requireScope } from '../method.ts';
import type { Channel } from '../people.ts';
import { messageOut } from '../presentation.ts';
import type { World } from '../world.ts';

const HISTORY = ['channels:history', 'groups:history', 'im:history'];

export const historyMethods: Readonly<Record<string, Method>> = {
  'conversations.history': method(history, 'tier3', HISTORY),
  'conversations.replies': method(replies, 'tier3', HISTORY),
};

/** Newest first; the cursor is the timestamp to continue below, so that a page costs the same anywhere in the history. */
function history({ world }: Services, args: Args) {
  const channel = readable(world, args);
  const cursor = optionalText(args, 'cursor');
  const span = spanOf(args);
  const from = cursor === undefined ? span : { ...span, latest: cursorTs(cursor), inclusive: false };
  const { page: messages, more } = newestWithin(channel.roots, from, count(args, 'limit', 100, 999));
  const last = messages.at(-1)?.ts;
  return {
    messages: messages.map((message) => messageOut(world, message, flag(args, 'include_all_metadata'))),
    has_more: more,
    pin_count: channel.pins.size,
    ...(more && last !== undefined ? { response_metadata: { next_cursor: encode(last) } } : {}),
  };
}

/** The root first, then its replies, oldest first. */
function replies({ world }: Services, args: Args) {
  const channel = readable(world, args);
  const asked = find(channel, requiredText(args, 'ts'));
  const root = asked?.threadTs == null ? asked : find(channel, asked.threadTs);
  if (root === undefined) throw new ApiError('thread_not_found');
  const inSpan = root.replies.filter((reply) => !reply.deleted && within(reply, spanOf(args)));
  const { items, response_metadata } = page([root, ...inSpan], args, count(args, 'limit', 1000, 1000));
  return {
    messages: items.map((message) => messageOut(world, message, flag(args, 'include_all_metadata'))),
    has_more: response_metadata.next_cursor !== '',
    response_metadata,
  };
}

function readable(world: World, args: Args): Channel {
  const channel = channelOf(world, args);
  requireScope(world, [`${family(channel)}:history`]);
  if (!isMember(world, channel)) throw new ApiError('not_in_channel');
  return channel;
}

function spanOf(args: Args): Span {
  return { oldest: ts(args, 'oldest'), latest: ts(args, 'latest'), inclusive: flag(args, 'inclusive') };
}

function ts(args: Args, name: string): string | undefined {
  const value = optionalText(args, name);
  if (value !== undefined && !/^\d+(\.\d+)?$/.test(value)) throw new ApiError(`invalid_ts_${name}`);
  return value;
}

function within(message: Message, { oldest, latest, inclusive }: Span): boolean {
  const at = Number(message.ts);
  const late = oldest === undefined || at > Number(oldest) || (inclusive && at === Number(oldest));
  const early = latest === undefined || at < Number(latest) || (inclusive && at === Number(latest));
  return late && early;
}

function encode(ts: string): string {
  return Buffer.from(`next_ts:${ts}`).toString('base64');
}

function cursorTs(cursor: string): string {
  const at = /^next_ts:([\d.]+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  if (at === undefined) throw new ApiError('invalid_cursor');
  return at;
}
