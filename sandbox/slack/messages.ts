import type { Json } from './json.ts';
import type { Channel } from './people.ts';
import type { World } from './world.ts';

export interface Message {
  readonly ts: string;
  readonly user: string;
  readonly botId: string | null;
  text: string;
  blocks: Json[];
  attachments: Json[];
  metadata: Json | null;
  readonly threadTs: string | null;
  readonly ephemeralFor: string | null;
  edited: { readonly user: string; readonly ts: string } | null;
  deleted: boolean;
  readonly replies: Message[];
  readonly reactions: Map<string, Set<string>>;
  readonly files: string[];
  /** A reply that is also shown among the roots. */
  readonly broadcast: boolean;
  /** Milliseconds. */
  readonly postedAt: number;
}

export type Draft = Pick<Message, 'user' | 'text'> &
  Partial<
    Pick<Message, 'botId' | 'blocks' | 'attachments' | 'metadata' | 'threadTs' | 'ephemeralFor' | 'files' | 'broadcast'>
  >;

const EPHEMERALS_KEPT = 50;

/** Puts a message into a channel (or an ephemeral before one person's eyes), at a cost that does not depend on history. */
export function post(world: World, channel: Channel, draft: Draft): Message {
  const message: Message = {
    ts: world.nextTs(),
    user: draft.user,
    botId: draft.botId ?? null,
    text: draft.text,
    blocks: draft.blocks ?? [],
    attachments: draft.attachments ?? [],
    metadata: draft.metadata ?? null,
    threadTs: draft.threadTs ?? null,
    ephemeralFor: draft.ephemeralFor ?? null,
    edited: null,
    deleted: false,
    replies: [],
    reactions: new Map(),
    files: draft.files ?? [],
    broadcast: draft.broadcast ?? false,
    postedAt: world.now(),
  };
  if (message.ephemeralFor === null) place(channel, message);
  else keepEphemeral(channel, message, message.ephemeralFor);
  world.changed();
  return message;
}

function place(channel: Channel, message: Message): void {
  channel.byTs.set(message.ts, message);
  const root = message.threadTs === null ? undefined : channel.byTs.get(message.threadTs);
  root?.replies.push(message);
  if (root === undefined || message.broadcast) channel.roots.push(message);
}

function keepEphemeral(channel: Channel, message: Message, user: string): void {
  const kept = channel.ephemerals.get(user) ?? [];
  channel.ephemerals.set(user, [...kept, message].slice(-EPHEMERALS_KEPT));
}

/** The message that everybody sees at this timestamp. */
export function find(channel: Channel, ts: string): Message | undefined {
  return channel.byTs.get(ts);
}

/** The message that this person sees at this timestamp: their own ephemerals too. */
export function findFor(channel: Channel, ts: string, user: string): Message | undefined {
  return channel.byTs.get(ts) ?? channel.ephemerals.get(user)?.find((message) => message.ts === ts);
}

/** Takes a message away. Its replies stay findable, as in Slack. */
export function remove(world: World, channel: Channel, message: Message): void {
  message.deleted = true;
  channel.byTs.delete(message.ts);
  channel.pins.delete(message.ts);
  const { ephemeralFor } = message;
  if (ephemeralFor !== null) {
    const kept = channel.ephemerals.get(ephemeralFor) ?? [];
    channel.ephemerals.set(
      ephemeralFor,
      kept.filter((one) => one !== message),
    );
  }
  world.changed();
}

/** Slack's ts are decimal strings of one length, so they order as text. */
export interface Span {
  readonly oldest?: string | undefined;
  readonly latest?: string | undefined;
  readonly inclusive: boolean;
}

/** A page of an ordered list, from the newest end, without looking at what is older. */
export function newestWithin(list: readonly Message[], span: Span, limit: number): { page: Message[]; more: boolean } {
  const page: Message[] = [];
  for (let at = endOf(list, span) - 1; at >= 0; at -= 1) {
    const message = list[at];
    if (message === undefined || before(message.ts, span)) break;
    if (message.deleted) continue;
    if (page.length === limit) return { page, more: true };
    page.push(message);
  }
  return { page, more: false };
}

function endOf(list: readonly Message[], { latest, inclusive }: Span): number {
  if (latest === undefined) return list.length;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compare(list[middle]?.ts ?? '', latest);
    if (order < 0 || (inclusive && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function before(ts: string, { oldest, inclusive }: Span): boolean {
  if (oldest === undefined) return false;
  const order = compare(ts, oldest);
  return inclusive ? order < 0 : order <= 0;
}

function compare(a: string, b: string): number {
  return Number(a) - Number(b);
}
