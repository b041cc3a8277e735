import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Keys } from '../store/keys.ts';
import { secondsInWords } from './finding.ts';
import type { Trouble } from './troubles.ts';

export interface OperatorsDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'prefix' | 'seen'>;
  /** A notice in Slack: durable until Slack has it. Rejects when Redis is away. */
  readonly tellSlack: (cause: string, text: string) => Promise<void>;
  /** The second path, which needs neither Slack nor Redis; `null`: there is none. */
  readonly publish: ((subject: string, text: string) => Promise<void>) | null;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

export interface Operators {
  /**
   * What is wrong now: each trouble is told by both paths, once an hour at most, and its end once. `isAll`: whether these are all,
   * so that what is not among them is over. Never rejects.
   */
  hear(troubles: readonly Trouble[], isAll: boolean): Promise<void>;
}

const QUIET_S = 3_600;

/** Tells those who keep Tocsin running what is wrong with it. Several processes see the same and tell it once. */
export function createOperators(deps: OperatorsDeps): Operators {
  const memory = inRedis(deps);
  const alone = inProcess(deps.now);

  return {
    async hear(troubles, isAll) {
      for (const trouble of troubles) {
        const isMine = await memory.claim(trouble).catch(() => alone.claim(trouble));
        if (isMine && !(await began(deps, trouble)))
          await memory.again(trouble.cause).catch(() => alone.again(trouble.cause));
      }
      if (!isAll) return;
      const causes = new Set(troubles.map(({ cause }) => cause));
      const over = [...alone.over(causes), ...(await memory.over(causes).catch(() => []))];
      for (const trouble of over) await ended(deps, trouble);
    },
  };
}

/** Answers `false` when the second path failed: it is tried again. A notice may wait in Slack for hours. */
async function began(deps: OperatorsDeps, { cause, subject, text }: Trouble): Promise<boolean> {
  deps.log.error({ cause, text }, 'Tocsin is not well');
  const ends = await tell(deps, cause, subject, text);
  return deps.publish === null || ends.at(-1)?.status === 'fulfilled';
}

async function ended(deps: OperatorsDeps, { cause, subject, since }: Trouble): Promise<void> {
  const text = `Well again: “${subject}”. It lasted ${secondsInWords((deps.now() - since) / 1_000)}.`;
  deps.log.warn({ cause, text }, 'Tocsin is well again');
  await tell(deps, `${cause} over`, `Well again: ${subject}`, text);
}

async function tell(
  { tellSlack, publish, log }: OperatorsDeps,
  cause: string,
  subject: string,
  text: string,
): Promise<readonly PromiseSettledResult<void>[]> {
  const paths = [tellSlack(`audit ${cause}`, text), ...(publish ? [publish(subject, text)] : [])];
  const ends = await Promise.allSettled(paths);
  for (const end of ends) {
    if (end.status === 'rejected') log.error({ err: end.reason, cause }, 'operators could not be told');
  }
  return ends;
}

/** Which troubles were told: `claim` answers whether it is to be told now, `over` which are to be called ended. */
interface Memory<T, O> {
  claim(trouble: Trouble): T;
  /** It could not be told: it is told when it is next seen. */
  again(cause: string): O;
}

function inRedis({ redis, keys }: OperatorsDeps): Memory<Promise<boolean>, Promise<void>> & {
  over(causes: ReadonlySet<string>): Promise<Trouble[]>;
} {
  const told = `${keys.prefix}audit:told`;
  const mark = (cause: string) => keys.seen(`audit:${cause}`);
  return {
    async claim(trouble) {
      if ((await redis.set(mark(trouble.cause), '1', 'EX', QUIET_S, 'NX')) !== 'OK') return false;
      await redis.hsetnx(told, trouble.cause, JSON.stringify(trouble));
      return true;
    },
    async again(cause) {
      await redis.del(mark(cause));
    },
    async over(causes) {
      const all = Object.entries(await redis.hgetall(told)).filter(([cause]) => !causes.has(cause));
      const mine: Trouble[] = [];
      for (const [cause, json] of all) {
        if ((await redis.hdel(told, cause)) === 1) mine.push(JSON.parse(json) as Trouble); // written above
      }
      return mine;
    },
  };
}

/** For while Redis is away: this process knows what it has told itself. */
function inProcess(now: () => number): Memory<boolean, void> & { over(causes: ReadonlySet<string>): Trouble[] } {
  const toldAt = new Map<string, number>();
  const open = new Map<string, Trouble>();
  return {
    claim(trouble) {
      if (now() - (toldAt.get(trouble.cause) ?? Number.NEGATIVE_INFINITY) < QUIET_S * 1_000) return false;
      toldAt.set(trouble.cause, now());
      if (!open.has(trouble.cause)) open.set(trouble.cause, trouble);
      return true;
    },
    again: (cause) => void toldAt.delete(cause),
    over(causes) {
      const ended = [...open.values()].filter(({ cause }) => !causes.has(cause));
      for (const { cause } of ended) open.delete(cause);
      return ended;
    },
  };
}
