import type { Deadline } from '../domain/deadline.ts';
import type { Lane } from '../domain/effects.ts';
import type { Actor, Incident, IncidentEvent } from '../domain/incident.ts';
import type { KnownAlert } from '../domain/member.ts';

/** Everything that becomes true together, or not at all. */
export interface Commit {
  /** `null` when the commit opens the incident. */
  readonly before: Incident | null;
  readonly after: Incident;
  readonly events: readonly IncidentEvent[];
  /** What is now known about each alarm that the decision looked at. */
  readonly alerts: readonly KnownAlert[];
  /** What was known about those alarms when the decision was made: if it has changed since, the commit fails. */
  readonly known: ReadonlyMap<string, KnownAlert>;
  /** When opening: the incident that held the group until now, or `null`. */
  readonly groupHolder: string | null;
  readonly lane: Lane;
}

/** A deadline with the incident that it belongs to. */
export interface HeldDeadline {
  readonly incident: Incident;
  readonly deadline: Deadline;
}

export interface IncidentStore {
  /** A fresh number. A number whose incident never came to be is simply skipped. */
  nextId(): Promise<string>;
  load(id: string): Promise<Incident | null>;
  /** In the order asked; incidents that are not there are left out. */
  loadMany(ids: readonly string[]): Promise<Incident[]>;
  /** The whole timeline, oldest first. */
  events(id: string): Promise<IncidentEvent[]>;
  /**
   * The identities of the alarms of one incident: all of them while it is open and was never over, at least those that its snapshot
   * shows in any case.
   */
  memberKeys(id: string): Promise<string[]>;
  /** All or nothing. `false`: somebody else wrote first, decide anew. */
  commit(commit: Commit): Promise<boolean>;
  known(keys: readonly string[]): Promise<Map<string, KnownAlert>>;
  /** Keeps what is known of alarms that belong to no incident. `false` when one of them has changed meanwhile. */
  remember(alerts: readonly KnownAlert[], known: ReadonlyMap<string, KnownAlert>): Promise<boolean>;
  /** Which incident holds each group (`service/environment`) now. */
  groupHolders(groups: readonly string[]): Promise<Map<string, string>>;
  /** Open incidents, newest first. */
  openIds(limit: number): Promise<string[]>;
  openCount(): Promise<number>;
  /** All incidents opened in a span of time, newest first, page by page. */
  history(from: number, to: number, limit: number): Promise<string[]>;
  /** Open follow-ups of one person (`null`: that nobody has) in all incidents, the longest due first, at most `limit`; and how many there are. */
  followUps(
    owner: Actor | null,
    limit: number,
  ): Promise<{ readonly shown: readonly HeldDeadline[]; readonly total: number }>;
  /** Nothing had to be done at its time: it is due again then (epoch ms), or never (`null`), unless it has changed meanwhile. */
  postpone(incident: Incident, at: number | null): Promise<void>;
  /** Incidents whose clock is due, the most overdue first, with the time they were due. */
  due(now: number, limit: number): Promise<{ readonly id: string; readonly at: number }[]>;
}
