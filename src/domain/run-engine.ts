import { isTakenOver, standsDown } from './autopilot.ts';
import { type Incident, TOCSIN } from './incident.ts';
import { isUnderWay, isUntried, type Run, type RunEnd, type RunEvent } from './run.ts';
import { nextSampleAt } from './run-apply.ts';
import type { EngineCommand } from './run-commands.ts';

/** What the engine found; the other commands of a machine have no say in runs. */
export function decideEngine(incident: Incident, command: EngineCommand, now: number): RunEvent[] {
  if (command.type === 'propose_action') return propose(incident, command, now);
  const run = incident.runs.find(({ id }) => id === command.run);
  if (!run || !mayCome(incident, run, command, now)) return [];
  switch (command.type) {
    case 'begin_run':
      return [{ type: 'run_began', at: now, run: run.id }, ...overtaken(incident, run, now)];
    case 'send_run':
      return [{ type: 'run_sent', at: now, run: run.id }];
    case 'progress_run': {
      const { progress, reference, nextAt } = command;
      return [{ type: 'run_progressed', at: now, run: run.id, progress, reference, nextAt }];
    }
    case 'change_run':
      return worldChanged(run, command, now);
    case 'sample_run':
      return [{ type: 'run_sampled', at: now, run: run.id, sample: command.sample, nextAt: nextSampleAt(run, now) }];
    case 'end_run':
      return ended(incident, run, command.state, command.why, now);
  }
}

/** The state in which each of them is news; what comes too late, or a second time, says nothing. A drill never begins. */
function mayCome(
  incident: Incident,
  { state, sendings, nextAt, cancelAskedBy, approval }: Run,
  command: Exclude<EngineCommand, { type: 'propose_action' }>,
  now: number,
): boolean {
  if (command.type === 'end_run') {
    const { from = { state, sendings } } = command;
    return isUnderWay({ state }) && from.state === state && from.sendings === sendings;
  }
  if (command.type === 'begin_run') {
    const isForPeople = approval?.way === 'autopilot' && isTakenOver(incident);
    return state === 'approved' && !incident.drill && !isForPeople;
  }
  if (command.type === 'send_run') return state === 'executing' && cancelAskedBy === null;
  if (command.type === 'sample_run') return state === 'verifying' && nextAt !== null && now >= nextAt;
  return state === 'executing';
}

/** What is still measured of the same thing: from now on nobody could tell whose work it sees. */
function overtaken({ runs }: Incident, { id, plan }: Run, now: number): RunEvent[] {
  return runs
    .filter((one) => one.id !== id && one.state === 'verifying' && one.plan.lock === plan.lock)
    .map((one) => ({
      ...{ type: 'run_ended', at: now, by: TOCSIN, run: one.id, state: 'unknown' },
      why: overtakenWords(id, plan),
    }));
}

/** Why nobody can tell any more whether a run has helped. */
export function overtakenWords(by: string, { subject }: Pick<Run['plan'], 'subject'>): string {
  return `${by} changes ${subject} again, before it could be told whether this one has helped.`;
}

/** What is not measured has no verdict: it is done, or nobody can tell. */
function worldChanged(
  run: Run,
  { detail, link = null }: Extract<EngineCommand, { type: 'change_run' }>,
  now: number,
): RunEvent[] {
  const changed: RunEvent = { type: 'run_changed', at: now, run: run.id, detail, ...(link !== null && { link }) };
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
  const isTried = runs.some((one) => one.plan.action === next?.action && !isUntried(one));
  if (next === null || isTried || !DID_NOT_HELP.has(state)) return [end];
  const proposed: RunEvent = {
    ...{ type: 'action_proposed', at: now, ...next, from: 'run' },
    why: `“${run.plan.title}” ${WORDS[state] ?? 'did not help'}.`,
  };
  return [end, proposed];
}

const WORDS: Partial<Record<RunEnd, string>> = {
  no_effect: 'did not help',
  worse: 'made things worse',
  failed: 'failed',
};

/**
 * One proposal for each action: a newer reason takes the place of an older one, and what is under way is not proposed; nothing is for
 * what is over or recovers, whatever it was when a rule looked at it.
 */
function propose(
  incident: Incident,
  { type: _, ...proposal }: Extract<EngineCommand, { type: 'propose_action' }>,
  now: number,
): RunEvent[] {
  if (standsDown({ incident, isOff: false }) !== null) return [];
  const { proposals, runs } = incident;
  const isKnown = proposals.some(({ action, why }) => action === proposal.action && why === proposal.why);
  const isGoing = runs.some((run) => isUnderWay(run) && run.plan.action === proposal.action);
  return isKnown || isGoing ? [] : [{ type: 'action_proposed', at: now, ...proposal }];
}
