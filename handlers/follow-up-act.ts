import type { PersonCommand } from '../src/domain/decide.ts';
import type { Incident } from '../src/domain/incident.ts';
import { type Result, reject } from '../src/domain/result.ts';
import type { FollowUpTarget } from '../src/slack/protocol.ts';
import { findIncident, incidentToChange } from './act.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';

type Which = Pick<FollowUpTarget, 'incident' | 'followUp'>;

/** Whoever has a follow-up may always say what becomes of it; others may where they may change the incident. */
export async function changeFollowUp(
  deps: HandlerDeps,
  asker: Asker,
  { incident: id, followUp }: Which,
  command: PersonCommand,
): Promise<Result<Incident>> {
  const found = await followUpOf(deps, asker, { incident: id, followUp });
  return found.ok ? deps.dispatch(id, command) : found;
}

/** The incident of a follow-up, for somebody who may change that. */
export async function followUpOf(
  deps: HandlerDeps,
  asker: Asker,
  { incident: id, followUp }: Which,
): Promise<Result<Incident>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  const deadline = found.value.deadlines.find((one) => one.id === followUp);
  if (!deadline)
    return reject('not_found', `${id} has no follow-up ${followUp}.`, `See them: /incident followups ${id}`);
  return deadline.owner === asker.user ? found : incidentToChange(deps, asker, id);
}
