import { METRICS, type Metric } from '../../src/domain/milestones.ts';
import type { Summary } from '../../src/stats/histogram.ts';
import type { Compared, Report } from '../../src/stats/report.ts';

const none: Summary = { count: 0, median: null, p90: null, mean: null };

export function compared(
  incidents: number,
  before: number,
  seconds: number | null,
  secondsBefore: number | null,
): Compared {
  return { current: figures(incidents, seconds), previous: figures(before, secondsBefore) };
}

function figures(incidents: number, seconds: number | null) {
  const summary = (factor: number): Summary =>
    seconds === null
      ? none
      : {
          count: incidents,
          median: seconds * factor * 1000,
          p90: seconds * factor * 3000,
          mean: seconds * factor * 1500,
        };
  const times = Object.fromEntries(METRICS.map((metric, i) => [metric, summary(i + 1)])) as Record<Metric, Summary>; // one for each metric
  return { incidents, times };
}

export function report(changes: Partial<Report> = {}): Report {
  return {
    days: 7,
    from: '2026-11-16',
    to: '2026-11-22',
    service: null,
    drills: false,
    total: compared(12, 9, 40, 55),
    bySeverity: [
      { name: 'P1', ...compared(4, 5, 30, 30) },
      { name: 'P2', ...compared(8, 4, 60, null) },
      { name: 'P3', ...compared(0, 1, null, 5) },
    ],
    byService: [{ name: 'bikeshare', ...compared(12, 9, 40, 55) }],
    byClass: [{ name: 'system', ...compared(12, 9, 40, 55) }],
    ...changes,
  };
}

export const empty = report({ total: compared(0, 0, null, null), bySeverity: [], byService: [], byClass: [] });
