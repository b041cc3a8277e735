import { briefingReply } from '../blocks/briefing.ts';
import type { Message } from '../blocks/kit.ts';
import { checkedReply, evidenceReply, runbookReply, tickedReply } from '../blocks/step-replies.ts';
import { runbookOf } from '../src/domain/checklist.ts';
import { briefingOf } from '../src/domain/escalation-message.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Call } from '../src/slack/grammar.ts';
import { findIncident, noteSeen } from './act.ts';
import { checkStep, tickStep, type WhichStep } from './checklist.ts';
import type { HandlerDeps } from './deps.ts';
import { type Ask, incidentOf } from './incident-of.ts';
import { checklist } from './sides.ts';

/** What is typed about runbooks, evidence and the story so far, in a thread above all: there no view can be opened. */

export function done(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  return tick(deps, ask, call, true);
}

export function undone(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  return tick(deps, ask, call, false);
}

async function tick(deps: HandlerDeps, ask: Ask, call: Call, isDone: boolean): Promise<Result<Message>> {
  const which = await stepOf(deps, ask, call);
  if (!which.ok) return which;
  const ticked = await tickStep(deps, ask.asker, which.value, isDone);
  return ticked.ok ? ok(tickedReply(ticked.value, isDone)) : ticked;
}

export async function check(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const which = await stepOf(deps, ask, call);
  if (!which.ok) return which;
  const checked = await checkStep(deps, ask.asker, which.value);
  return checked.ok ? ok(checkedReply(checked.value)) : checked;
}

async function stepOf(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<WhichStep>> {
  const id = await incidentOf(deps, ask, call, false);
  if (!id.ok) return id;
  if (call.step !== null) return ok({ incident: id.value, number: call.step });
  return reject('bad_input', 'Which step?', `For example: /incident ${call.verb} ${id.value} 3`);
}

export async function runbook(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const found = await incidentToRead(deps, ask, call);
  if (!found.ok) return found;
  const steps = checklist(found.value, runbookOf(found.value, deps.services()));
  return steps.ok ? ok(runbookReply(found.value, steps.value)) : steps;
}

export async function evidence(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const found = await incidentToRead(deps, ask, call);
  return found.ok ? ok(evidenceReply(found.value)) : found;
}

/** What the runbooks want sent to whoever is called for help. */
export async function brief(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const found = await incidentToRead(deps, ask, call);
  if (!found.ok) return found;
  const incident = found.value;
  const events = await deps.store.events(incident.id);
  return ok(briefingReply(briefingOf(incident, events, runbookOf(incident, deps.services()), deps.now())));
}

async function incidentToRead(deps: HandlerDeps, ask: Ask, call: Call) {
  const id = await incidentOf(deps, ask, call, false);
  if (!id.ok) return id;
  const found = await findIncident(deps, id.value);
  if (found.ok) await noteSeen(deps, ask.asker, found.value);
  return found;
}
