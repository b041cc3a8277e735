import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { beganAt, durationsOf, METRICS, type Metric } from '../../src/domain/milestones.ts';
import { createStats, MAX_DAYS, statsKey } from '../../src/stats/report.ts';
import { type Counted, dayOf, type Increment, samplesOf } from '../../src/stats/samples.ts';
import type { Figures } from '../../src/stats/tally.ts';
import { useRedis } from '../support/redis.ts';
import { histories, NOW, play } from './incident-histories.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const PREFIX = '{test}:';
let redis: Redis;

describe('a report', () => {
  const server = useRedis();
  beforeAll(() => {
    redis = server.client();
  });

  it('shows each incident once per metric, as it now is, whatever happened to it on the way', async () => {
    const { report } = createStats({ redis, prefix: PREFIX, now: () => NOW });

    await fc.assert(
      fc.asyncProperty(histories, fc.boolean(), async (all, drills) => {
        await redis.flushall();
        const played = all.map(play);
        await store(played.flatMap(({ increments }) => increments));

        const shown = await report({ days: 7, drills });

        const ends = played.map(({ end }) => end).filter(({ labels }) => labels.drill === drills);
        expectFigures(shown.total.current, ends.filter(isThisWeek));
        expectFigures(shown.total.previous, ends.filter(isLastWeek));
        for (const [split, label] of [
          ['bySeverity', 'severity'],
          ['byService', 'service'],
          ['byClass', 'incidentClass'],
        ] as const) {
          const names = new Set(
            ends.filter((end) => isThisWeek(end) || isLastWeek(end)).map(({ labels }) => labels[label]),
          );
          expect(new Set(shown[split].map(({ name }) => name))).toEqual(names);
          for (const { name, current } of shown[split]) {
            expectFigures(
              current,
              ends.filter((end) => isThisWeek(end) && end.labels[label] === name),
            );
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows a lone acknowledgement as it was, and nothing where there is no sample', async () => {
    await store(incident('checkout', NOW - MINUTE * 30, 156_000));

    const { total } = await reported({ days: 7 });

    expect(total.current.times.acknowledge).toEqual({ count: 1, median: 156_000, p90: 156_000, mean: 156_000 });
    expect(total.current.times.resolve).toEqual({ count: 0, median: null, p90: null, mean: null });
    expect(total.previous).toMatchObject({ incidents: 0, times: { acknowledge: { median: null } } });
  });

  it('sets the period beside the one before it, day by day in UTC', async () => {
    await store([
      ...incident('checkout', Date.UTC(2026, 10, 16), MINUTE),
      ...incident('checkout', Date.UTC(2026, 10, 16) - 1, 2 * MINUTE),
      ...incident('checkout', Date.UTC(2026, 10, 9), 4 * MINUTE),
      ...incident('checkout', Date.UTC(2026, 10, 9) - 1, 99 * MINUTE),
    ]);

    const report = await reported({ days: 7 });

    expect(report).toMatchObject({ days: 7, from: '2026-11-16', to: '2026-11-22' });
    expect(report.total.current.times.acknowledge).toMatchObject({ count: 1, mean: MINUTE });
    expect(report.total.previous.times.acknowledge).toMatchObject({ count: 2, mean: 3 * MINUTE });
  });

  it('is about one service when asked, and lists the busiest first when not', async () => {
    await store([
      ...incident('bikeshare', NOW - DAY, MINUTE),
      ...incident('checkout', NOW - DAY, 2 * MINUTE),
      ...incident('checkout', NOW - 2 * DAY, 2 * MINUTE),
    ]);

    const all = await reported({ days: 7 });
    const one = await reported({ days: 7, service: 'bikeshare' });

    expect(all.byService.map(({ name, current }) => [name, current.incidents])).toEqual([
      ['checkout', 2],
      ['bikeshare', 1],
    ]);
    expect(one).toMatchObject({ service: 'bikeshare', total: { current: { incidents: 1 } } });
  });

  it('reads past fields that it does not know', async () => {
    await store(incident('checkout', NOW, MINUTE));
    const key = statsKey(PREFIX, dayOf(NOW));
    await redis.hset(key, { 'x:of:a:later:version': '5', 'i:checkout:P1:drift:r:': 'many', garbage: '1' });

    const { total } = await reported({ days: 1 });

    expect(total.current.incidents).toBe(1);
  });

  it('keeps to the days it can read', async () => {
    expect(await reported({ days: 5000 })).toMatchObject({ days: MAX_DAYS });
    expect(await reported({ days: 0 })).toMatchObject({ days: 1, from: '2026-11-22', to: '2026-11-22' });
  });

  it('reads as many hashes however many incidents there were', async () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      incident('checkout', NOW - index * 1000, index * MINUTE),
    ).flat();
    await store(many);
    await redis.config('RESETSTAT');

    const { total } = await reported({ days: 30 });

    const calls = /cmdstat_hgetall:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1];
    expect(total.current.incidents).toBe(300);
    expect(calls).toBe('60');
  });

  it('says that Redis did not answer, and not that there was no incident', async () => {
    await redis.set(statsKey(PREFIX, dayOf(NOW)), 'not a hash');

    await expect(reported({ days: 1 })).rejects.toThrow(TransientError);
  });
});

function reported(request: { days: number; service?: string }) {
  return createStats({ redis, prefix: PREFIX, now: () => NOW }).report(request);
}

function incident(service: string, firedAt: number, acknowledgedAfter: number): readonly Increment[] {
  const labels = { service, severity: 'P1', incidentClass: 'drift', drill: false };
  const at = { firedAt, receivedAt: firedAt, acknowledgedAt: firedAt + acknowledgedAfter };
  const notYet = { postedAt: null, seenAt: null, mitigatedAt: null, resolvedAt: null, closedAt: null };
  return samplesOf(null, { ...notYet, ...at }, labels);
}

async function store(increments: readonly Increment[]): Promise<void> {
  const pipeline = redis.pipeline();
  for (const { day, field, by } of increments) pipeline.hincrby(statsKey(PREFIX, day), field, by);
  await pipeline.exec();
}

const daysAgo = ({ milestones }: Counted) => Math.floor(NOW / DAY) - Math.floor(beganAt(milestones) / DAY);
const isThisWeek = (end: Counted) => daysAgo(end) < 7;
const isLastWeek = (end: Counted) => daysAgo(end) >= 7 && daysAgo(end) < 14;

function expectFigures(figures: Figures, incidents: readonly Counted[]): void {
  expect(figures.incidents).toBe(incidents.length);
  for (const metric of METRICS) expectTimes(figures, metric, incidents);
}

function expectTimes(figures: Figures, metric: Metric, incidents: readonly Counted[]): void {
  const samples = incidents
    .map(({ milestones }) => durationsOf(milestones)[metric])
    .filter((sample) => sample !== null);
  const { count, mean, median } = figures.times[metric];
  expect(count).toBe(samples.length);
  expect(mean).toBe(samples.length === 0 ? null : samples.reduce((sum, sample) => sum + sample, 0) / samples.length);
  if (median === null) return;

  const sorted = samples.sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const truth = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  expect(Math.abs(median - truth)).toBeLessThanOrEqual(truth * 0.02 + 1e-6);
}
