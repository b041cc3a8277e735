import { beganAt, durationsOf, METRICS, type Milestones } from '../domain/milestones.ts';
import { encodeField, encodeLabels, type Labels, packed } from './fields.ts';
import { bucketOf } from './histogram.ts';

/** One `HINCRBY <prefix>stats:<day> <field> <by>`. A field that reaches 0 may be deleted: missing is 0. */
export interface Increment {
  /** `YYYY-MM-DD`, UTC, on which the incident began: all that is counted of one incident is in one day. */
  readonly day: string;
  readonly field: string;
  /** A whole number, never 0. */
  readonly by: number;
}

/** All that the counting needs to know of an incident. */
export interface Counted {
  readonly milestones: Milestones;
  readonly labels: Labels;
}

/**
 * What a change of an incident's milestones adds to the counts, `before` being `null` when it opens. To be stored in the same
 * atomic step as the change. What was taken back is taken out, so an incident counts at most once per metric.
 */
export function samplesOf(before: Milestones | null, after: Milestones, labels: Labels): readonly Increment[] {
  return countingOf(before && { milestones: before, labels }, { milestones: after, labels });
}

/** Moves all that an incident has contributed from one set of labels to another: severity raised, marked as a drill. */
export function relabel(milestones: Milestones, before: Labels, after: Labels): readonly Increment[] {
  return countingOf({ milestones, labels: before }, { milestones, labels: after });
}

/**
 * The general case, for a step that changes milestones and labels at once. An incident's contribution follows from its present
 * state alone, so a change is the difference of two contributions, and the counts are always the sum over all incidents.
 */
export function countingOf(before: Counted | null, after: Counted | null): readonly Increment[] {
  const net = new Map<string, Increment>();
  const add = (counted: Counted | null, sign: 1 | -1) => {
    for (const { day, field, by } of counted ? contribution(counted) : []) {
      const key = `${day} ${field}`;
      net.set(key, { day, field, by: (net.get(key)?.by ?? 0) + sign * by });
    }
  };
  add(before, -1);
  add(after, 1);

  return [...net.values()].filter(({ by }) => by !== 0);
}

/** The UTC day that a time is counted in. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function contribution(counted: Counted): readonly Increment[] {
  const { milestones } = counted;
  const labels = encodeLabels(counted.labels);
  const day = dayOf(beganAt(milestones));
  const durations = durationsOf(milestones);
  const samples = METRICS.flatMap((metric) => {
    const duration = durations[metric];
    if (duration === null) return [];

    const field = encodeField(labels, { of: 'samples', metric, bucket: bucketOf(duration) });
    return { day, field, by: packed(duration) };
  });

  return [{ day, field: encodeField(labels, { of: 'incidents' }), by: 1 }, ...samples];
}
