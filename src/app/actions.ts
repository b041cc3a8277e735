import type { Action, ActionVerb } from '../domain/action.ts';
import type { Incident } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import type { Result } from '../domain/result.ts';
import type { Confirmation } from '../domain/run-commands.ts';
import type { Service } from '../domain/service.ts';

/** A plan that somebody looks at and has not decided on: kept for as long as it is fit to be approved. */
export interface PlanDraft {
  /** Unguessable. */
  readonly id: string;
  readonly incident: string;
  readonly action: Action;
  readonly plan: Plan;
  /** For whom it was made: nobody else can ask for it. */
  readonly by: string;
}

/** What somebody wants to be planned. */
export interface PlanRequest {
  readonly incident: string;
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly by: string;
}

/** A fallback that serves. */
export interface Serving {
  readonly service: string;
  readonly environment: string;
  readonly action: string;
  /** The action that switches back. */
  readonly back: string;
  readonly banner: string;
  readonly incident: string;
  readonly run: string;
  readonly by: string;
  /** Epoch ms. */
  readonly since: number;
  readonly remindMs: number;
  readonly remindAt: number;
}

/** The state of the autopilot: `null` when it is on. */
export type AutopilotOff = { readonly by: string; readonly since: number; readonly reason: string } | null;

/**
 * All that people can do with actions. Each of these checks at this moment whether `by` may, says no in words, and writes every
 * refusal into the audit.
 */
export interface Actions {
  /** What can be done about an incident, in the order of the service file; only what may be asked for in its environment. */
  offered(incident: Incident): readonly Action[];
  /** The actions of a service that a verb means. */
  named(service: Service, verb: ActionVerb): readonly Action[];
  /** Reads the world and says what would change. Changes nothing. A person waits for it. */
  plan(request: PlanRequest): Promise<Result<PlanDraft>>;
  /** The draft of somebody's own, or `null` when it has expired. */
  draft(id: string, by: string): Promise<PlanDraft | null>;
  /** Lets a draft run, or lets it wait for approval, as its risk has it. */
  request(draft: string, by: string, said: Confirmation & { readonly reason: string }): Promise<Result<Incident>>;
  approve(
    run: { readonly id: string; readonly hash: string },
    by: string,
    said: Confirmation,
  ): Promise<Result<Incident>>;
  reject(run: string, by: string, reason: string): Promise<Result<Incident>>;
  cancel(run: string, by: string): Promise<Result<Incident>>;
  dismiss(incident: string, action: string, by: string): Promise<Result<Incident>>;
  /** Somebody has switched a fallback off without Tocsin: its banner and its reminders end. */
  switchedBack(incident: string, action: string, by: string): Promise<Result<Incident>>;
  /** Incidents with a run that waits or goes on, also those that are over: a resolved one may still be measured. The first due ones first. */
  busy(): Promise<readonly Incident[]>;
  /** Which fallbacks serve, of one service or of all. */
  serving(service?: string): Promise<readonly Serving[]>;
  readonly autopilot: {
    state(): Promise<AutopilotOff>;
    /** Nothing is done by itself any more, anywhere. Everybody may; switching on takes somebody who may act. */
    off(by: string, reason: string): Promise<Result<AutopilotOff>>;
    on(by: string): Promise<Result<AutopilotOff>>;
  };
}
