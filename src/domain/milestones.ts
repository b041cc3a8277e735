/** When each thing happened to an incident, epoch milliseconds. `null`: not yet, or taken back (an incident that was reopened). */
export interface Milestones {
  /** The source's own time of the change, by the source's own clock. */
  readonly firedAt: number;
  readonly receivedAt: number;
  /** The card is in Slack. */
  readonly postedAt: number | null;
  /** The first view of it or reaction to it by a person. */
  readonly seenAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly mitigatedAt: number | null;
  readonly resolvedAt: number | null;
  readonly closedAt: number | null;
}

/** What is measured, in the order in which it happens. `acknowledge` averages to MTTA, `resolve` to MTTR. */
export const METRICS = ['detect', 'notify', 'seen', 'acknowledge', 'mitigate', 'resolve'] as const;

export type Metric = (typeof METRICS)[number];

const ENDS = {
  detect: 'receivedAt',
  notify: 'postedAt',
  seen: 'seenAt',
  acknowledge: 'acknowledgedAt',
  mitigate: 'mitigatedAt',
  resolve: 'resolvedAt',
} as const satisfies Record<Metric, keyof Milestones>;

/**
 * When an incident began, as far as can be believed: a clock of the source that runs ahead of ours would make people look
 * faster than they were, so what "fired" after it was received counts from its receipt.
 */
export function beganAt(milestones: Milestones): number {
  return isStartKnown(milestones) ? milestones.firedAt : milestones.receivedAt;
}

function isStartKnown({ firedAt, receivedAt }: Milestones): boolean {
  return firedAt >= 0 && firedAt < receivedAt;
}

/**
 * How long each thing took, from the alarm on, in whole milliseconds, never negative; `null` where it has not happened. Time to
 * detect is also `null` where nobody knows when it began: an incident that a person declares, or a clock that cannot be
 * believed, was not detected in no time.
 */
export function durationsOf(milestones: Milestones): Readonly<Record<Metric, number | null>> {
  const began = beganAt(milestones);
  const until = (metric: Metric) => {
    const end = milestones[ENDS[metric]];
    return end === null ? null : Math.max(0, Math.round(end - began));
  };

  return {
    detect: isStartKnown(milestones) ? until('detect') : null,
    notify: until('notify'),
    seen: until('seen'),
    acknowledge: until('acknowledge'),
    mitigate: until('mitigate'),
    resolve: until('resolve'),
  };
}
