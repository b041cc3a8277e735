import { ApiError } from './api-error.ts';
import type { Args } from './args.ts';
import { optionalText, requiredText } from './args.ts';
import type { Events } from './events.ts';
import type { Json } from './json.ts';
import type { Channel } from './people.ts';
import type { Tier } from './rate-limits.ts';
import type { Triggers } from './tickets.ts';
import type { World } from './world.ts';

/** What a Web API method works with. */
export interface Services {
  readonly world: World;
  readonly events: Events;
  readonly triggers: Triggers;
  /** A fresh `ws://…/socket/<ticket>`. */
  socketUrl(): string;
  /** Where this Slack is reached, with its prefix and without a slash at the end. */
  base(): string;
}

/** Does one call; throws `ApiError` for Slack's `ok: false`. The returned fields are the answer beside `ok`. */
export type Run = (services: Services, args: Args) => Json;

/** One Web API method. */
export interface Method {
  readonly run: Run;
  readonly tier: Tier;
  readonly token: 'bot' | 'app' | 'none';
  /** Any one of these suffices; none needed when empty. */
  readonly scopes: readonly string[];
}

export function method(run: Run, tier: Tier, scopes: readonly string[] = [], token: Method['token'] = 'bot'): Method {
  return { run, tier, token, scopes };
}

/** Throws `missing_scope` as Slack words it, unless one of the scopes is granted. */
export function requireScope(world: World, scopes: readonly string[]): void {
  if (scopes.length === 0 || scopes.some((scope) => world.app.scopes.has(scope))) return;
  throw new ApiError('missing_scope', { needed: scopes.join(','), provided: [...world.app.scopes].join(',') });
}

/** The scope family of a channel, as in `channels:history` or `groups:history`. */
export function family(channel: Channel): 'channels' | 'groups' | 'im' {
  if (channel.kind === 'im') return 'im';
  return channel.kind === 'public' ? 'channels' : 'groups';
}

export function isMember({ app }: World, channel: Channel): boolean {
  return channel.members.has(app.botUserId);
}

/** The channel with this id as the app may know of it: private ones only from inside. */
export function channelOf(world: World, args: Args, name = 'channel'): Channel {
  const channel = world.channels.get(requiredText(args, name));
  if (channel === undefined || (channel.kind !== 'public' && !isMember(world, channel))) {
    throw new ApiError('channel_not_found');
  }
  return channel;
}

/** A channel that the app is in and that is not archived. */
export function workingChannelOf(world: World, args: Args, name = 'channel'): Channel {
  const channel = channelOf(world, args, name);
  if (channel.isArchived) throw new ApiError('is_archived');
  if (!isMember(world, channel)) throw new ApiError('not_in_channel');
  return channel;
}

/** A page of a list with Slack's opaque cursors. */
export function page<T>(items: readonly T[], args: Args, limit: number): { items: T[]; response_metadata: Json } {
  const cursor = optionalText(args, 'cursor');
  const start = cursor === undefined ? 0 : decodeCursor(cursor);
  const next = start + limit < items.length ? encodeCursor(start + limit) : '';
  return { items: items.slice(start, start + limit), response_metadata: { next_cursor: next } };
}

function encodeCursor(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64');
}

function decodeCursor(cursor: string): number {
  const offset = /^offset:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  if (offset === undefined) throw new ApiError('invalid_cursor');
  return Number(offset);
}
