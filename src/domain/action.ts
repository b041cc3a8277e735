/** What people type: `/incident rollback`, `/incident retrain`, and `/incident run` for everything else. */
export const ACTION_VERBS = ['rollback', 'retrain', 'run'] as const;
export type ActionVerb = (typeof ACTION_VERBS)[number];

/**
 * Who must agree: `low` whoever may run it, alone; `medium` the same, who types the name of what is changed; `high` a second person,
 * never the one who asked.
 */
export const RISKS = ['low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

export function isRiskier(one: Risk, other: Risk): boolean {
  return RISKS.indexOf(one) > RISKS.indexOf(other);
}

/** JSON as it is kept in Redis. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A system to act on, in the words of the service file: the kind, `sagemaker_rollback`, and its settings, which its plugin reads. */
export interface ActionTarget {
  readonly kind: string;
  /** With `{placeholders}` and `${VARIABLES}` as they were written: no secret is in here. */
  readonly settings: { readonly [key: string]: Json };
}

/** What somebody may say beside the name: a city, a version. */
export interface ActionInput {
  readonly name: string;
  readonly label: string;
  readonly preset: string | null;
  /** Empty: anything that looks like a name. */
  readonly choices: readonly string[];
}

/** How it is found out whether an action has helped. */
export interface Verification {
  /** Queries of the service, each with an expectation. All of them must hold. */
  readonly queries: readonly string[];
  /** How long after the change nothing is measured yet, in ms: old samples are still in the average. */
  readonly settleMs: number;
  /** How long it is measured after that, in ms. */
  readonly windowMs: number;
  /** So many measurements in a row must hold before it is said to have helped, and so many must be there before anything is said. */
  readonly samples: number;
}

/** A lighter model, a rule set: it serves until somebody switches back. */
export interface Fallback {
  /** What the banner says: `The popularity model serves, not the personal one`. */
  readonly banner: string;
  /** The action that switches back. */
  readonly back: string;
  /** How often somebody is reminded, in ms. */
  readonly remindMs: number;
}

/** Something that Tocsin can do to a system, from the service file. */
export interface Action {
  /** Its name in the file. */
  readonly name: string;
  /** `Roll back to the last known good configuration`. */
  readonly title: string;
  readonly verb: ActionVerb;
  readonly risk: Risk;
  /** Where it can be done; empty: everywhere. */
  readonly environments: readonly string[];
  readonly target: ActionTarget;
  readonly inputs: readonly ActionInput[];
  /** Who may ask for it, approve and cancel it: Slack ids of people and groups, and names of roles. Empty: whoever may act on the service. */
  readonly may: readonly string[];
  /** Who may approve what others have asked for; empty: as `may`. */
  readonly approvers: readonly string[];
  /** `null`: nothing measures whether it helped. */
  readonly verify: Verification | null;
  /** Whether it is meant to end the trouble. What informs or asks (a ticket, a status page) is done when it is done. */
  readonly heals: boolean;
  /** What is proposed when it did not help. */
  readonly otherwise: string | null;
  /** How long it usually takes, in ms, and what it costs, in words; `null`: the target is asked, or nobody knows. */
  readonly takesMs: number | null;
  readonly cost: string | null;
  readonly cannotUndo: readonly string[];
  readonly fallback: Fallback | null;
}

/** Whether it can be done in an environment. */
export function isFor({ environments }: Pick<Action, 'environments'>, environment: string): boolean {
  return environments.length === 0 || environments.includes(environment);
}
