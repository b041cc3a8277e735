import type { Change } from '../domain/change.ts';
import type { Fact, Graph, Moment } from '../domain/evidence.ts';

/** All that was found out at one moment. Never changed once it is written. */
export interface Snapshot {
  readonly moment: Moment;
  readonly at: number;
  readonly facts: readonly Fact[];
  readonly graph: Graph | null;
}

export interface EvidenceStore {
  /** `false`: there is one already, and it stays as it is. */
  keep(incident: string, snapshot: Snapshot): Promise<boolean>;
  /** In the order of `MOMENTS`. */
  snapshots(incident: string): Promise<Snapshot[]>;
}

/** What was changed on purpose, from all sources. */
export interface ChangeLog {
  /** Keeps changes for two weeks; one that is known already stays one. */
  record(changes: readonly Change[]): Promise<void>;
  /** Between two times (epoch ms), newest first, at most `limit`. */
  between(from: number, to: number, limit: number): Promise<Change[]>;
}
