import { readManifest } from './app-manifest.ts';
import type { Channel, User, UserGroup } from './people.ts';
import { createChannel } from './people.ts';
import type { World } from './world.ts';
import { createClockwork } from './world.ts';

/** What a workspace starts with. */
export interface Seed {
  readonly workspace: string;
  readonly users: readonly UserSeed[];
  readonly channels: readonly ChannelSeedOption[];
  readonly userGroups?: readonly { id: string; handle: string; name: string; users: string[] }[];
  /** A parsed `manifest.yml`: commands, shortcuts, events, scopes, name. */
  readonly manifest?: unknown;
  /** Granted scopes; all of the manifest's unless told. */
  readonly scopes?: readonly string[];
  /** Milliseconds; the machine's clock unless told. */
  readonly now?: () => number;
  /** Real milliseconds per millisecond of Slack's own durations; 0.01 makes Slack wait a hundredth. */
  readonly timeScale?: number;
}

export interface UserSeed {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title?: string;
  readonly email?: string;
  readonly color?: string;
  readonly tz?: string;
  /** E.164. */
  readonly phone?: string;
}

export interface ChannelSeedOption {
  readonly id: string;
  readonly name: string;
  readonly topic?: string;
  readonly isPrivate?: boolean;
  /** Everybody and the app unless told. */
  readonly members?: readonly string[];
  /** Whether the app is a member; it is unless told. */
  readonly withApp?: boolean;
}

const BOT_USER_ID = 'U0TOCSINBOT';

/** A workspace with its people and channels, and one app installed. */
export function createWorld(seed: Seed): World {
  const { name, scopes, ...features } = readManifest(seed.manifest);
  const clockwork = createClockwork(seed.now ?? Date.now, seed.timeScale ?? 1);
  const domain = seed.workspace.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const users = [...seed.users.map(person), bot(name)];
  const groups = (seed.userGroups ?? []).map((group): [string, UserGroup] => [group.id, { ...group }]);
  const created = Math.floor(clockwork.now() / 1000);
  return {
    ...clockwork,
    workspace: { id: 'T0SANDBOX', name: seed.workspace, domain, url: `https://${domain}.slack.com/` },
    app: {
      ...features,
      id: 'A0TOCSIN',
      name,
      botUserId: BOT_USER_ID,
      botId: 'B0TOCSIN',
      scopes: new Set(seed.scopes ?? scopes),
      revoked: false,
    },
    users: new Map(users.map((user) => [user.id, user])),
    channels: new Map(seed.channels.map((one) => [one.id, channel(one, seed.users, created)])),
    groups: new Map(groups),
    views: new Map(),
    modals: new Map(),
    homes: new Map(),
    files: new Map(),
    toasts: new Map(),
  };
}

function person(user: UserSeed): User {
  return {
    title: '',
    email: `${user.name}@example.com`,
    color: '#4a7c94',
    tz: 'Etc/UTC',
    phone: '',
    ...user,
    isBot: false,
    isDeactivated: false,
  };
}

function bot(name: string): User {
  return {
    id: BOT_USER_ID,
    name: name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    realName: name,
    title: '',
    email: '',
    color: '#611f69',
    tz: 'Etc/UTC',
    phone: '',
    isBot: true,
    isDeactivated: false,
  };
}

function channel(one: ChannelSeedOption, users: readonly UserSeed[], created: number): Channel {
  const members = new Set(one.members ?? users.map(({ id }) => id));
  if (one.withApp !== false) members.add(BOT_USER_ID);
  return createChannel({
    id: one.id,
    name: one.name,
    kind: one.isPrivate === true ? 'private' : 'public',
    creator: users[0]?.id ?? BOT_USER_ID,
    created,
    members,
    ...(one.topic === undefined ? {} : { topic: one.topic }),
  });
}
