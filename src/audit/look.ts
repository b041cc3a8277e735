import type { Redis } from 'ioredis';
import type { IncidentStore } from '../app/store.ts';
import { createDueQueue } from '../store/due-queue.ts';
import type { Keys } from '../store/keys.ts';
import type { Examine } from './examine.ts';
import { type AuditReport, type Finding, LATE_S, type Lateness } from './finding.ts';
import type { Findings } from './findings.ts';
import { AT_ONCE, type Walk } from './walk.ts';

export interface LookDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'incident' | 'duePages' | 'dueLetters' | 'dueNews'>;
  readonly store: Pick<IncidentStore, 'due' | 'openCount'>;
  readonly findings: Findings;
  readonly examine: Examine;
  /** Takes the traces of an incident away that is not there. */
  readonly forget: (id: string) => Promise<void>;
  readonly walk: Pick<Walk, 'last'>;
  readonly now: () => number;
}

/** Deadlines that are so late may be those of incidents that are not there; the most overdue few are looked at. */
const SUSPECT_MS = 5_000;
const SUSPECTS = 10;
/** A round may take so long, beside what it takes to look at every open incident twice. */
const ROUND_SLACK_S = 900;

/**
 * One look at what is late and what is wrong. It costs a handful of questions to Redis, however many incidents are open. `startedAt`:
 * since when anybody could have looked. Rejects when Redis is away.
 */
export function createLook(deps: LookDeps): (startedAt: number) => Promise<AuditReport> {
  const { redis, keys, store, walk, now } = deps;
  const queues = {
    pages: createDueQueue(redis, keys, keys.duePages),
    letters: createDueQueue(redis, keys, keys.dueLetters),
    news: createDueQueue(redis, keys, keys.dueNews),
  };

  return async (startedAt) => {
    await forgetSuspects(deps);
    const findings = await stillWrong(deps);
    const at = now();
    const late = (since: number | null | undefined) => Math.max(0, at - (since ?? at)) / 1_000;
    const [timers, pages, letters, news, allPages, open, round] = await Promise.all([
      store.due(at, 1),
      queues.pages.backlog(at),
      queues.letters.backlog(at),
      queues.news.backlog(at),
      redis.zcard(keys.duePages),
      store.openCount(),
      walk.last(),
    ]);
    const latenessSeconds: Lateness = {
      timers: late(timers[0]?.at),
      pages: late(pages.since),
      letters: late(letters.since),
      news: late(news.since),
    };
    const isRoundInTime = late(Math.max(round?.endedAt ?? 0, startedAt)) <= ROUND_SLACK_S + (2 * open) / AT_ONCE;
    const isLate = Object.values(latenessSeconds).some((seconds) => seconds > LATE_S);
    return {
      at,
      ok: !isLate && findings.length === 0 && isRoundInTime,
      findings,
      latenessSeconds,
      pagesOnTheirWay: allPages,
      checked: round?.checked ?? null,
      withoutPolicy: round?.withoutPolicy ?? null,
      roundSeconds: round ? late(round.endedAt) : null,
      isRoundInTime,
    };
  };
}

async function forgetSuspects({ store, redis, keys, forget, now }: LookDeps): Promise<void> {
  for (const { id } of await store.due(now() - SUSPECT_MS, SUSPECTS)) {
    if ((await redis.exists(keys.incident(id))) === 0) await forget(id);
  }
}

/** What was found before and is wrong still; the rest is well again. */
async function stillWrong({ findings, examine }: LookDeps): Promise<Finding[]> {
  const before = await findings.standing();
  if (before.length === 0) return [];
  const { standing } = await examine([...new Set(before.map(({ incident }) => incident))]);
  const isWrong = ({ incident, kind }: Finding) =>
    standing.some((one) => one.incident === incident && one.kind === kind);
  for (const finding of before) if (!isWrong(finding)) await findings.ended(finding);
  return before.filter(isWrong);
}
