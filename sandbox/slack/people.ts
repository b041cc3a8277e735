import type { Json } from './json.ts';
import type { Message } from './messages.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly email: string;
  readonly color: string;
  readonly isBot: boolean;
  readonly tz: string;
  readonly phone: string;
  /** Their account is closed: they are in no channel and get no messages. */
  isDeactivated: boolean;
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  users: string[];
}

export interface Channel {
  readonly id: string;
  name: string;
  readonly kind: 'public' | 'private' | 'im';
  isArchived: boolean;
  topic: string;
  purpose: string;
  readonly creator: string;
  /** Seconds. */
  readonly created: number;
  readonly members: Set<string>;
  /** Messages that are no replies, oldest first. Deleted ones stay as tombstones. */
  readonly roots: Message[];
  readonly byTs: Map<string, Message>;
  /** By person; only the newest are kept. */
  readonly ephemerals: Map<string, Message[]>;
  readonly pins: Map<string, { readonly by: string; readonly at: number }>;
  readonly bookmarks: Json[];
}

/** What a channel starts with. */
export interface ChannelSeed {
  readonly id: string;
  readonly name: string;
  readonly kind: Channel['kind'];
  readonly creator: string;
  readonly created: number;
  readonly members: Iterable<string>;
  readonly topic?: string;
}

export function createChannel(seed: ChannelSeed): Channel {
  return {
    id: seed.id,
    name: seed.name,
    kind: seed.kind,
    isArchived: false,
    topic: seed.topic ?? '',
    purpose: '',
    creator: seed.creator,
    created: seed.created,
    members: new Set(seed.members),
    roots: [],
    byTs: new Map(),
    ephemerals: new Map(),
    pins: new Map(),
    bookmarks: [],
  };
}

/** Whether a person finds this channel in their list. */
export function sees(channel: Channel, user: string): boolean {
  return channel.kind === 'public' || channel.members.has(user);
}
