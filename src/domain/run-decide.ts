import type { Decision } from './decide.ts';
import { type Actor, type Incident, type IncidentEvent, TOCSIN } from './incident.ts';
import { forbidding, type Plan } from './plan.ts';
import { ok, type Result, reject } from './result.ts';
import { type ApprovalWay, isUnderWay, overtakerOf, type Run, type RunEnd, type RunEvent } from './run.ts';
import { wayAlone, wayToApprove } from './run-approval.ts';
import type { Confirmation, RunCommand } from './run-commands.ts';

/** Says what people may do with runs. Whether they are the ones who may is known before: see `actions/authority.ts`. */
export function decideRun(incident: Incident, command: RunCommand, now: number): Result<Decision> {
  switch (command.type) {
    case 'request_run':
      return request(incident, command, now);
    case 'approve_run':
      return approve(incident, command, now);
    case 'reject_run': {
      const run = find(incident, command.run);
      if (run?.state !== 'planned') return notWaiting(incident, command.run);
      const why = command.reason.trim();
      return end(
        run,
        'cancelled',
        command.by,
        why === '' ? 'It was not approved.' : `It was not approved: ${why}`,
        now,
      );
    }
    case 'cancel_run':
      return cancel(incident, command, now);
    case 'dismiss_proposal': {
      const { by, action } = command;
      if (!incident.proposals.some((one) => one.action === action)) return ok(NOTHING); // a second click says nothing new
      return happens({ type: 'proposal_dismissed', at: now, by, action });
    }
  }
}

const NOTHING: Decision = { events: [], alerts: [] };

function request(
  incident: Incident,
  { by, requested, ...confirmation }: Extract<RunCommand, { type: 'request_run' }>,
  now: number,
): Result<Decision> {
  const { plan, token } = requested;
  const twin = incident.runs.find((one) => one.token === token);
  if (twin) return ok(NOTHING); // the same form, sent twice
  const other = incident.runs.find((one) => isInTheWay(one) && one.plan.lock === plan.lock);
  if (other) {
    return reject(
      'nothing_to_do',
      `${other.id} (${other.plan.title}) is under way for ${plan.subject}.`,
      'Wait until it has ended, or cancel it first.',
    );
  }
  const unfit = unfitPlan(plan, now) ?? overtakenPlan(incident, requested);
  if (unfit) return unfit;

  const run = `${incident.id}.${incident.runs.length + 1}`;
  const asked: IncidentEvent = { type: 'run_planned', at: now, by, run, ...requested };
  const way = wayAlone(incident, plan, by, confirmation);
  if (!way.ok) return way;
  return happens(
    asked,
    ...(way.value === null ? [] : approval(incident, { run, plan, by, way: way.value, confirmation, now })),
  );
}

/** What is only measured any more keeps nobody from undoing it. */
function isInTheWay(run: Run): boolean {
  return isUnderWay(run) && run.state !== 'verifying';
}

function approve(
  incident: Incident,
  { by, run: id, hash, ...confirmation }: Extract<RunCommand, { type: 'approve_run' }>,
  now: number,
): Result<Decision> {
  const run = find(incident, id);
  if (run?.state !== 'planned') return notWaiting(incident, id);
  const { plan } = run;
  if (plan.hash !== hash) return staleView();
  const unfit = unfitPlan(plan, now) ?? overtakenPlan(incident, run);
  if (unfit) return unfit;
  const way = wayToApprove(incident, run, by, confirmation);
  if (!way.ok) return way;
  return happens(...approval(incident, { run: id, plan, by, way: way.value, confirmation, now }));
}

function staleView(): Result<never> {
  return reject('changed_since_seen', 'This is not the plan that you were shown.', 'Open it again and look.');
}

/** Why a plan cannot be approved any more. */
function unfitPlan(plan: Plan, now: number): Result<never> | null {
  if (now >= plan.expiresAt) {
    return reject('changed_since_seen', 'The plan has expired: the world may be another by now.', 'Plan it again.');
  }
  const [forbids] = forbidding(plan);
  if (forbids) return reject('not_allowed', `It cannot be done now: ${forbids.text}`, 'Mend that, and plan it again.');
  return null;
}

function overtakenPlan({ runs }: Incident, planned: Pick<Run, 'plan' | 'heals'>): Result<never> | null {
  const other = overtakerOf(planned, runs);
  if (!other) return null;
  const why = `${other.id} (${other.plan.title}) has changed ${planned.plan.subject} since this was planned.`;
  return reject('changed_since_seen', why, 'Plan it again.');
}

interface Approval {
  readonly run: string;
  readonly plan: Plan;
  readonly by: Actor;
  readonly way: ApprovalWay;
  readonly confirmation: Confirmation;
  readonly now: number;
}

/** In a drill the decision is practised, and that is all: nothing is ever begun. */
function approval(incident: Incident, { run, plan, by, way, confirmation, now }: Approval): RunEvent[] {
  const reason = way === 'break_glass' ? (confirmation.breakGlass ?? '').trim() : '';
  const approved: RunEvent = { type: 'run_approved', at: now, by, run, way, reason, hash: plan.hash };
  if (!incident.drill) return [approved];
  const why = 'A drill: it would have begun now. Nothing was changed.';
  return [approved, { type: 'run_ended', at: now, by: TOCSIN, run, state: 'cancelled', why }];
}

function cancel(
  incident: Incident,
  { by, run: id }: Extract<RunCommand, { type: 'cancel_run' }>,
  now: number,
): Result<Decision> {
  const run = find(incident, id);
  if (!run || !isUnderWay(run)) return notUnderWay(incident, id);
  if (run.state === 'planned' || run.state === 'approved')
    return end(run, 'cancelled', by, 'It was cancelled before it began.', now);
  if (run.state === 'verifying') {
    return reject(
      'nothing_to_do',
      `${id} has changed ${run.plan.subject} already.`,
      'What it did is undone by an action of its own.',
    );
  }
  if (run.cancelAskedBy !== null) return ok(NOTHING);
  return happens({ type: 'run_cancel_asked', at: now, by, run: id });
}

function end(run: Run, state: RunEnd, by: Actor, why: string, now: number): Result<Decision> {
  return happens({ type: 'run_ended', at: now, by, run: run.id, state, why });
}

function find({ runs }: Incident, id: string): Run | undefined {
  return runs.find((run) => run.id === id);
}

function notWaiting(incident: Incident, id: string): Result<never> {
  const run = find(incident, id);
  if (!run)
    return reject('not_found', `There is no run ${id}.`, `See those of the incident: /incident show ${incident.id}`);
  return reject('nothing_to_do', `${id} does not wait for approval any more: it is ${run.state.replace('_', ' ')}.`);
}

function notUnderWay(incident: Incident, id: string): Result<never> {
  const run = find(incident, id);
  return run ? reject('nothing_to_do', `${id} has ended: ${run.why}`) : notWaiting(incident, id);
}

function happens(...events: IncidentEvent[]): Result<Decision> {
  return ok({ events, alerts: [] });
}
