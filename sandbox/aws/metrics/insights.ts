import type { Series } from './evaluate.ts';
import type { MetricStore } from './metric-store.ts';
import type { Span } from './queries.ts';
import { pointsOf } from './statistics.ts';

/** `SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName`, the form that is offered here. */
export interface Insights {
  readonly statistic: string;
  readonly metric: string;
  readonly namespace: string;
  readonly dimensions: readonly string[];
  readonly by: string | null;
}

const FORM =
  /^\s*SELECT\s+(\w+)\(\s*"?([^")\s]+)"?\s*\)\s+FROM\s+SCHEMA\(\s*"([^"]+)"((?:\s*,\s*\w+)*)\s*\)(?:\s+GROUP\s+BY\s+(\w+))?\s*$/i;
const STATISTICS: Readonly<Record<string, string>> = {
  SUM: 'Sum',
  AVG: 'Average',
  MIN: 'Minimum',
  MAX: 'Maximum',
  COUNT: 'SampleCount',
};

/** `null` for anything that is not of this form. */
export function parseInsights(expression: string): Insights | null {
  const [, fold = '', metric = '', namespace = '', dimensions = '', by] = FORM.exec(expression) ?? [];
  const statistic = STATISTICS[fold.toUpperCase()];
  if (statistic === undefined) return null;
  const names = dimensions.split(',').map((name) => name.trim());
  return { statistic, metric, namespace, dimensions: names.filter(Boolean), by: by ?? null };
}

/** One series per value of the dimension that it groups by; without grouping the first metric that fits. */
export function groupedSeries(store: MetricStore, insights: Insights, periodMs: number, { from, to }: Span): Series[] {
  const { statistic, by } = insights;
  const fitting = store
    .all()
    .filter(({ namespace, name, dimensions, region }) => {
      if (region !== undefined) return false;
      const names = Object.keys(dimensions);
      const isSchema =
        names.length === insights.dimensions.length && names.every((one) => insights.dimensions.includes(one));
      return namespace === insights.namespace && name === insights.metric && isSchema;
    })
    .map((metric) => ({
      label: by === null ? metric.name : (metric.dimensions[by] ?? ''),
      points: pointsOf(store, { metric, statistic, periodMs }, from, to),
    }));
  return by === null ? fitting.slice(0, 1) : fitting;
}
