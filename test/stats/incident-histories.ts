import fc from 'fast-check';
import type { Milestones } from '../../src/domain/milestones.ts';
import type { Labels } from '../../src/stats/fields.ts';
import { type Counted, countingOf, type Increment, relabel, samplesOf } from '../../src/stats/samples.ts';

export const NOW = Date.UTC(2026, 10, 22, 6, 30);
const DAY = 86_400_000;

type Later = Exclude<keyof Milestones, 'firedAt' | 'receivedAt'>;

/** One thing that happens to an incident: a milestone is set, moved or taken back, its labels change, or both in one step. */
type Step =
  | { readonly kind: 'milestone'; readonly milestone: Later; readonly after: number | null }
  | { readonly kind: 'labels'; readonly labels: Labels }
  | { readonly kind: 'both'; readonly milestone: Later; readonly after: number | null; readonly labels: Labels };

interface History {
  readonly opened: Counted;
  readonly steps: readonly Step[];
}

const labels: fc.Arbitrary<Labels> = fc.record({
  service: fc.constantFrom('checkout', 'bikeshare'),
  severity: fc.constantFrom('P0', 'P1', 'P3'),
  incidentClass: fc.constantFrom('drift', 'system'),
  drill: fc.boolean(),
});

const opened: fc.Arbitrary<Counted> = fc
  .record({ labels, age: fc.nat(13 * DAY), delay: fc.integer({ min: -60_000, max: 600_000 }) })
  .map(({ labels: under, age, delay }) => ({
    labels: under,
    milestones: {
      firedAt: NOW - age - delay,
      receivedAt: NOW - age,
      postedAt: null,
      seenAt: null,
      acknowledgedAt: null,
      mitigatedAt: null,
      resolvedAt: null,
      closedAt: null,
    },
  }));

const milestone = fc.constantFrom<Later[]>(
  'postedAt',
  'seenAt',
  'acknowledgedAt',
  'mitigatedAt',
  'resolvedAt',
  'closedAt',
);
const after = fc.option(fc.nat(7_200_000));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('milestone' as const), milestone, after }),
  fc.record({ kind: fc.constant('labels' as const), labels }),
  fc.record({ kind: fc.constant('both' as const), milestone, after, labels }),
);

/** Any number of incidents whose milestones come in any order, are taken back and set again, and whose labels change. */
export const histories: fc.Arbitrary<History[]> = fc.array(
  fc.record({ opened, steps: fc.array(step, { maxLength: 12 }) }),
  { maxLength: 12 },
);

/** Plays one history: where the incident ends up, and every increment on the way there. */
export function play(history: History): { readonly end: Counted; readonly increments: readonly Increment[] } {
  let now = history.opened;
  const increments = [...samplesOf(null, now.milestones, now.labels)];
  for (const step of history.steps) {
    const next = {
      milestones: moved(now.milestones, step),
      labels: step.kind === 'milestone' ? now.labels : step.labels,
    };
    if (step.kind === 'milestone') increments.push(...samplesOf(now.milestones, next.milestones, now.labels));
    if (step.kind === 'labels') increments.push(...relabel(now.milestones, now.labels, next.labels));
    if (step.kind === 'both') increments.push(...countingOf(now, next));
    now = next;
  }
  return { end: now, increments };
}

function moved(milestones: Milestones, step: Step): Milestones {
  if (step.kind === 'labels') return milestones;

  return { ...milestones, [step.milestone]: step.after === null ? null : milestones.receivedAt + step.after };
}
