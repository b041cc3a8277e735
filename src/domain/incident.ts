import type { Deadline, DeadlineEvent } from './deadline.ts';
import { calendarOf } from './deadline-commands.ts';
import { nextReminderAt } from './deadline-reminders.ts';
import type { Escalation } from './escalation.ts';
import type { EscalationEvent } from './escalation-events.ts';
import type { EvidenceShown, Fact, Graph, Moment } from './evidence.ts';
import type { Ruling } from './grading.ts';
import type { Member, Members, MemberUpdate } from './member.ts';
import type { Milestones } from './milestones.ts';
import type { Policy } from './policy.ts';
import type { Proposal, Run, RunEvent } from './run.ts';
import type { StepRecord } from './runbook.ts';
import type { Link, RecoveryPolicy } from './service.ts';
import type { IncidentClass, Severity } from './severity.ts';

export const STATUSES = ['triggered', 'acknowledged', 'mitigated', 'resolved', 'closed'] as const;
export type Status = (typeof STATUSES)[number];

/** A Slack user id, or `tocsin` when the bot itself decided. */
export type Actor = string;
export const TOCSIN: Actor = 'tocsin';

/** What is written down when an incident is over. Plain text as people typed it. */
export interface ClosingNote {
  readonly symptoms: string;
  readonly cause: string;
  readonly fix: string;
  readonly followUps: string;
}

/** What of the service file is frozen into an incident: editing the file never moves a running incident. */
export interface IncidentPolicy {
  readonly recovery: RecoveryPolicy;
  readonly groupingMs: number;
  readonly reopenMs: number;
}

/** What happened, in order. This list is the truth; an `Incident` is what you get by replaying it. Times are epoch ms. */
export type IncidentEvent =
  | EscalationEvent
  | DeadlineEvent
  | RunEvent
  | Opened
  | AlarmsChanged
  | { readonly type: 'posted'; readonly at: number }
  | { readonly type: 'seen'; readonly at: number; readonly by: Actor }
  | { readonly type: 'acknowledged'; readonly at: number; readonly by: Actor }
  | {
      readonly type: 'assigned';
      readonly at: number;
      readonly by: Actor;
      readonly to: Actor;
      /** What whoever takes it over should know. */
      readonly note?: string;
    }
  | {
      readonly type: 'severity_set';
      readonly at: number;
      readonly by: Actor;
      readonly from: Severity;
      readonly severity: Severity;
    }
  | { readonly type: 'noted'; readonly at: number; readonly by: Actor; readonly text: string }
  | MessageAdded
  | Graded
  | Easing
  | {
      readonly type: 'evidence';
      readonly at: number;
      readonly moment: Moment;
      readonly facts: readonly Fact[];
      readonly graph: Graph | null;
    }
  | StepTicked
  | StepChecked
  | { readonly type: 'answer_overdue'; readonly at: number }
  | { readonly type: 'silenced'; readonly at: number; readonly by: Actor; readonly until: number }
  | { readonly type: 'silence_ended'; readonly at: number }
  | { readonly type: 'mitigated'; readonly at: number; readonly by: Actor }
  | { readonly type: 'recovered'; readonly at: number; readonly watchUntil: number }
  | { readonly type: 'relapsed'; readonly at: number }
  | { readonly type: 'note_asked'; readonly at: number }
  | { readonly type: 'resolved'; readonly at: number; readonly by: Actor; readonly text: string }
  | { readonly type: 'closed'; readonly at: number; readonly by: Actor; readonly note: ClosingNote }
  | { readonly type: 'reopened'; readonly at: number; readonly by: Actor; readonly reason: string };

export interface Opened {
  readonly type: 'opened';
  readonly at: number;
  readonly id: string;
  readonly service: string;
  readonly serviceTitle: string;
  readonly team: string;
  readonly channel: string;
  readonly environment: string;
  readonly title: string;
  /** What is seen, in the words of whoever declared it; empty when an alarm opened it. */
  readonly summary: string;
  readonly severity: Severity;
  readonly incidentClass: IncidentClass;
  readonly by: Actor;
  readonly firedAt: number;
  readonly receivedAt: number;
  readonly drill: boolean;
  readonly links: readonly Link[];
  readonly policy: IncidentPolicy;
  /** The name of a runbook of the service that whoever declared it chose. */
  readonly runbook: string | null;
  /** By when somebody must answer, by severity (epoch ms): frozen when it opens, calendar and all. */
  readonly answerDue: Readonly<Partial<Record<Severity, number>>>;
  /** Whom it wakes and when, frozen as well; `null`: nobody. */
  readonly escalation: Policy | null;
}

/** One batch of alarms that came together: a burst is one line of the timeline. */
export interface AlarmsChanged {
  readonly type: 'alarms';
  readonly at: number;
  readonly joined: number;
  readonly refired: number;
  readonly recovered: number;
  readonly lostSight: number;
  /** The changed alarms that the card may show, at most `MEMBERS_SHOWN`: in full, unless replaying up to here tells the rest. */
  readonly changed: readonly (Member | MemberUpdate)[];
  /** All alarms of the incident, counted after this batch. */
  readonly totals: Omit<Members, 'shown'>;
}

/** A value was measured that grades one of the alarms. */
export interface Graded {
  readonly type: 'graded';
  readonly at: number;
  readonly key: string;
  readonly severity: Severity;
  readonly ruling: Ruling;
  /** The new value of the alarm's measurement, where the alarm itself has brought one. */
  readonly measured?: number;
}

