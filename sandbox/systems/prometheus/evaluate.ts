import type { Expr, Labelling } from './parse.ts';
import { PromError } from './prom-error.ts';
import type { Labels, PromSeries } from './series.ts';
import { growth, selected, valueAt, within } from './series.ts';

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A number, or one sample for each series. */
export type PromValue = number | readonly Sample[];

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};
const AGGREGATE: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
};
const MAPS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  round: Math.round,
};
const GROWTHS: Readonly<Record<string, (grown: number, rangeMs: number) => number>> = {
  rate: (grown, rangeMs) => grown / (rangeMs / 1000),
  increase: (grown) => grown,
};

/**
 * Computes an expression at a time (epoch ms).
 * @throws PromError for what is not offered here
 */
export function evaluateAt(expr: Expr, series: readonly PromSeries[], at: number): PromValue {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'selector': {
      if (expr.rangeMs !== null) throw new PromError('bad_data', 'a range is offered within a function only');
      return sampled(selected(series, expr.matchers), (one) => valueAt(one, at, at), false);
    }
    case 'aggregate':
      return aggregated(expr.name, expr.labelling, vectorOf(evaluateAt(expr.of, series, at)));
    case 'binary':
      return binary(expr, evaluateAt(expr.left, series, at), evaluateAt(expr.right, series, at));
    case 'call':
      return call(expr.name, expr.args, series, at);
  }
}

function call(name: string, args: readonly Expr[], series: readonly PromSeries[], at: number): PromValue {
  const argument = (index: number): Expr => args[index] ?? fail(`expected more arguments in call to "${name}"`);
  const value = (index: number): PromValue => evaluateAt(argument(index), series, at);
  const map = MAPS[name];
  if (map !== undefined) return mapped(value(0), map);
  if (GROWTHS[name] !== undefined || name.endsWith('_over_time')) return overRange(name, argument(0), series, at);
  switch (name) {
    case 'time':
      return at / 1000;
    case 'vector':
      return [{ labels: {}, value: numberOf(value(0)) }];
    case 'scalar':
      return vectorOf(value(0))[0]?.value ?? Number.NaN;
    case 'absent':
      return vectorOf(value(0)).length === 0 ? [{ labels: absentLabels(argument(0)), value: 1 }] : [];
    case 'histogram_quantile':
      return quantiles(numberOf(value(0)), vectorOf(value(1)));
    default:
      throw new PromError('bad_data', `unknown function with name "${name}", or one that is not offered here`);
  }
}

function overRange(name: string, range: Expr, series: readonly PromSeries[], at: number): readonly Sample[] {
  if (range.kind !== 'selector' || range.rangeMs === null)
    throw new PromError('bad_data', `${name} wants a range such as [5m]`);
  const { rangeMs } = range;
  const found = selected(series, range.matchers);
  const grow = GROWTHS[name];
  if (grow !== undefined) {
    return sampled(
      found,
      (one) => {
        const grown = growth(one, at, rangeMs);
        return grown === null ? null : grow(grown, rangeMs);
      },
      true,
    );
  }
  const fold = AGGREGATE[name.replace('_over_time', '')] ?? fail(`unknown function with name "${name}"`);
  return sampled(
    found,
    (one) => {
      const values = within(one, at, rangeMs);
      return values.length === 0 ? null : fold(values);
    },
    true,
  );
}

function sampled(
  series: readonly PromSeries[],
  measure: (one: PromSeries) => number | null,
  nameless: boolean,
): readonly Sample[] {
  return series.flatMap((one) => {
    const value = measure(one);
    return value === null ? [] : [{ labels: nameless ? withoutName(one.labels) : one.labels, value }];
  });
}

function aggregated(name: string, labelling: Labelling, samples: readonly Sample[]): readonly Sample[] {
  const fold = AGGREGATE[name] ?? fail(`unknown aggregation ${name}`);
  const groups = Map.groupBy(samples, ({ labels }) => keyOf(labels, labelling));
  return [...groups.values()].map((group) => ({
    labels: kept(group[0]?.labels ?? {}, labelling),
    value: fold(group.map(({ value }) => value)),
  }));
}

function binary(
  { operator, bool, on }: Extract<Expr, { kind: 'binary' }>,
  left: PromValue,
  right: PromValue,
): PromValue {
  if (operator === 'and' || operator === 'or' || operator === 'unless')
    return joined(operator, on, vectorOf(left), vectorOf(right));
  const compute = computing(operator, bool);
  if (typeof left === 'number' && typeof right === 'number') {
    if (COMPARISONS[operator] !== undefined && !bool)
      throw new PromError('bad_data', 'comparisons between scalars must use BOOL modifier');
    return compute(left, right) ?? Number.NaN;
  }
  const drops = bool || COMPARISONS[operator] === undefined;
  const one = (sample: Sample, value: number | null): readonly Sample[] =>
    value === null ? [] : [{ labels: drops ? withoutName(sample.labels) : sample.labels, value }];
  if (typeof right === 'number') return vectorOf(left).flatMap((sample) => one(sample, compute(sample.value, right)));
  if (typeof left === 'number')
    return right.flatMap((sample) => one(sample, flipped(operator, compute, left, sample.value)));
  return matched(left, right, on).flatMap(([a, b]) =>
    one({ ...a, labels: kept(withoutName(a.labels), on) }, compute(a.value, b.value)),
  );
}

