import type { AppFeatures } from './app-manifest.ts';
import type { Json } from './json.ts';
import type { Channel, User, UserGroup } from './people.ts';

/** An open modal or a published Home tab. */
export interface View {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly owner: string;
  readonly externalId: string;
  readonly rootId: string;
  readonly previousId: string | null;
  /** What the app sent: title, submit, close, callback_id, private_metadata, notify_on_close, blocks … */
  content: Json;
  hash: string;
  values: Record<string, Record<string, unknown>>;
  errors: Record<string, string>;
}

/** A file on its way or uploaded. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly expectedBytes: number;
  title: string;
  content: Buffer | null;
  completed: boolean;
  /** Milliseconds from which Slack has looked at it; before, `mimetype` is empty and image blocks may not name it. */
  readyAt: number;
  readonly channels: Set<string>;
}

/** Everything that this Slack remembers. Plain data: the rules are in the files beside it. */
export interface World {
  readonly workspace: { readonly id: string; readonly name: string; readonly domain: string; readonly url: string };
  readonly app: AppFeatures & {
    readonly id: string;
    readonly name: string;
    readonly botUserId: string;
    readonly botId: string;
    /** Granted scopes; may be changed while running. */
    readonly scopes: Set<string>;
    /** A revoked app gets `account_inactive`. */
    revoked: boolean;
  };
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  readonly groups: Map<string, UserGroup>;
  readonly views: Map<string, View>;
  /** Open modals by person, lowest first. */
  readonly modals: Map<string, View[]>;
  readonly homes: Map<string, View>;
  readonly files: Map<string, StoredFile>;
  readonly toasts: Map<string, { id: string; text: string }[]>;
  /** Milliseconds. */
  now(): number;
  /** Real milliseconds for one of Slack's own durations. */
  scaled(slackMs: number): number;
  /** A timestamp that is unique and greater than all before it, as `seconds.micros`. */
  nextTs(): string;
  /** An id that is unique also across restarts. */
  nextId(prefix: string): string;
  changed(): void;
  onChange(listener: () => void): () => void;
}

/** The clockwork of a world: time, unique ids, and whom to tell about changes. */
export function createClockwork(
  clock: () => number,
  timeScale: number,
): Pick<World, 'now' | 'scaled' | 'nextTs' | 'nextId' | 'changed' | 'onChange'> {
  const listeners = new Set<() => void>();
  let last = 0;

  function micros(): number {
    last = Math.max(Math.floor(clock() * 1000), last + 1);
    return last;
  }

  return {
    now: clock,
    scaled: (slackMs) => slackMs * timeScale,
    nextTs() {
      const at = micros();
      return `${Math.floor(at / 1e6)}.${String(at % 1e6).padStart(6, '0')}`;
    },
    nextId: (prefix) => `${prefix}${micros().toString(36).toUpperCase()}`,
    changed() {
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Shows one of Slack's own short notices to a person; the newest five are kept. */
export function toast(world: World, user: string, text: string): void {
  const shown = world.toasts.get(user) ?? [];
  world.toasts.set(user, [...shown, { id: world.nextId('T'), text }].slice(-5));
  world.changed();
}
