import { operatorNotice } from '../../blocks/operator-notice.ts';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';
import type { Claim, Due } from './due.ts';
import { failureOf, fromSlack } from './errors.ts';
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
/** After a failure that waiting alone does not mend: the channel is needed for cards. */
const REST_MS = 30_000;

export interface NoticesDeps extends PostingDeps {
  readonly keys: Keys;
  readonly due: Due;
  readonly pace: Pace;
  readonly channel: () => string | null;
}

export function createNotices(deps: NoticesDeps): Notices {
  const { redis, keys, log, now } = deps;
  const keep = script(redis, new URL('./notice.lua', import.meta.url));
  let restUntil = 0;

  return {
    async tell(cause, text) {
      const notice = JSON.stringify({ id: `${cause}@${now()}`, text });
      const dropped = Number(await keep(2, keys.seen(`notice:${cause}`), keys.notices, QUIET_S, notice, KEPT));
      if (dropped > 0) log.error({ dropped }, 'too many notices wait for Slack: the oldest were dropped unread');
    },
    async deliver() {
      const channel = deps.channel();
      if (channel === null || now() < restUntil || (await redis.llen(keys.notices)) === 0) return;
      const claim = await deps.due.claim('notices');
      if (!claim) return;
      try {
        while ((await deliverOne(deps, channel, claim)) === 'delivered');
      } catch (error) {
        restUntil = now() + REST_MS;
        throw error;
      } finally {
        await deps.due.release(claim);
      }
    },
    waiting: () => redis.llen(keys.notices),
  };
}

async function deliverOne(deps: NoticesDeps, channel: string, claim: Claim): Promise<'delivered' | 'not now'> {
  const { redis, keys, pace, due } = deps;
  const [first] = await redis.lrange(keys.notices, 0, 0);
  if (first === undefined || !(await due.renew(claim))) return 'not now';
  if ((await pace.take({ method: 'post', channel }, 'machine')) > 0) return 'not now';

  const { id, text } = JSON.parse(first) as { id: string; text: string }; // written by tell() above and nobody else
  const memory = `${keys.notices}:tries`;
  try {
    await postOnce(deps, { memory, name: id, eventType: metadata.notice, channel, message: operatorNotice(text) });
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.kind === 'wait') {
      await pace.pause({ method: 'post', channel }, failure.ms);
      return 'not now';
    }
    deps.log.warn({ kind: failure?.kind, notice: text }, 'operators could not be told in Slack yet');
    if (failure?.kind !== 'refused') throw fromSlack(error);
    deps.log.error({ notice: text }, 'Slack refuses a notice to the operators: it is only here');
  }
  await redis.multi().lrem(keys.notices, 1, first).hdel(memory, tryField(id)).exec();
  return 'delivered';
}
