import { type Incident, isOver } from '../src/domain/incident.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { HandlerDeps } from './deps.ts';

const DAY_MS = 86_400_000;
/** How far back an incident that is over is offered for reopening. */
const RECENT_MS = 7 * DAY_MS;
const LOOKED_AT = 100;
const NAMED = 5;

/** What is known about a question that names no incident. */
export interface Search {
  readonly user: string;
  readonly channel: string | null;
  /** The incident whose thread the question was asked in. */
  readonly here: string | null;
  /** `/incident ack`: how the person asks again, with an id. */
  readonly asking: string;
  /** Whether those that are over are meant: only they can be reopened. */
  readonly over: boolean;
  /** Whether the only candidate may be taken: never for what changes an incident in a way that hurts when it is the wrong one. */
  readonly mayGuess: boolean;
}

/** Finds the incident that is meant when none is named, or lists those that could be. */
export async function whichIncident(deps: Pick<HandlerDeps, 'now' | 'store'>, search: Search): Promise<Result<string>> {
  if (search.here !== null) return ok(search.here);

  const all = await candidates(deps, search.over);
  const inChannel = all.filter(({ channel }) => channel === search.channel);
  const near = inChannel.length > 0 ? inChannel : all;
  const [only] = near;
  if (!only)
    return reject('not_found', search.over ? 'No incident was resolved in the last week.' : 'No incident is open.');
  if (search.mayGuess && near.length === 1) return ok(only.id);
  return reject(
    'bad_input',
    near.length === 1 ? 'Which incident? I will not guess.' : 'Which incident?',
    listed(near, search),
  );
}

async function candidates({ now, store }: Pick<HandlerDeps, 'now' | 'store'>, over: boolean): Promise<Incident[]> {
  if (!over) return store.loadMany(await store.openIds(LOOKED_AT));
  const recent = await store.loadMany(await store.history(now() - RECENT_MS, now(), LOOKED_AT));
  return recent.filter(isOver);
}

function listed(incidents: readonly Incident[], { user, asking }: Search): string {
  const mineFirst = incidents.toSorted((a, b) => Number(b.owner === user) - Number(a.owner === user));
  const rows = mineFirst
    .slice(0, NAMED)
    .map((one) => `${asking} ${one.id} – ${one.severity} ${one.serviceTitle}: ${clipped(one.title)}`);
  if (incidents.length > NAMED) rows.push(`… and ${incidents.length - NAMED} more: /incident list`);
  return rows.join('\n');
}

function clipped(title: string): string {
  return title.length > 80 ? `${title.slice(0, 79)}…`.toWellFormed() : title;
}
