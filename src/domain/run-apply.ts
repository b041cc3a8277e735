import type { Incident } from './incident.ts';
import type { Proposal, Run, RunEvent } from './run.ts';
import { sampleEveryMs } from './verdict.ts';

type Runs = Pick<Incident, 'runs' | 'proposals'>;

/** What an event makes of the runs of an incident. */
export function withRun(incident: Runs, event: RunEvent): Runs {
  if (event.type === 'action_proposed' || event.type === 'proposal_dismissed') {
    return { runs: incident.runs, proposals: proposals(incident.proposals, event) };
  }
  if (event.type === 'run_planned') {
    const proposed = incident.proposals.filter(({ action }) => action !== event.plan.action);
    return { runs: [...incident.runs, planned(event)], proposals: proposed };
  }
  const runs = incident.runs.map((run) => (run.id === event.run ? { ...run, ...changed(run, event) } : run));
  const run = runs.find(({ id }) => id === event.run);
  return { runs, proposals: run?.state === 'helped' ? stillFit(incident.proposals, run) : incident.proposals };
}

/** What was proposed for a trouble that a run has ended is nothing to do any more; what was proposed since may be. */
function stillFit(proposals: readonly Proposal[], { changedAt }: Run): readonly Proposal[] {
  return proposals.filter(({ at }) => changedAt === null || at > changedAt);
}

type ProposalEvent = Extract<RunEvent, { type: 'action_proposed' | 'proposal_dismissed' }>;

function proposals(before: readonly Proposal[], event: ProposalEvent): readonly Proposal[] {
  const others = before.filter(({ action }) => action !== event.action);
  if (event.type === 'proposal_dismissed') return others;
  const { type: _, ...proposal } = event;
  return [...others, proposal];
}

function planned(event: Extract<RunEvent, { type: 'run_planned' }>): Run {
  const { at, by, run, token, plan, verify, heals, fallback, otherwise, reason } = event;
  return {
    ...{ id: run, token, plan, verify, heals, fallback, otherwise, reason },
    state: 'planned',
    requestedBy: by,
    requestedAt: at,
    approval: null,
    beganAt: null,
    sentAt: null,
    sendings: 0,
    reference: null,
    progress: null,
    cancelAskedBy: null,
    changedAt: null,
    samples: [],
    endedAt: null,
    why: '',
    nextAt: plan.expiresAt,
  };
}

/**
 * While a change may still be answered nobody else looks: what it does may not show yet, and would be sent again. Longer than the few
 * requests of one change take; whoever has its answer, or sees it fail, looks at once.
 */
const ANSWERED_WITHIN_MS = 30_000;

type Later = Exclude<RunEvent, ProposalEvent | { type: 'run_planned' }>;

function changed(run: Run, event: Later): Partial<Run> {
  const { at } = event;
  switch (event.type) {
    case 'run_approved':
      return { state: 'approved', approval: { by: event.by, at, way: event.way, reason: event.reason }, nextAt: at };
    case 'run_began':
      return { state: 'executing', beganAt: at, nextAt: at };
    case 'run_sent':
      return { sentAt: at, sendings: run.sendings + 1, nextAt: at + ANSWERED_WITHIN_MS };
    case 'run_progressed':
      return { progress: event.progress, reference: event.reference ?? run.reference, nextAt: event.nextAt };
    case 'run_cancel_asked':
      return { cancelAskedBy: event.by, nextAt: at };
    case 'run_changed':
      return {
        ...{ state: 'verifying', changedAt: at, nextAt: at + (run.verify?.settleMs ?? 0) },
        ...(event.link !== undefined && { progress: { phase: 'Done', share: 1, link: event.link, at } }),
      };
    case 'run_sampled':
      return { samples: [...run.samples, event.sample], nextAt: event.nextAt };
    case 'run_ended':
      return { state: event.state, why: event.why, endedAt: at, nextAt: null };
  }
}

/**
 * When the next measurement of a run is due after one at `at`, epoch ms: counted from the first, so that those which take their time
 * leave room for as many as are asked for.
 */
export function nextSampleAt({ verify, changedAt }: Pick<Run, 'verify' | 'changedAt'>, at: number): number {
  if (!verify) return at;
  const [first, every] = [(changedAt ?? at) + verify.settleMs, sampleEveryMs(verify)];
  return first + (Math.floor(Math.max(0, at - first) / every) + 1) * every;
}
