import { ApiError } from './api-error.ts';
import type { World } from './world.ts';

/** A trigger opens one view within 3 s. https://docs.slack.dev/interactivity/handling-user-interaction */
const TRIGGER_MS = 3000;
/** A response URL may be used 5 times within 30 minutes. */
const RESPONSE_URL_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

export interface Triggers {
  create(user: string): string;
  /** The person whose trigger it was; throws Slack's error when it is unknown, late or used. */
  exchange(id: string): string;
}

export function createTriggers(world: World): Triggers {
  const triggers = new Map<string, { readonly user: string; readonly until: number; used: boolean }>();
  return {
    create(user) {
      dropOldest(triggers, 1000);
      const id = `${world.nextId('')}.${world.workspace.id}.sandbox`;
      triggers.set(id, { user, until: world.now() + world.scaled(TRIGGER_MS), used: false });
      return id;
    },
    exchange(id) {
      const trigger = triggers.get(id);
      if (trigger === undefined) throw new ApiError('invalid_trigger_id');
      if (trigger.used) throw new ApiError('exchanged_trigger_id');
      if (trigger.until < world.now()) throw new ApiError('expired_trigger_id');
      trigger.used = true;
      return trigger.user;
    },
  };
}

/** What a response URL was given for. */
export interface ResponseTarget {
  readonly channel: string;
  readonly user: string;
  /** The message that was clicked, if any. */
  readonly ts: string | null;
}

export interface ResponseUrls {
  create(target: ResponseTarget): string;
  /** The target, or Slack's error when the URL is unknown, late or used up. */
  use(id: string): ResponseTarget | 'used_url' | 'expired_url';
}

export function createResponseUrls(world: World, base: () => string): ResponseUrls {
  const targets = new Map<string, { readonly target: ResponseTarget; readonly until: number; left: number }>();
  return {
    create(target) {
      dropOldest(targets, 10_000);
      const id = world.nextId('R');
      targets.set(id, { target, until: world.now() + world.scaled(RESPONSE_URL_MS), left: RESPONSE_URL_USES });
      return `${base()}/respond/${id}`;
    },
    use(id) {
      const given = targets.get(id);
      if (given === undefined || given.until < world.now()) return 'expired_url';
      if (given.left === 0) return 'used_url';
      given.left -= 1;
      return given.target;
    },
  };
}

function dropOldest(map: Map<string, unknown>, keep: number): void {
  const oldest = map.size >= keep ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
