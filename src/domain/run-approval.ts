import { isTakenOver } from './autopilot.ts';
import { type Actor, type Incident, TOCSIN } from './incident.ts';
import type { Plan } from './plan.ts';
import { ok, type Result, reject } from './result.ts';
import { type ApprovalWay, isUnderWay, type Run } from './run.ts';
import type { Confirmation } from './run-commands.ts';

/** How whoever asks may approve it at once; `null`: it waits for somebody. */
export function wayAlone(
  incident: Incident,
  plan: Plan,
  by: Actor,
  { typed, breakGlass }: Confirmation,
): Result<ApprovalWay | null> {
  if (by === TOCSIN) return byItself(incident, plan);
  if (breakGlass !== null) return broken(incident, plan, { typed, breakGlass });
  if (plan.risk === 'low') return ok('alone');
  if (plan.risk === 'high') return ok(null);
  return isTyped(plan, typed) ? ok('confirmed') : mistyped(plan);
}

/** The autopilot acts for as long as nobody is at it and nothing is being done, in no drill, and alone decides nothing of high risk. */
function byItself(incident: Incident, { risk }: Plan): Result<ApprovalWay | null> {
  if (isTakenOver(incident)) return reject('not_allowed', 'Somebody is at it: it is for people now.');
  if (incident.drill) return reject('not_allowed', 'A drill: people practise.');
  const going = incident.runs.find(isUnderWay);
  if (going) return reject('not_allowed', `${going.id} is under way.`);
  return ok(risk === 'high' ? null : 'autopilot');
}

/** How somebody may approve what was asked for. */
export function wayToApprove(
  incident: Incident,
  { plan, requestedBy }: Run,
  by: Actor,
  confirmation: Confirmation,
): Result<ApprovalWay> {
  if (confirmation.breakGlass !== null) return broken(incident, plan, confirmation);
  if (plan.risk === 'high' && by === requestedBy) {
    return reject(
      'not_allowed',
      `You asked for it, and its risk is high: somebody else must approve it.`,
      incident.severity === 'P0'
        ? 'If nobody is there, break the glass: it is recorded, and everybody is told.'
        : 'Ask a colleague to press Approve.',
    );
  }
  if (plan.risk === 'medium' && !isTyped(plan, confirmation.typed)) return mistyped(plan);
  return ok(by === requestedBy ? (plan.risk === 'medium' ? 'confirmed' : 'alone') : 'second');
}

export const REASON_LENGTH = 10;

function broken({ severity }: Incident, plan: Plan, { typed, breakGlass }: Confirmation): Result<ApprovalWay> {
  if (severity !== 'P0') {
    return reject(
      'not_allowed',
      `The glass is broken for P0 alone, and this is ${severity}.`,
      'Ask somebody who may approve it.',
    );
  }
  if ((breakGlass ?? '').trim().length < REASON_LENGTH) {
    return reject(
      'bad_input',
      'Say why nobody else could be asked.',
      'A sentence is enough; it is recorded and told to everybody.',
    );
  }
  return isTyped(plan, typed) ? ok('break_glass') : mistyped(plan);
}

function isTyped({ subject }: Plan, typed: string | null): boolean {
  return typed !== null && typed.trim() === subject;
}

function mistyped({ subject }: Plan): Result<never> {
  return reject('bad_input', `Type ${subject} to confirm.`, 'It must be the very name of what is changed.');
}
