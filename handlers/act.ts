import type { PersonCommand } from '../src/domain/decide.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';

type ActDeps = Pick<HandlerDeps, 'authorize' | 'dispatch' | 'log' | 'store'>;

export async function findIncident({ store }: Pick<HandlerDeps, 'store'>, id: string): Promise<Result<Incident>> {
  const incident = await store.load(id);
  if (incident) return ok(incident);
  return reject(
    'not_found',
    `There is no incident ${id}, or it is so old that only its times are kept.`,
    'See the open ones: /incident',
  );
}

/** Finds an incident for somebody who wants to change it, and asks now whether they may. */
export async function incidentToChange(deps: ActDeps, { user }: Asker, id: string): Promise<Result<Incident>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  const allowed = await deps.authorize(found.value.service, user);
  return allowed.ok ? found : allowed;
}

/** Changes an incident for a person who may. It is durable when this answers. */
export async function change(
  deps: ActDeps,
  asker: Asker,
  id: string,
  command: PersonCommand,
): Promise<Result<Incident>> {
  const found = await incidentToChange(deps, asker, id);
  return found.ok ? deps.dispatch(id, command) : found;
}

/** Takes down that a person has looked. Looking works all the same when this does not. */
export async function noteSeen(deps: ActDeps, { user }: Asker, { id, milestones }: Incident): Promise<void> {
  if (milestones.seenAt !== null) return;
  try {
    await deps.dispatch(id, { type: 'see', by: user });
  } catch (error) {
    deps.log.warn({ err: error, incident: id }, 'it could not be noted that somebody looked');
  }
}
