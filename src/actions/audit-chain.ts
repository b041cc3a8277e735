import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';
import { canonical } from './plan-hash.ts';

/** One line of the audit: what was decided or done, and the hash of it and of all before it. */
export interface AuditLine {
  readonly number: number;
  /** JSON of the event, or of the refusal. */
  readonly record: string;
  /** SHA-256 of the line before, hex; of the first one: 64 zeros. */
  readonly previous: string;
  /** SHA-256 of `previous`, a line feed and `record`, hex. */
  readonly hash: string;
}

export interface AuditChain {
  /** Writes down what is no event of an incident: that somebody was refused, or switched back by hand. */
  record(what: object): Promise<void>;
  /** Puts what commits have left into the chain, in order, each once; whoever else does the same meanwhile does no harm. */
  extend(): Promise<void>;
  /** Lines from a number on (the first is 1). */
  lines(from: number, limit: number): Promise<AuditLine[]>;
}

export const BEGINNING = '0'.repeat(64);
const AT_ONCE = 200;

/**
 * What commits have written down becomes a chain of hashes: who takes a line out of it, or changes one, has to change all after it,
 * and the newest hash, which is in the log of the process and wherever operators keep it.
 */
export function createAuditChain(
  redis: Redis,
  keys: Pick<Keys, 'auditPending' | 'auditChain' | 'auditHead'>,
): AuditChain {
  const append = script(redis, new URL('./audit-append.lua', import.meta.url));

  async function round(): Promise<boolean> {
    const head = await redis.get(keys.auditHead); // first: what waits is of this head, or of a newer one, which the script refuses
    const pending = await redis.lrange(keys.auditPending, 0, AT_ONCE - 1);
    if (pending.length === 0) return false;
    let previous = head ?? BEGINNING;
    const lines = pending.map((record) => {
      const line = { record, previous, hash: hashOf(previous, record) };
      previous = line.hash;
      return JSON.stringify(line);
    });
    await append(3, keys.auditPending, keys.auditChain, keys.auditHead, head ?? '', previous, ...lines);
    return pending.length === AT_ONCE;
  }

  return {
    record: async (what) => void (await redis.rpush(keys.auditPending, canonical(what))),
    async extend() {
      while (await round());
    },
    async lines(from, limit) {
      const found = await redis.lrange(keys.auditChain, from - 1, from - 2 + limit);
      return found.map((json, i) => ({ number: from + i, ...(JSON.parse(json) as Omit<AuditLine, 'number'>) })); // written above
    },
  };
}

export function hashOf(previous: string, record: string): string {
  return createHash('sha256').update(`${previous}\n${record}`).digest('hex');
}

/** The first line that does not follow from the one before it; `null`: all do. `previous` is the hash before the first. */
export function brokenAt(lines: readonly AuditLine[], previous = BEGINNING): number | null {
  let expected = previous;
  for (const line of lines) {
    if (line.previous !== expected || line.hash !== hashOf(line.previous, line.record)) return line.number;
    expected = line.hash;
  }
  return null;
}
