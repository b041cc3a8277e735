import type { ModalView } from '@slack/types';
import { escalationModal } from '../blocks/modals/escalation.ts';
import { evidenceModal } from '../blocks/modals/evidence.ts';
import { runbookModal } from '../blocks/modals/runbook.ts';
import { timelineModal } from '../blocks/modals/timeline.ts';
import { runbookOf } from '../src/domain/checklist.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import { type SideName, sides } from '../src/slack/protocol.ts';
import { findIncident, noteSeen } from './act.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';

/** Views that show one side of an incident and change nothing. Everybody may look. */
export const sideTitles: { readonly [N in SideName]: string } = {
  timeline: 'Timeline',
  evidence: 'Evidence',
  runbook: 'Runbook',
  escalation: 'Escalation',
};

export function isSide(name: string): name is SideName {
  return Object.hasOwn(sides, name);
}

export async function fillSide(
  deps: HandlerDeps,
  asker: Asker,
  side: SideName,
  id: string,
): Promise<Result<ModalView>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  const incident = found.value;
  const drawn = await draw(deps, incident, side);
  if (drawn.ok) await noteSeen(deps, asker, incident);
  return drawn;
}

async function draw(deps: HandlerDeps, incident: Incident, side: SideName): Promise<Result<ModalView>> {
  const runbook = runbookOf(incident, deps.services());
  const of = { incident, runbook };
  switch (side) {
    case 'timeline':
      return ok(timelineModal(of, await deps.store.events(incident.id), deps.now()));
    case 'evidence':
      return ok(evidenceModal(of, await deps.snapshots(incident.id), deps.now()));
    case 'escalation':
      return ok(escalationModal(of, await deps.store.events(incident.id), deps.now()));
    case 'runbook': {
      const steps = checklist(incident, runbook);
      if (!steps.ok) return steps;
      const offered = deps.actions.offered(incident);
      return ok(runbookModal({ incident, runbook: steps.value, offered, now: deps.now() }));
    }
  }
}

/** A runbook with steps to tick, or why there is none. */
export function checklist(incident: Incident, runbook: Runbook | null): Result<Runbook> {
  if (runbook && runbook.steps.length > 0) return ok(runbook);
  const { id, serviceTitle, service, members } = incident;
  const page = runbook?.url ?? members.shown.find((one) => URL.canParse(one.runbook ?? ''))?.runbook;
  if (page)
    return reject('not_found', `The runbook of ${id} is a page, without steps to tick here.`, `Read it: ${page}`);
  return reject(
    'not_found',
    runbook ? `The runbook “${runbook.title}” of ${id} has no steps.` : `${id} has no runbook with steps.`,
    `Whoever owns ${serviceTitle} can write one into services/${service}.yml, under “runbooks”.`,
  );
}
