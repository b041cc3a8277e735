import type { Redis } from 'ioredis';
import { operatorNotice } from '../../blocks/operator-notice.ts';
import type { Keys } from '../store/keys.ts';
import type { Due } from './due.ts';
import { failureOf } from './errors.ts';
import type { Pace } from './pace.ts';
import { type PostingDeps, postOnce, tryField } from './posting.ts';
import { metadata } from './protocol.ts';

/** What operators must hear: durable until Slack has it, and not more than once an hour for one cause. */
export interface Notices {
  /** `cause` names the trouble; the same cause is told again after an hour at the earliest. */
  tell(cause: string, text: string): Promise<void>;
  /** Posts what waits, oldest first. */
  deliver(): Promise<void>;
  waiting(): Promise<number>;
}

const QUIET_S = 3_600;
const KEPT = 200;

export function createNotices(
  deps: PostingDeps & {
    readonly keys: Keys;
    readonly due: Due;
    readonly pace: Pace;
    readonly channel: () => string | null;
  },
): Notices {
  const { redis, keys } = deps;
  return {
    async tell(cause, text) {
      const isNews = await redis.set(keys.seen(`notice:${cause}`), '1', 'EX', QUIET_S, 'NX');
      if (isNews !== 'OK') return;
      const notice = JSON.stringify({ id: `${cause}@${deps.now()}`, text });
      await redis.multi().rpush(keys.notices, notice).ltrim(keys.notices, -KEPT, -1).exec();
    },
    async deliver() {
      const channel = deps.channel();
      if (channel === null || (await redis.llen(keys.notices)) === 0) return;
      const claim = await deps.due.claim('notices');
      if (!claim) return;
      try {
        while (await deliverOne(deps, redis, channel));
      } finally {
        await deps.due.release(claim);
      }
    },
    waiting: () => redis.llen(keys.notices),
  };
}

async function deliverOne(
  deps: PostingDeps & { readonly keys: Keys; readonly pace: Pace },
  redis: Redis,
  channel: string,
): Promise<boolean> {
  const { keys, pace } = deps;
  const [first] = await redis.lrange(keys.notices, 0, 0);
  if (first === undefined || (await pace.take({ method: 'post', channel }, 'machine')) > 0) return false;

  const { id, text } = JSON.parse(first) as { id: string; text: string }; // written by tell() above and nobody else
  const memory = `${keys.notices}:tries`;
  try {
    await postOnce(deps, { memory, name: id, eventType: metadata.notice, channel, message: operatorNotice(text) });
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    if (failure.kind === 'wait') await pace.pause({ method: 'post', channel }, failure.ms);
    deps.log.warn({ kind: failure.kind, notice: text }, 'operators could not be told in Slack yet');
    return false;
  }
  await redis.multi().lrem(keys.notices, 1, first).hdel(memory, tryField(id)).exec();
  return true;
}
