import type { Redis } from 'ioredis';
import type { Commit, IncidentStore } from '../app/store.ts';
import { type IncidentEvent, isOver } from '../domain/incident.ts';
import type { Keys } from './keys.ts';
import { packed, unpacked } from './packed.ts';
import type { Policies } from './policies.ts';
import {
  type StoredMember,
  type StoredRuling,
  shortMember,
  shortRuling,
  wholeMember,
  wholeRuling,
} from './stored-member.ts';

/** What a commit writes to the log: behind what is there, or (`isWhole`) in its place. */
export interface LogEntries {
  readonly isWhole: boolean;
  readonly entries: readonly (string | Buffer)[];
}

export interface EventLog extends Pick<IncidentStore, 'events'> {
  entriesOf(change: Pick<Commit, 'after' | 'events'>): Promise<LogEntries>;
}

/** The events of incidents. While an incident is open each commit adds to its log; once it is over the log is packed anew. */
export function createEventLog(redis: Redis, keys: Keys, policies: Policies): EventLog {
  const stored = (id: string) => redis.lrangeBuffer(keys.log(id), 0, -1);
  return {
    events: async (id) => await Promise.all(linesOf(await stored(id)).map((json) => readEvent(json, policies))),
    async entriesOf({ after, events }) {
      const written = events.map((event) => writeEvent(event, policies));
      if (!isOver(after) || written.length === 0) return { isWhole: false, entries: written };
      const log = packedLog(await stored(after.id), written); // whoever writes to it meanwhile makes the commit fail
      return log ? { isWhole: true, entries: [log] } : { isWhole: false, entries: written };
    },
  };
}

/** Events as JSON, which has no line breaks of its own, are told apart by line breaks. */
const BETWEEN = '\n';
/** Of a log that is longer, packing and unpacking would keep others waiting for more than some milliseconds, in characters. */
const LONGEST_PACKED = 262_144;

/**
 * The log of an incident that is over and only kept: what was in it (`stored`) and new events, packed into one entry, because events
 * resemble each other. `null`: it is too long for that.
 */
export function packedLog(stored: readonly Buffer[], events: readonly string[]): Buffer | null {
  const text = [...linesOf(stored), ...events].join(BETWEEN);
  return text.length > LONGEST_PACKED ? null : packed(text);
}

/** All events of a log as JSON, the oldest first. A log that was packed and went on has both kinds of entries. */
export function linesOf(stored: readonly Buffer[]): string[] {
  return stored.flatMap((entry) => unpacked(entry).split(BETWEEN));
}

/** An event as it is stored: JSON, without what a ruling does not know, and with the name of its policy. */
export function writeEvent(event: IncidentEvent, policies: Pick<Policies, 'stored'>): string {
  if (event.type === 'opened') {
    const { escalation, ...facts } = event;
    return JSON.stringify(escalation ? { ...facts, escalation: policies.stored(escalation).name } : facts);
  }
  if (event.type === 'alarms') return JSON.stringify({ ...event, changed: event.changed.map(shortMember) });
  if (event.type === 'graded') return JSON.stringify({ ...event, ruling: shortRuling(event.ruling) });
  return JSON.stringify(event);
}

/** Reads what `writeEvent` has written, also what it wrote before incidents had all that they have now. */
export async function readEvent(json: string, policies: Pick<Policies, 'named'>): Promise<IncidentEvent> {
  const event = JSON.parse(json) as IncidentEvent;
  if (event.type === 'opened') {
    const policy = event.escalation as unknown as string | undefined; // as `writeEvent` has it
    const escalation = policy ? await policies.named(policy) : null;
    return { ...event, runbook: event.runbook ?? null, answerDue: event.answerDue ?? {}, escalation };
  }
  if (event.type === 'graded') return { ...event, ruling: wholeRuling(event.ruling as StoredRuling) };
  if (event.type !== 'alarms') return event;
  const changed = event.changed.map((one) => ('title' in one ? wholeMember(one as StoredMember) : one));
  return { ...event, changed };
}
