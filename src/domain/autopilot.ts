import type { Expectation } from './query.ts';
import type { IncidentClass, Severity } from './severity.ts';

/** What must be true beside the alarm before something is proposed or done; what cannot be told is not true. */
export type Guard =
  | { readonly kind: 'changed'; readonly withinMs: number }
  | { readonly kind: 'unchanged'; readonly withinMs: number }
  | { readonly kind: 'query'; readonly query: string; readonly limit: Expectation };

/** When something is proposed, or done, without anybody asking for it. */
export interface AutoRule {
  readonly name: string;
  readonly when: {
    /** Ids of alarm rules; empty: any. */
    readonly alarms: readonly string[];
    /** At least so bad; `null`: however bad. */
    readonly severity: Severity | null;
    readonly incidentClass: IncidentClass | null;
    /** How long the incident must have lasted, in ms. */
    readonly lastingMs: number;
  };
  readonly environments: readonly string[];
  readonly guards: readonly Guard[];
  readonly action: string;
  readonly mode: 'propose' | 'run';
  readonly coolDownMs: number;
  /** In 24 hours. */
  readonly dailyCap: number;
}
