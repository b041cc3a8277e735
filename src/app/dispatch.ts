import { apply } from '../domain/apply.ts';
import { type Command, type Decision, decide } from '../domain/decide.ts';
import { type Lane, laneOf } from '../domain/effects.ts';
import type { Incident } from '../domain/incident.ts';
import type { KnownAlert } from '../domain/member.ts';
import { nextWakeAt } from '../domain/paging.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { IncidentStore } from './store.ts';

export interface DispatchDeps {
  readonly store: IncidentStore;
  readonly now: () => number;
  /** Tells the deliverer that something changed. May be lost: the sweep finds it anyway. */
  readonly poke: (incident: Incident, lane: Lane) => void;
}

export type Dispatch = (incidentId: string, command: Command) => Promise<Result<Incident>>;

const MAX_TRIES = 50;
const NOTHING_KNOWN: ReadonlyMap<string, KnownAlert> = new Map();

/** The only way an incident ever changes: load, decide, commit, tell. Answers the incident as it is afterwards. */
export function createDispatch(deps: DispatchDeps): Dispatch {
  return async (id, command) => {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const result = await tryOnce(deps, id, command);
      if (result !== 'lost-the-race') return result;
    }
    throw new Error(`${id} kept changing under "${command.type}"`);
  };
}

async function tryOnce(deps: DispatchDeps, id: string, command: Command): Promise<Result<Incident> | 'lost-the-race'> {
  const before = await deps.store.load(id);
  if (!before) return reject('not_found', `There is no incident ${id}.`, 'See the open ones: /incident');

  const now = deps.now();
  const decision = decide(before, command, now);
  if (!decision.ok) return decision;
  if (command.type === 'wake' && decision.value.events.length === 0) {
    await deps.store.postpone(before, nextWakeAt(before, now)); // else it would be due in every round
    return ok(before);
  }

  const after = await commitDecision(
    deps,
    before,
    decision.value,
    command.type === 'alarms' ? command.known : NOTHING_KNOWN,
  );
  return after ? ok(after) : 'lost-the-race';
}

/** Makes a decision true and tells the deliverer. `null` when somebody else was faster. */
export async function commitDecision(
  { store, poke }: Pick<DispatchDeps, 'store' | 'poke'>,
  before: Incident | null,
  { events, alerts }: Decision,
  known: ReadonlyMap<string, KnownAlert>,
  groupHolder: string | null = null,
): Promise<Incident | null> {
  const after = events.reduce<Incident | null>(apply, before);
  if (!after) throw new Error('A decision without events cannot open an incident.');
  if (events.length === 0 && alerts.length === 0) return after;

  const lane = laneOf(events);
  const won = await store.commit({
    before,
    after,
    events,
    alerts,
    known,
    groupHolder,
    lane: events.length === 0 ? 'quiet' : lane,
  });
  if (!won) return null;

  if (events.length > 0 && lane !== 'quiet') poke(after, lane);
  return after;
}
