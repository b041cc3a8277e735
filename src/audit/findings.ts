import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import type { Finding, FindingKind } from './finding.ts';

/** What was found, by whichever process: durable until it is well again or operators have been told. */
export interface Findings {
  /** Something is wrong and only people can mend it. */
  stands(finding: Finding): Promise<void>;
  standing(): Promise<Finding[]>;
  /** It is well again. */
  ended(finding: Finding): Promise<void>;
  mended(finding: Finding): Promise<void>;
  /** What was mended since this was last asked, oldest first, and how many more there were. */
  takeMended(): Promise<{ readonly findings: Finding[]; readonly more: number }>;
}

export interface FindingsDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'prefix'>;
  /** Counts what was found for the first time. */
  readonly counted: (kind: FindingKind) => void;
}

/** When thousands are wrong, the first hundred tell the story. */
const KEPT = 100;

export function createFindings({ redis, keys, counted }: FindingsDeps): Findings {
  const standing = `${keys.prefix}audit:findings`;
  const mended = `${keys.prefix}audit:mended`;
  const more = `${keys.prefix}audit:mended:more`;
  const read = (json: string) => JSON.parse(json) as Finding; // written below and nowhere else

  return {
    async stands(finding) {
      if ((await redis.hlen(standing)) >= KEPT) return;
      const isNew = await redis.hsetnx(standing, nameOf(finding), JSON.stringify(finding));
      if (isNew === 1) counted(finding.kind);
    },
    standing: async () => (await redis.hvals(standing)).map(read),
    ended: async (finding) => void (await redis.hdel(standing, nameOf(finding))),
    async mended(finding) {
      counted(finding.kind);
      if ((await redis.llen(mended)) >= KEPT) await redis.incr(more);
      else await redis.rpush(mended, JSON.stringify(finding));
    },
    async takeMended() {
      const results = await redis.multi().lrange(mended, 0, -1).getdel(more).del(mended).exec();
      return {
        findings: ((results?.[0]?.[1] ?? []) as string[]).map(read), // as Redis answers LRANGE
        more: Number(results?.[1]?.[1] ?? 0),
      };
    },
  };
}

function nameOf({ incident, kind }: Finding): string {
  return `${incident} ${kind}`;
}
