import type { Fallback, Verification } from './action.ts';
import type { Actor } from './incident.ts';
import type { Plan } from './plan.ts';

export const RUN_STATES = [
  ...(['planned', 'approved', 'executing', 'verifying'] as const),
  ...(['done', 'helped', 'no_effect', 'worse', 'unknown', 'failed', 'expired', 'cancelled'] as const),
] as const;
/** `done`: what is not meant to heal was done. `unknown`: nobody can tell what became of it, or whether it helped; its words say which. */
export type RunState = (typeof RUN_STATES)[number];
export type RunEnd = Exclude<RunState, 'planned' | 'approved' | 'executing' | 'verifying'>;

/** How it came to be approved. `break_glass`: by one person where two are asked for, because it burns. */
export type ApprovalWay = 'alone' | 'confirmed' | 'second' | 'break_glass' | 'autopilot';

/** How far it is, in the words of the system that does it. */
export interface RunProgress {
  /** `Updating`, `Step 3 of 5: Train`. Plain text. */
  readonly phase: string;
  /** From 0 to 1; `null`: nobody knows. */
  readonly share: number | null;
  /** Where to watch it. */
  readonly link: string | null;
  readonly at: number;
}

/** One round of measurements after the change, in the order of the plan's baseline; `null`: could not be told. */
export interface RunSample {
  /** When the system itself took each value, epoch ms; `null`: it does not say, or could not be asked. Absent: of runs before that was kept. */
  readonly takenAt?: readonly (number | null)[];
  readonly at: number;
  readonly values: readonly (number | null)[];
  /** Whether each was as expected. */
  readonly isWell: readonly (boolean | null)[];
}

/** What somebody decided to do about an incident, and what became of it. Times are epoch ms. */
export interface Run {
  /** `INC-7.1`: the first of INC-7. */
  readonly id: string;
  /** Unguessable, and never used twice, also after Redis was emptied: systems know by it what they have done already. */
  readonly token: string;
  readonly state: RunState;
  readonly plan: Plan;
  /** How it will be measured, and what it switches on: as the service file had it when it was planned. */
  readonly verify: Verification | null;
  readonly heals: boolean;
  readonly fallback: Fallback | null;
  readonly otherwise: Pick<Proposal, 'action' | 'title'> | null;
  readonly requestedBy: Actor;
  readonly requestedAt: number;
  readonly reason: string;
  readonly approval: {
    readonly by: Actor;
    readonly at: number;
    readonly way: ApprovalWay;
    readonly reason: string;
  } | null;
  readonly beganAt: number | null;
  /** When the change was last sent, and how often: written down before it is sent. */
  readonly sentAt: number | null;
  readonly sendings: number;
  /** What the system answered, to find it again: the id of an execution, of a workflow run. */
  readonly reference: string | null;
  readonly progress: RunProgress | null;
  readonly cancelAskedBy: Actor | null;
  /** When the world was as planned. */
  readonly changedAt: number | null;
  readonly samples: readonly RunSample[];
  readonly endedAt: number | null;
  /** Why it ended so, in words. */
  readonly why: string;
  /** When it must be looked at next; `null`: never. */
  readonly nextAt: number | null;
}

/** Something that may be worth doing, and why. It is planned when somebody looks at it. */
export interface Proposal {
  readonly action: string;
  readonly title: string;
  readonly why: string;
  /** `rule`: a rule of the service file; `run`: because another run did not help. */
  readonly from: 'rule' | 'run';
  readonly at: number;
}

export type RunEvent =
  | {
      readonly type: 'run_planned';
      readonly at: number;
      readonly by: Actor;
      readonly run: string;
      readonly token: string;
      readonly plan: Plan;
      readonly verify: Verification | null;
      readonly heals: boolean;
      readonly fallback: Fallback | null;
      readonly otherwise: Pick<Proposal, 'action' | 'title'> | null;
      readonly reason: string;
    }
  | {
      readonly type: 'run_approved';
      readonly at: number;
      readonly by: Actor;
      readonly run: string;
      readonly way: ApprovalWay;
      readonly reason: string;
      /** Of the plan that was approved. */
      readonly hash: string;
    }
  | { readonly type: 'run_began'; readonly at: number; readonly run: string }
  | { readonly type: 'run_sent'; readonly at: number; readonly run: string }
  | {
      readonly type: 'run_progressed';
      readonly at: number;
      readonly run: string;
      readonly progress: RunProgress | null;
      readonly reference: string | null;
      readonly nextAt: number;
    }
  | { readonly type: 'run_cancel_asked'; readonly at: number; readonly by: Actor; readonly run: string }
  | {
      readonly type: 'run_changed';
      readonly at: number;
      readonly run: string;
      readonly detail: string;
      /** Where what was made is to be seen: a ticket, an execution. */
      readonly link?: string;
    }
  | {
      readonly type: 'run_sampled';
      readonly at: number;
      readonly run: string;
      readonly sample: RunSample;
      readonly nextAt: number;
    }
  | {
      readonly type: 'run_ended';
      readonly at: number;
      readonly by: Actor;
      readonly run: string;
      readonly state: RunEnd;
      readonly why: string;
    }
  | {
      readonly type: 'action_proposed';
      readonly at: number;
      readonly action: string;
      readonly title: string;
      readonly why: string;
      readonly from: Proposal['from'];
    }
  | { readonly type: 'proposal_dismissed'; readonly at: number; readonly by: Actor; readonly action: string };

const OPEN: ReadonlySet<RunState> = new Set(['planned', 'approved', 'executing', 'verifying']);

/** Whether something is still to come of it. */
export function isUnderWay({ state }: Pick<Run, 'state'>): boolean {
  return OPEN.has(state);
}

/** Whether it ended before it has changed anything: it may well be tried again. */
export function isUntried({ state }: Pick<Run, 'state'>): boolean {
  return state === 'cancelled' || state === 'expired';
}

/**
 * When it has changed what it was for, or may have, epoch ms; `null`: it has not. What ended without anybody seeing it may have gone on
 * until then.
 */
export function touchedAt({ changedAt, sentAt, endedAt, state }: Run): number | null {
  return changedAt ?? (state === 'unknown' && sentAt !== null ? endedAt : null);
}

/**
 * The run among others that has changed the same thing since a plan was made: it is not what the plan was made for any more, also where
 * it looks the same: a second restart, another training. What does not heal may follow each other.
 */
export function overtakerOf({ plan, heals }: Pick<Run, 'plan' | 'heals'>, others: readonly Run[]): Run | null {
  if (!heals) return null;
  return others.find((one) => one.plan.lock === plan.lock && (touchedAt(one) ?? 0) > plan.plannedAt) ?? null;
}

/** The incident that a run belongs to: `INC-7` of `INC-7.1`. */
export function incidentOfRun(run: string): string {
  return run.slice(0, run.indexOf('.'));
}

/** Whether an event is one of a run, or of a proposal. */
export function isOfRun(event: { readonly type: string }): event is RunEvent {
  return event.type.startsWith('run_') || event.type === 'action_proposed' || event.type === 'proposal_dismissed';
}
