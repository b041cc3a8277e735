import type { Redis } from 'ioredis';
import type { ReadinessDeps } from '../http/readiness.ts';
import type { Keys } from '../store/keys.ts';

export interface SlackWaitDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'notices' | 'duePages' | 'dueLetters' | 'duePeople'>;
  readonly slack: ReadinessDeps['slack'];
}

/**
 * Since when Slack has not taken what waits for it, epoch ms; `null`: nothing waits, or it is connected and takes it. The oldest
 * notice to operators tells it too, since a connection alone does not say that Slack takes messages. While Redis is away nobody
 * knows what waits: then a connection that is lost is enough.
 */
export function createSlackWait({ redis, keys, slack }: SlackWaitDeps): () => Promise<number | null> {
  return async () => {
    const state = slack();
    const lostAt = state.over === 'sockets' && !state.connected ? state.since : null;
    try {
      const [oldest, ...waiting] = await Promise.all([
        redis.lindex(keys.notices, 0),
        ...[keys.duePages, keys.dueLetters, keys.duePeople].map((key) => redis.zcard(key)),
      ]);
      const isWaiting = oldest !== null || waiting.some((count) => count > 0);
      if (lostAt !== null && isWaiting) return lostAt;
      return oldest === null ? null : toldAt(oldest);
    } catch {
      return lostAt;
    }
  };
}

/** When a notice was told: its id ends in the time, see `src/slack/notices.ts`. */
function toldAt(notice: string): number | null {
  const { id } = JSON.parse(notice) as { id: string }; // written by the notices and nobody else
  const at = /@(?<at>\d+)$/.exec(id)?.groups?.at;
  return at === undefined ? null : Number(at);
}
