import type { Decision } from './decide.ts';
import { type Actor, type Incident, type IncidentEvent, TOCSIN } from './incident.ts';
import { forbidding, type Plan } from './plan.ts';
import { ok, type Result, reject } from './result.ts';
import {
  type ApprovalWay,
  isUnderWay,
  type Proposal,
  type Run,
  type RunEnd,
  type RunEvent,
  type RunProgress,
  type RunSample,
} from './run.ts';
import { nextSampleAt } from './run-apply.ts';

/** What somebody adds when they let a plan run. */
export interface Confirmation {
  /** The name of what is changed, typed; `null`: not asked for, or left empty. */
  readonly typed: string | null;
  /** One person for two, because it burns: why. */
  readonly breakGlass: string | null;
}

/** A plan with what the service file said of its action, as it is asked for. */
export type Requested = Pick<
  Extract<RunEvent, { type: 'run_planned' }>,
  'token' | 'plan' | 'verify' | 'heals' | 'fallback' | 'otherwise' | 'reason'
>;

export type RunCommand =
  | ({ readonly type: 'request_run'; readonly by: Actor; readonly requested: Requested } & Confirmation)
  | ({ readonly type: 'approve_run'; readonly by: Actor; readonly run: string; readonly hash: string } & Confirmation)
  | { readonly type: 'reject_run'; readonly by: Actor; readonly run: string; readonly reason: string }
  | { readonly type: 'cancel_run'; readonly by: Actor; readonly run: string }
  | { readonly type: 'dismiss_proposal'; readonly by: Actor; readonly action: string };

/** What the engine found or did. What comes too late says nothing. */
export type EngineCommand =
  | { readonly type: 'begin_run'; readonly run: string }
  | { readonly type: 'send_run'; readonly run: string }
  | {
      readonly type: 'progress_run';
      readonly run: string;
      readonly progress: RunProgress | null;
      readonly reference: string | null;
      /** When to look again, epoch ms. */
      readonly nextAt: number;
    }
  | { readonly type: 'change_run'; readonly run: string; readonly detail: string }
  | { readonly type: 'sample_run'; readonly run: string; readonly sample: RunSample }
  | { readonly type: 'end_run'; readonly run: string; readonly state: RunEnd; readonly why: string }
  | ({ readonly type: 'propose_action' } & Omit<Proposal, 'at'>);

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
  const other = incident.runs.find((one) => isUnderWay(one) && one.plan.lock === plan.lock);
  if (other) {
    return reject(
      'nothing_to_do',
      `${other.id} (${other.plan.title}) is under way for ${plan.subject}.`,
      'Wait until it has ended, or cancel it first.',
    );
  }
  const unfit = unfitPlan(plan, now);
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

/** How whoever asks may approve it at once; `null`: it waits for somebody. */
function wayAlone(
  incident: Incident,
  plan: Plan,
  by: Actor,
  { typed, breakGlass }: Confirmation,
): Result<ApprovalWay | null> {
  if (by === TOCSIN) return ok(plan.risk === 'high' ? null : 'autopilot');
  if (breakGlass !== null) return broken(incident, plan, { typed, breakGlass });
  if (plan.risk === 'low') return ok('alone');
  if (plan.risk === 'high') return ok(null);
  return isTyped(plan, typed) ? ok('confirmed') : mistyped(plan);
}

function approve(
  incident: Incident,
  { by, run: id, hash, ...confirmation }: Extract<RunCommand, { type: 'approve_run' }>,
  now: number,
): Result<Decision> {
  const run = find(incident, id);
  if (!run || run.state !== 'planned') return notWaiting(incident, id);
  const { plan } = run;
  if (plan.hash !== hash) return staleView();
  const unfit = unfitPlan(plan, now);
  if (unfit) return unfit;
  const way = wayToApprove(incident, run, by, confirmation);
  if (!way.ok) return way;
  return happens(...approval(incident, { run: id, plan, by, way: way.value, confirmation, now }));
}

function wayToApprove(
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

const REASON_LENGTH = 10;

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

/** What the engine found; the other commands of a machine have no say in runs. */
export function decideEngine(incident: Incident, command: EngineCommand, now: number): RunEvent[] {
  if (command.type === 'propose_action') return propose(incident, command, now);
  const run = find(incident, command.run);
  if (!run) return [];
  const id = run.id;
  switch (command.type) {
    case 'begin_run':
      return run.state === 'approved' && !incident.drill ? [{ type: 'run_began', at: now, run: id }] : [];
    case 'send_run':
      return run.state === 'executing' ? [{ type: 'run_sent', at: now, run: id }] : [];
    case 'progress_run': {
      const { progress, reference, nextAt } = command;
      return run.state === 'executing'
        ? [{ type: 'run_progressed', at: now, run: id, progress, reference, nextAt }]
        : [];
    }
    case 'change_run':
      return run.state === 'executing' ? worldChanged(run, command.detail, now) : [];
    case 'sample_run': {
      const { sample } = command;
      if (run.state !== 'verifying') return [];
      return [{ type: 'run_sampled', at: now, run: id, sample, nextAt: nextSampleAt(run, now) }];
    }
    case 'end_run':
      return isUnderWay(run) ? ended(incident, run, command.state, command.why, now) : [];
  }
}

/** What is not measured has no verdict: it is done, or nobody can tell. */
function worldChanged(run: Run, detail: string, now: number): RunEvent[] {
  const changed: RunEvent = { type: 'run_changed', at: now, run: run.id, detail };
  if (run.verify !== null) return [changed];
  const [state, why]: [RunEnd, string] = run.heals
    ? ['unknown', 'It was done. Nothing measures whether it helped.']
    : ['done', detail];
  return [changed, { type: 'run_ended', at: now, by: TOCSIN, run: run.id, state, why }];
}

const DID_NOT_HELP: ReadonlySet<RunEnd> = new Set(['no_effect', 'worse', 'failed']);

function ended({ runs }: Incident, run: Run, state: RunEnd, why: string, now: number): RunEvent[] {
  const end: RunEvent = { type: 'run_ended', at: now, by: TOCSIN, run: run.id, state, why };
  const next = run.otherwise;
  const isTried = runs.some(({ plan }) => plan.action === next);
  if (next === null || isTried || !DID_NOT_HELP.has(state)) return [end];
  const proposed: RunEvent = {
    ...{ type: 'action_proposed', at: now, action: next, title: next, from: 'run' },
    why: `${run.plan.title}: ${WORDS[state] ?? 'it did not help'}.`,
  };
  return [end, proposed];
}

const WORDS: Partial<Record<RunEnd, string>> = {
  no_effect: 'it did not help',
  worse: 'it made things worse',
  failed: 'it failed',
};

/** One proposal for each action: a newer reason takes the place of an older one, and what is under way is not proposed. */
function propose(
  { proposals, runs }: Incident,
  { type: _, ...proposal }: Extract<EngineCommand, { type: 'propose_action' }>,
  now: number,
): RunEvent[] {
  const isKnown = proposals.some(({ action, why }) => action === proposal.action && why === proposal.why);
  const isGoing = runs.some((run) => isUnderWay(run) && run.plan.action === proposal.action);
  return isKnown || isGoing ? [] : [{ type: 'action_proposed', at: now, ...proposal }];
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
