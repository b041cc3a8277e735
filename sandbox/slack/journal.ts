import type { Json } from './json.ts';

/** One call or delivery as it went over the wire. Tokens are never kept. */
export interface JournalEntry {
  /** Counts up from 1, also past entries that were dropped. */
  readonly seq: number;
  /** Milliseconds of the sandbox's clock. */
  readonly at: number;
  readonly kind: 'api' | 'delivery' | 'response_url' | 'upload' | 'socket';
  /** API method, envelope type, or what happened on a socket. */
  readonly name: string;
  readonly args: Json;
  /** `ok`, or Slack's error code, or how the delivery ended. */
  readonly outcome: string;
}

export interface Journal {
  add(entry: Omit<JournalEntry, 'seq' | 'at'>): void;
  /** Entries oldest first; `name` and `kind` narrow, `since` leaves out sequence numbers up to it. */
  entries(filter?: { name?: string; kind?: string; since?: number }): JournalEntry[];
  clear(): void;
}

/** A bounded journal: the newest `capacity` entries, at constant cost per entry. */
export function createJournal(now: () => number, capacity: number): Journal {
  let ring: JournalEntry[] = [];
  let seq = 0;
  return {
    add(entry) {
      const kept = { seq: seq + 1, at: now(), ...entry };
      ring[seq % capacity] = kept;
      seq += 1;
    },
    entries({ name, kind, since = 0 } = {}) {
      const ordered = seq <= capacity ? ring : [...ring.slice(seq % capacity), ...ring.slice(0, seq % capacity)];
      return ordered.filter(
        (e) => e.seq > since && (name === undefined || e.name === name) && (kind === undefined || e.kind === kind),
      );
    },
    clear() {
      ring = [];
      seq = 0;
    },
  };
}