/** Values call for a milder severity, which comes true when it lasts; `null`: they do not any more. */
export interface Easing {
  readonly type: 'easing';
  readonly at: number;
  readonly severity: Severity | null;
  readonly dwellMs: number;
}

/** A step of a runbook was done (`isDone`), or is open again. */
export interface StepTicked {
  readonly type: 'step_ticked';
  readonly at: number;
  readonly by: Actor;
  readonly runbook: string;
  readonly step: string;
  readonly text: string;
  readonly isDone: boolean;
}

/** A check of a runbook answered. */
export interface StepChecked {
  readonly type: 'step_checked';
  readonly at: number;
  readonly by: Actor;
  readonly runbook: string;
  readonly step: string;
  readonly text: string;
  readonly answer: string;
  readonly isWell: boolean | null;
}

export interface MessageAdded {
  readonly type: 'message_added';
  readonly at: number;
  readonly by: Actor;
  readonly author: Actor;
  readonly text: string;
  readonly link: string | null;
}

export interface Incident {
  readonly id: string;
  /** Number of events so far: the optimistic lock, and the state that somebody's card showed. */
  readonly version: number;
  readonly status: Status;
  readonly service: string;
  readonly serviceTitle: string;
  readonly team: string;
  readonly channel: string;
  readonly environment: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly incidentClass: IncidentClass;
  readonly openedBy: Actor;
  readonly openedAt: number;
  readonly drill: boolean;
  readonly owner: Actor | null;
  /** While it is mitigated: whether somebody had acknowledged by then, or has since. Absent in what older versions have written. */
  readonly isTaken?: boolean;
  readonly links: readonly Link[];
  readonly policy: IncidentPolicy;
  readonly runbook: string | null;
  readonly answerDue: Readonly<Partial<Record<Severity, number>>>;
  /** Who set the severity last. */
  readonly severityBy: Actor;
  /**
   * What a person chose last, and the worst that alarms had called for by then (`null`: there was none): values lower it no further,
   * and only something worse than that raises it again.
   */
  readonly chosen: { readonly severity: Severity; readonly over: Severity | null } | null;
  /** A milder severity that values call for, and since when: it comes true after the dwell time. */
  readonly easing: { readonly severity: Severity; readonly since: number; readonly dwellMs: number } | null;
  readonly evidence: EvidenceShown | null;
  /** When nobody had answered in the time of its severity; `null` as long as there is time, or somebody has. */
  readonly overdueAt: number | null;
  /** The policy that it opened with, and how far that has gone; `null`: nobody is paged. */
  readonly escalation: { readonly policy: Policy; readonly state: Escalation } | null;
  /** What must be done by a time, in the order in which it was set. */
  readonly deadlines: readonly Deadline[];
  /** What was decided to be done about it, oldest first. */
  readonly runs: readonly Run[];
  /** What may be worth doing and nobody has looked at yet. */
  readonly proposals: readonly Proposal[];
  /** What was done of its runbooks, in the order of the first touch. */
  readonly steps: readonly StepRecord[];
  readonly milestones: Milestones;
  readonly members: Members;
  /** When an alarm last joined or fired again, and the version that it made. Somebody who has not seen it cannot resolve it. */
  readonly lastAlarmAt: number;
  readonly lastAlarmVersion: number;
  readonly silencedUntil: number | null;
  /** While recovered alarms are watched: when the recovery counts. */
  readonly watchUntil: number | null;
  /** Whether the owner has been asked for the closing note since the alarms recovered. */
  readonly noteAsked: boolean;
  readonly resolvedBy: Actor | null;
  /** A short word given when resolving; the closing note starts from it. */
  readonly resolution: string;
  readonly closingNote: ClosingNote | null;
  readonly reopenings: number;
}

/** Over for now: no one works on it, and no clock runs but that of its follow-ups. */
export function isOver(incident: Pick<Incident, 'status'>): boolean {
  return incident.status === 'resolved' || incident.status === 'closed';
}

/**
 * When this incident next needs the clock beside its policy, or `null` when it needs none; in the past when that is late. As seen at
 * `now` (epoch ms): a reminder that was missed waits for working hours.
 */
export function nextOwnWakeAt(incident: Incident, now = 0): number | null {
  const watch = isOver(incident) || incident.noteAsked ? null : incident.watchUntil;
  const eases = isOver(incident) || !incident.easing ? null : incident.easing.since + incident.easing.dwellMs;
  const reminders = incident.deadlines.map((one) => nextReminderAt(one, calendarOf(incident), now));
  const times = [watch, incident.silencedUntil, eases, unansweredAt(incident), ...reminders].filter(
    (time) => time !== null,
  );
  return times.length > 0 ? Math.min(...times) : null;
}

/** When it will be late for an answer; `null` when somebody has answered, it is late already, or there is no such time. */
export function unansweredAt({ status, severity, answerDue, reopenings, overdueAt }: Incident): number | null {
  const isWaiting = status === 'triggered' && reopenings === 0 && overdueAt === null;
  return isWaiting ? (answerDue[severity] ?? null) : null;
}

/** The key under which alarms of one service and environment find their open incident. */
export function groupOf({ service, environment }: Pick<Incident, 'service' | 'environment'>): string {
  return `${service}/${environment}`;
}
