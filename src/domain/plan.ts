import type { ActionVerb, Json, Risk } from './action.ts';
import type { Expectation } from './query.ts';

/** Something that was looked at before a change: `false` forbids it, `null` could not be told. Plain text, one line. */
export interface PlanCheck {
  readonly isWell: boolean | null;
  readonly text: string;
}

/** One thing that changes. Plain texts. */
export interface PlanDifference {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** A value before the change, which the values after it are compared with. */
export interface Baseline {
  readonly query: string;
  readonly label: string;
  readonly unit: string | null;
  /** `null`: it could not be told. */
  readonly value: number | null;
  /** In words, as people read it. */
  readonly text: string;
  readonly expect: Expectation | null;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * What would be done, and what it was decided on: the plan that is approved is the plan that runs. Everything in it is plain text
 * or data, and no secret.
 */
export interface Plan {
  /** Name of the action in the service file, and what it was called. */
  readonly action: string;
  readonly title: string;
  readonly verb: ActionVerb;
  /** Whose plugin reads what is sealed: `sagemaker_rollback`. */
  readonly kind: string;
  readonly environment: string;
  readonly risk: Risk;
  /** What is changed, by the name that a typed confirmation asks for: `bikeshare-prod`. */
  readonly subject: string;
  /** What one run at a time may touch: `sagemaker:us-east-1:endpoint/bikeshare-prod`. */
  readonly lock: string;
  readonly current: string;
  readonly target: string;
  readonly differences: readonly PlanDifference[];
  /** Who brought what runs now, and when (epoch ms). */
  readonly deployed: { readonly by: string | null; readonly at: number | null } | null;
  readonly checks: readonly PlanCheck[];
  readonly takesMs: number | null;
  readonly cost: string | null;
  readonly cannotUndo: readonly string[];
  readonly baseline: readonly Baseline[];
  /** Of the world that it was made for: when it reads otherwise, the plan is stale. */
  readonly fingerprint: string;
  /** What the target's plugin needs to do exactly this. */
  readonly sealed: Json;
  /** What was said with it: a city, a version. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly plannedAt: number;
  readonly expiresAt: number;
  /** SHA-256 of all of the above, hex. */
  readonly hash: string;
}

/** A plan that may be approved has no check that forbids it. */
export function forbidding({ checks }: Pick<Plan, 'checks'>): PlanCheck[] {
  return checks.filter(({ isWell }) => isWell === false);
}
