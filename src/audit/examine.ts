import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { kindOf } from '../app/errors.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';
import { check, type Kept, type Problem, pagesOf } from './check.ts';
import type { Finding } from './finding.ts';
import type { Findings } from './findings.ts';

export interface ExamineDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'incident' | 'timers' | 'duePages' | 'open'>;
  readonly store: Pick<IncidentStore, 'load'>;
  readonly findings: Findings;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/** What was seen of the incidents that were looked at. */
export interface Examined {
  readonly checked: number;
  readonly withoutPolicy: number;
  /** What only people can mend. */
  readonly standing: readonly Finding[];
}

/** Looks at incidents, mends what can be, and writes down what cannot. Rejects when Redis is away. */
export type Examine = (ids: readonly string[]) => Promise<Examined>;

export function createExamine(deps: ExamineDeps): Examine {
  const mend = script(deps.redis, new URL('./mend.lua', import.meta.url));
  const forget = createForget(deps);

  async function solve(incident: Incident, problem: Problem): Promise<Finding | null> {
    const { keys, findings, log, now } = deps;
    const { id, version } = incident;
    const finding = findingOf(id, problem, now());
    if (!problem.mend) {
      await findings.stands(finding);
      return finding;
    }
    const { set, entry, at, latest } = problem.mend;
    const key = set === 'timers' ? keys.timers : keys.duePages;
    if (Number(await mend(2, keys.incident(id), key, version, entry, at, latest)) === 0) return null; // it has moved on
    log.error({ incident: id, finding: problem.kind }, problem.text);
    await findings.mended(finding);
    return null;
  }

  return async (ids) => {
    const loaded = await Promise.all(ids.map((id) => load(deps, id)));
    await Promise.all(ids.filter((_, i) => loaded[i] === null).map(forget));
    const incidents = loaded.flatMap((one) => (one && 'version' in one ? [one] : []));
    const kept = await keptOf(deps, incidents);
    const solved: (Finding | null)[] = [];
    for (const incident of incidents) {
      for (const problem of problemsOf(deps, incident, kept)) solved.push(await solve(incident, problem));
    }
    const unread = loaded.flatMap((one) => (one && 'kind' in one ? [one] : []));
    for (const finding of unread) await deps.findings.stands(finding);
    return {
      checked: ids.length,
      withoutPolicy: incidents.filter(({ escalation }) => escalation === null).length,
      standing: [...unread, ...solved.filter((one) => one !== null)],
    };
  };
}

/** Takes a trace of an incident away that is not there (any more): else it is due, or open, for ever. */
export function createForget({
  redis,
  keys,
  findings,
  log,
  now,
}: Omit<ExamineDeps, 'store'>): (id: string) => Promise<void> {
  const forget = script(redis, new URL('./forget.lua', import.meta.url));
  return async (id) => {
    const named = Number(await forget(3, keys.incident(id), keys.timers, keys.open, id));
    if (named === 0) return;
    const text = `${id} was waited for, and there is no such incident.`;
    log.error({ incident: id, finding: 'gone' }, text);
    await findings.mended({ kind: 'gone', incident: id, text, since: now(), isMended: true });
  };
}

async function load({ store, log, now }: ExamineDeps, id: string): Promise<Incident | Finding | null> {
  try {
    return await store.load(id);
  } catch (error) {
    if (kindOf(error) !== 'bug') throw error;
    log.error({ err: error, incident: id }, 'an incident could not be read');
    return { ...unreadable(id), incident: id, since: now(), isMended: false };
  }
}

/** One that cannot be judged keeps no other from being looked at. */
function problemsOf({ log, now }: ExamineDeps, incident: Incident, kept: Kept): Problem[] {
  try {
    return check(incident, kept, now());
  } catch (error) {
    log.error({ err: error, incident: incident.id }, 'an incident could not be checked');
    return [{ ...unreadable(incident.id), mend: null }];
  }
}

function unreadable(id: string) {
  const text = `${id} cannot be read, so nobody is told of it and its buttons do nothing.`;
  return { kind: 'unreadable', text } as const;
}

async function keptOf({ redis, keys }: ExamineDeps, incidents: readonly Incident[]): Promise<Kept> {
  const ids = incidents.map(({ id }) => id);
  const pages = incidents.flatMap((incident) => pagesOf(incident).map(({ id }) => id));
  const [timers, queued] = await Promise.all([scores(redis, keys.timers, ids), scores(redis, keys.duePages, pages)]);
  return new Map([...timers, ...queued]);
}

async function scores(redis: Redis, key: string, members: readonly string[]): Promise<[string, number][]> {
  if (members.length === 0) return [];
  const found = await redis.zmscore(key, ...members);
  return found.flatMap((score, i): [string, number][] => (score === null ? [] : [[members[i] ?? '', Number(score)]]));
}

function findingOf(incident: string, { kind, text, mend }: Problem, since: number): Finding {
  return { kind, incident, text, since, isMended: mend !== null };
}
