import type { Redis } from 'ioredis';
import type { ReadinessDeps } from '../http/readiness.ts';
import type { Keys } from '../store/keys.ts';

export interface SlackWaitDeps {
  readonly redis: Redis;
  readonly keys: Pick<
    Keys,
    'notices' | 'duePages' | 'dueLetters' | 'duePeople' | 'dueMachine' | 'channels' | 'unposted'
  >;
  readonly slack: ReadinessDeps['slack'];
  /** Since when Slack has answered nothing, epoch ms; `null`: it answers, or was asked nothing. */
  readonly slackSilentSince?: () => number | null;
  readonly now: () => number;
}

export interface SlackWait {
  /** Since when Slack has not taken what waits for it, epoch ms; `null`: nothing waits, or it is connected and takes it. */
  look(): Promise<number | null>;
  /** For how long that is by the last look; 0: it takes it. */
  awayMs(): number;
}

/**
 * Whether Slack takes what waits for it. A connection alone does not say so: its answers do, and the oldest notice to operators. While
 * Redis is away nobody knows what waits: then a connection that is lost is enough.
 */
export function createSlackWait(deps: SlackWaitDeps): SlackWait {
  let away: number | null = null;
  return {
    async look() {
      away = await awaySince(deps);
      return away;
    },
    awayMs: () => (away === null ? 0 : deps.now() - away),
  };
}

async function awaySince(deps: SlackWaitDeps): Promise<number | null> {
  const { redis, keys, slack, slackSilentSince = () => null } = deps;
  const state = slack();
  const lostAt = state.over === 'sockets' && !state.connected ? state.since : null;
  try {
    const [oldest, isWaiting] = await Promise.all([redis.lindex(keys.notices, 0), doesWait(deps)]);
    const times = [lostAt, slackSilentSince()].filter((at) => at !== null);
    if (times.length > 0 && (isWaiting || oldest !== null)) return Math.min(...times);
    return oldest === null ? null : toldAt(oldest);
  } catch {
    return lostAt;
  }
}

async function doesWait({ redis, keys }: SlackWaitDeps): Promise<boolean> {
  const unposted = (await redis.smembers(keys.channels)).map(keys.unposted);
  const queues = [keys.duePages, keys.dueLetters, keys.duePeople, keys.dueMachine, ...unposted];
  const counts = await Promise.all(queues.map((key) => redis.zcard(key)));
  return counts.some((count) => count > 0);
}

/** When a notice was told: its id ends in the time, see `src/slack/notices.ts`. */
function toldAt(notice: string): number | null {
  const { id } = JSON.parse(notice) as { id: string }; // written by the notices and nobody else
  const at = /@(?<at>\d+)$/.exec(id)?.groups?.at;
  return at === undefined ? null : Number(at);
}
