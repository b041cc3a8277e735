import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Incident } from '../domain/incident.ts';
import type { Keys } from '../store/keys.ts';
import type { CardMemory } from './card-memory.ts';
import { fromSlack } from './errors.ts';

/** Who is in a Slack user group now. Throws `SetupError` when Slack does not let us look, `TransientError` when it is away. */
export function createGroupMembers(client: WebClient): (group: string) => Promise<ReadonlySet<string>> {
  return async (group) => {
    try {
      const answer = await client.usergroups.users.list({ usergroup: group });
      return new Set(answer.users ?? []);
    } catch (error) {
      throw fromSlack(error);
    }
  };
}

/** The page of an incident's card. Asked of Slack once, then remembered; `null` while there is no card, or no answer. */
export function createPermalinks(deps: {
  readonly client: WebClient;
  readonly redis: Redis;
  readonly keys: Keys;
  readonly cards: CardMemory;
  readonly log: Pick<Logger, 'warn'>;
}): (incident: Incident) => Promise<string | null> {
  const { client, redis, keys, cards, log } = deps;
  return async ({ id }) => {
    const known = await redis.hget(keys.card(id), 'permalink');
    const card = known === null ? await cards.load(id) : null;
    if (!card) return known;
    try {
      const { permalink } = await client.chat.getPermalink({ channel: card.channel, message_ts: card.ts });
      if (permalink) await redis.hset(keys.card(id), 'permalink', permalink);
      return permalink ?? null;
    } catch (error) {
      log.warn({ err: fromSlack(error), incident: id }, 'the link to a card could not be had');
      return null;
    }
  };
}
