import { describe, expect, it } from 'vitest';
import { durationsOf, type Milestones } from '../../src/domain/milestones.ts';
import type { Labels } from '../../src/stats/fields.ts';
import { bucketOf } from '../../src/stats/histogram.ts';
import { countingOf, relabel, samplesOf } from '../../src/stats/samples.ts';

const FIRED = Date.UTC(2026, 10, 20, 23, 59, 58);
const LABELS: Labels = { service: 'checkout', severity: 'P1', incidentClass: 'drift', drill: false };
const OPENED: Milestones = {
  firedAt: FIRED,
  receivedAt: FIRED + 4000,
  postedAt: null,
  seenAt: null,
  acknowledgedAt: null,
  mitigatedAt: null,
  resolvedAt: null,
  closedAt: null,
};
const BUCKET_4S = bucketOf(4000).toString(36);
const BUCKET_156S = bucketOf(156_000).toString(36);

describe('what a change of an incident adds to the counts', () => {
  it('counts a new incident and how long its alarm took to arrive', () => {
    expect(samplesOf(null, OPENED, LABELS)).toEqual([
      { day: '2026-11-20', field: 'i:checkout:P1:drift:r', by: 1 },
      { day: '2026-11-20', field: `d:checkout:P1:drift:r:${BUCKET_4S}`, by: 10_000_000_004_000 },
    ]);
  });

  it('adds one sample for an acknowledgement, on the day of the alarm and not of the click', () => {
    const acknowledged = { ...OPENED, acknowledgedAt: FIRED + 156_000 };

    expect(samplesOf(OPENED, acknowledged, LABELS)).toEqual([
      { day: '2026-11-20', field: `a:checkout:P1:drift:r:${BUCKET_156S}`, by: 10_000_000_156_000 },
    ]);
  });

  it('takes out exactly what resolving put in when the incident is reopened', () => {
    const resolved = { ...OPENED, resolvedAt: FIRED + 600_000 };

    const put = samplesOf(OPENED, resolved, LABELS);
    const taken = samplesOf(resolved, OPENED, LABELS);

    expect(put).toHaveLength(1);
    expect(taken).toEqual(put.map((increment) => ({ ...increment, by: -increment.by })));
  });

  it('adds nothing when nothing that is counted has changed', () => {
    expect(samplesOf(OPENED, { ...OPENED, closedAt: FIRED + 900_000 }, LABELS)).toEqual([]);
    expect(relabel(OPENED, LABELS, { ...LABELS })).toEqual([]);
  });

  it('moves everything when an incident turns out to be a drill', () => {
    const increments = relabel(OPENED, LABELS, { ...LABELS, drill: true });

    expect(increments).toHaveLength(4);
    expect(increments.filter(({ by }) => by < 0).every(({ field }) => field.includes(':r'))).toBe(true);
    expect(increments.filter(({ by }) => by > 0).every(({ field }) => field.includes(':d'))).toBe(true);
    expect(increments.reduce((sum, { by }) => sum + by, 0)).toBe(0);
  });

  it('takes a forgotten incident out again', () => {
    const counted = { milestones: OPENED, labels: LABELS };

    expect(countingOf(counted, null)).toEqual(
      countingOf(null, counted).map((increment) => ({ ...increment, by: -increment.by })),
    );
  });
});

describe('durations', () => {
  it.each([
    ['ahead of ours', FIRED + 3_600_000],
    ['before any calendar', -1],
    ['not a number', Number.NaN],
  ])('count from the receipt when the source’s clock is %s', (_, firedAt) => {
    const durations = durationsOf({ ...OPENED, firedAt, acknowledgedAt: OPENED.receivedAt + 30_000 });

    expect(durations).toMatchObject({ detect: null, acknowledge: 30_000, resolve: null });
  });

  it('are never negative', () => {
    expect(durationsOf({ ...OPENED, postedAt: FIRED - 5000 }).notify).toBe(0);
  });
});
