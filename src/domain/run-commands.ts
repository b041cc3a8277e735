import type { Action } from './action.ts';
import type { Actor } from './incident.ts';
import type { Proposal, Run, RunEnd, RunEvent, RunProgress, RunSample } from './run.ts';

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

/** What is asked for when a plan of an action is to run. `actions` are all of the service: one of them may come next. */
export function requestOf(
  { verify, heals, fallback, otherwise }: Action,
  actions: Readonly<Record<string, Action>>,
  decided: Pick<Requested, 'token' | 'plan' | 'reason'>,
): Requested {
  const next = otherwise !== null && Object.hasOwn(actions, otherwise) ? actions[otherwise] : undefined;
  return { ...decided, verify, heals, fallback, otherwise: next ? { action: next.name, title: next.title } : null };
}

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
  | { readonly type: 'change_run'; readonly run: string; readonly detail: string; readonly link?: string | null }
  | { readonly type: 'sample_run'; readonly run: string; readonly sample: RunSample }
  | {
      readonly type: 'end_run';
      readonly run: string;
      /** As it was when that was concluded: nothing ends that has moved on since. */
      readonly from?: Pick<Run, 'state' | 'sendings'>;
      readonly state: RunEnd;
      readonly why: string;
    }
  | ({ readonly type: 'propose_action' } & Omit<Proposal, 'at'>);
