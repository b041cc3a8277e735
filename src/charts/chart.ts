import type { Series } from '../domain/query.ts';

/** The course of a number, with what is needed to judge it. Times are epoch ms. */
export interface Chart {
  readonly title: string;
  /** CloudWatch's words, as `quantityWords` takes them. */
  readonly unit: string | null;
  readonly from: number;
  readonly to: number;
  /** Oldest first; the first ones are drawn, the others are counted in words. */
  readonly series: readonly Series[];
  /** From where on it alarms; `words` as `above 800 ms`. */
  readonly threshold: {
    readonly value: number;
    /** `above 0.5`: beyond it something is wrong. */
    readonly words: string;
    /** No alarm fires there: it is where the service file no longer expects the value. */
    readonly isExpectation?: boolean;
  } | null;
  /** What was expected at each time, `[epoch ms, low, high]`, for alarms that watch a band. */
  readonly band: readonly (readonly [number, number, number])[];
  /** When the alarm fired. */
  readonly firedAt: number | null;
}

/** More lines than this are no longer told apart. */
export const SERIES_DRAWN = 5;

/** What of a chart is drawn: the first series, within its time. */
export function drawnOf(chart: Chart): Series[] {
  return chart.series
    .slice(0, SERIES_DRAWN)
    .map(({ label, points }) => ({
      label,
      points: points.filter(([at, value]) => at >= chart.from && at <= chart.to && Number.isFinite(value)),
    }))
    .filter(({ points }) => points.length > 0);
}

/** A series in pieces: where samples are missing for longer than usual, nothing is known and no line is drawn. */
export function piecesOf(points: Series['points']): (readonly (readonly [number, number])[])[] {
  const usual = usualDistance(points);
  const pieces: (readonly [number, number])[][] = [];
  for (const point of points) {
    const piece = pieces.at(-1);
    const before = piece?.at(-1);
    if (piece && before && point[0] - before[0] <= usual * 2.5) piece.push(point);
    else pieces.push([point]);
  }
  return pieces;
}

function usualDistance(points: Series['points']): number {
  const distances = points.slice(1).map(([at], i) => at - (points[i]?.[0] ?? at));
  return distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
}

/** `alarms above 0.5`, or `should not be above 0.5` where no alarm hangs on it. */
export function thresholdWords({ words, isExpectation }: NonNullable<Chart['threshold']>): string {
  return `${isExpectation ? 'should not be' : 'alarms'} ${words}`;
}
