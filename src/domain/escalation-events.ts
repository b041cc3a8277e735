import type { Actor } from './incident.ts';
import type { Target, Way } from './policy.ts';

/** A page was decided. From here on it is somebody's duty to send it, and nobody decides it again. Times are epoch ms. */
export interface PageDue {
  readonly type: 'page_due';
  readonly at: number;
  readonly page: string;
  readonly step: string;
  readonly level: string;
  readonly repeat: number;
  readonly notify: readonly Target[];
  readonly via: readonly Way[];
  /** Who is left out of it: the owner, who knows already. */
  readonly except: Actor | null;
  readonly isByHand: boolean;
}

/** A page was owed, and everybody in it is told by a newer one of the same moment, or is the owner. */
export interface PagePassed {
  readonly type: 'page_passed';
  readonly at: number;
  readonly step: string;
  readonly level: string;
  readonly repeat: number;
}

export interface PageSent {
  readonly type: 'page_sent';
  readonly at: number;
  readonly page: string;
  /** The key of a target. */
  readonly target: string;
  readonly way: number;
}

export interface PageFailed {
  readonly type: 'page_failed';
  readonly at: number;
  readonly page: string;
  readonly target: string;
  readonly way: number;
  /** For people, without secrets: `the channel is archived`. */
  readonly why: string;
  /** Whether the way may work another time. */
  readonly isUsable: boolean;
  /** No other way is left: this target cannot be told. */
  readonly isLast: boolean;
  /** Whoever is meant has the incident, so that there is nobody to tell: that is no trouble. */
  readonly isOwner?: true;
}

/** A page that was not sent yet is owed no more. */
export interface PageDropped {
  readonly type: 'page_dropped';
  readonly at: number;
  readonly page: string;
  readonly why: DropReason;
}

/** `ended`: by what its `until` names. `not_called_for`: its severity, its value or its alarm is not what the step is for. */
export type DropReason = 'over' | 'ended' | 'not_called_for';

/** What happens to the escalation of an incident, beside the events of the incident itself. */
export type EscalationEvent =
  | PageDue
  | PagePassed
  | PageSent
  | PageFailed
  | PageDropped
  | { readonly type: 'asked_owner'; readonly at: number; readonly owner: Actor }
  /** The owner is on it; nobody else can say so. */
  | { readonly type: 'confirmed'; readonly at: number; readonly by: Actor }
  /** It is nobody's again, and its paths begin anew. */
  | {
      readonly type: 'unacknowledged';
      readonly at: number;
      readonly by: Actor;
      readonly owner: Actor | null;
      readonly why: 'no_answer' | 'by_hand';
    }
  | { readonly type: 'snoozed'; readonly at: number; readonly by: Actor; readonly until: number }
  | { readonly type: 'snooze_ended'; readonly at: number; readonly by: Actor }
  /** A condition on a value is true since `since`, or not any more (`null`). */
  | { readonly type: 'value_held'; readonly at: number; readonly condition: string; readonly since: number | null }
  | {
      readonly type: 'escalated';
      readonly at: number;
      readonly by: Actor;
      readonly level: string;
      readonly reason: string;
    };