/** A comparison keeps the vector's value, on whichever side it stands. */
function flipped(operator: string, compute: Compute, scalar: number, value: number): number | null {
  const result = compute(scalar, value);
  return COMPARISONS[operator] === undefined || result === null || result !== scalar ? result : value;
}

type Compute = (a: number, b: number) => number | null;

function computing(operator: string, bool: boolean): Compute {
  const arithmetic = ARITHMETIC[operator];
  if (arithmetic !== undefined) return arithmetic;
  const holds = COMPARISONS[operator] ?? fail(`${operator} is not offered here`);
  return (a, b) => (bool ? Number(holds(a, b)) : holds(a, b) ? a : null);
}

function joined(
  operator: 'and' | 'or' | 'unless',
  on: Labelling,
  left: readonly Sample[],
  right: readonly Sample[],
): readonly Sample[] {
  const keys = (samples: readonly Sample[]): ReadonlySet<string> =>
    new Set(samples.map(({ labels }) => keyOf(withoutName(labels), on)));
  const [inLeft, inRight] = [keys(left), keys(right)];
  const has = (set: ReadonlySet<string>, { labels }: Sample): boolean => set.has(keyOf(withoutName(labels), on));
  if (operator === 'or') return [...left, ...right.filter((sample) => !has(inLeft, sample))];
  return left.filter((sample) => has(inRight, sample) === (operator === 'and'));
}

/** One to one, as it is without `group_left`. */
function matched(
  left: readonly Sample[],
  right: readonly Sample[],
  on: Labelling,
): readonly (readonly [Sample, Sample])[] {
  const byKey = new Map<string, Sample>();
  for (const sample of right) {
    const key = keyOf(withoutName(sample.labels), on);
    if (byKey.has(key))
      throw new PromError(
        'execution',
        'found duplicate series for the match group on the right hand-side of the operation',
      );
    byKey.set(key, sample);
  }
  return left.flatMap((sample) => {
    const other = byKey.get(keyOf(withoutName(sample.labels), on));
    return other === undefined ? [] : [[sample, other] as const];
  });
}

/** Within the bucket where the share is reached, samples are taken to lie evenly, as Prometheus does. */
function quantiles(share: number, buckets: readonly Sample[]): readonly Sample[] {
  const groups = Map.groupBy(buckets, ({ labels }) => keyOf(withoutName(labels), { kind: 'without', labels: ['le'] }));
  return [...groups.values()].map((group) => {
    const sorted = group
      .map(({ labels, value }) => ({ le: labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le), value }))
      .sort((a, b) => a.le - b.le);
    const labels = kept(withoutName(group[0]?.labels ?? {}), { kind: 'without', labels: ['le'] });
    return { labels, value: quantileOf(share, sorted) };
  });
}

function quantileOf(share: number, buckets: readonly { readonly le: number; readonly value: number }[]): number {
  const total = buckets.at(-1)?.value ?? 0;
  const rank = share * total;
  const index = buckets.findIndex(({ value }) => value >= rank);
  const bucket = buckets[index];
  if (total === 0 || bucket === undefined) return Number.NaN;
  const before = buckets[index - 1] ?? { le: 0, value: 0 };
  if (!Number.isFinite(bucket.le)) return before.le;
  return before.le + ((bucket.le - before.le) * (rank - before.value)) / (bucket.value - before.value);
}

function mapped(value: PromValue, map: (value: number) => number): PromValue {
  if (typeof value === 'number') return map(value);
  return value.map((sample) => ({ labels: withoutName(sample.labels), value: map(sample.value) }));
}

function absentLabels(expr: Expr): Labels {
  if (expr.kind !== 'selector') return {};
  const known = expr.matchers.filter(({ label, operator }) => operator === '=' && label !== '__name__');
  return Object.fromEntries(known.map(({ label, value }) => [label, value]));
}

function kept(labels: Labels, { kind, labels: names }: Labelling): Labels {
  const entries = Object.entries(labels).filter(
    ([name]) => name !== '__name__' && names.includes(name) === (kind === 'by'),
  );
  return Object.fromEntries(entries);
}

/** Labels as text, the same for the same ones. */
export function keyOf(labels: Labels, labelling: Labelling = { kind: 'without', labels: [] }): string {
  return JSON.stringify(Object.entries(kept(labels, labelling)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutName({ __name__: _, ...rest }: Labels): Labels {
  return rest;
}

function vectorOf(value: PromValue): readonly Sample[] {
  if (typeof value === 'number') throw new PromError('bad_data', 'expected type instant vector, got scalar');
  return value;
}

function numberOf(value: PromValue): number {
  if (typeof value !== 'number') throw new PromError('bad_data', 'expected type scalar, got instant vector');
  return value;
}

function fail(words: string): never {
  throw new PromError('bad_data', words);
}
