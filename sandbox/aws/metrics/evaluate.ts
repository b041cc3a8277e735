import { AwsError } from '../aws-error.ts';
import type { Expression } from './expression.ts';
import type { Points } from './statistics.ts';

/** What an expression stands for: one number, one series, or several. */
export type Value = number | Series | readonly Series[];

export interface Series {
  readonly label: string;
  readonly points: Points;
}

export interface Known {
  /** The series of an id; `undefined` when no query has it. */
  series(id: string): Value | undefined;
  /** Periods that are asked for, oldest first, epoch milliseconds: what `FILL` fills. */
  readonly periods: readonly number[];
  readonly periodMs: number;
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '>': (a, b) => Number(a > b),
  '<': (a, b) => Number(a < b),
  '>=': (a, b) => Number(a >= b),
  '<=': (a, b) => Number(a <= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
};

const FOLDS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

const MAPS: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

/**
 * Computes an expression period by period. A period for which one side has no value, or the result is no number (a division
 * by zero), has none.
 * @throws AwsError ValidationError for an id that nobody has and a function that is not offered here
 */
export function evaluate(expression: Expression, known: Known): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'text':
      throw refused(`'${expression.value}' is no metric`);
    case 'id':
      return known.series(expression.name) ?? raise(`Metric ${expression.name} is not in the request`);
    case 'list':
      return expression.items.flatMap((item) => seriesOf(evaluate(item, known), known));
    case 'binary': {
      const operate = OPERATORS[expression.operator] ?? raise(`${expression.operator} is not offered here`);
      return combine(evaluate(expression.left, known), evaluate(expression.right, known), operate);
    }
    case 'call':
      return call(expression.name, expression.args, known);
  }
}

/** A value as series: a number is the same in every period. */
export function seriesOf(value: Value, { periods }: Pick<Known, 'periods'>): readonly Series[] {
  if (typeof value === 'number') return [{ label: '', points: new Map(periods.map((at) => [at, value])) }];
  return isList(value) ? value : [value];
}

function call(name: string, args: readonly Expression[], known: Known): Value {
  const fold = FOLDS[name];
  const map = MAPS[name];
  const value = (index: number): Value => evaluate(args[index] ?? raise(`${name} wants more arguments`), known);
  if (fold !== undefined) return folded(value(0), fold);
  if (map !== undefined) return mapped(value(0), map);
  if (name === 'IF') return chosen(value(0), value(1), args.length > 2 ? value(2) : null);
  if (name === 'FILL') return filled(value(0), args[1], known);
  if (name === 'PERIOD') return known.periodMs / 1000;
  if (name === 'ANOMALY_DETECTION_BAND') return band(value(0), args.length > 1 ? value(1) : 2, known);
  throw refused(`The function ${name} is not offered here`);
}

/** Of a list: period by period over its series. Of one series: over all of its periods, one number. */
function folded(value: Value, fold: (values: readonly number[]) => number): Value {
  if (typeof value === 'number') return value;
  if (!isList(value))
    return value.points.size === 0 ? { label: '', points: new Map() } : fold([...value.points.values()]);
  const times = [...new Set(value.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const points = times.map((at): [number, number] => [at, fold(value.flatMap((one) => one.points.get(at) ?? []))]);
  return { label: '', points: new Map(points) };
}

/** A result that is no number leaves its period without a value. */
function mapped(value: Value, map: (value: number) => number): Value {
  if (typeof value === 'number') return map(value);
  const one = ({ label, points }: Series): Series => {
    const results = [...points].map(([at, found]): [number, number] => [at, map(found)]);
    return { label, points: new Map(results.filter(([, result]) => Number.isFinite(result))) };
  };
  return isList(value) ? value.map(one) : one(value);
}

function combine(left: Value, right: Value, operate: (a: number, b: number) => number): Value {
  if (typeof left === 'number') {
    return typeof right === 'number' ? operate(left, right) : mapped(right, (value) => operate(left, value));
  }
  if (typeof right === 'number') return mapped(left, (value) => operate(value, right));
  if (isList(left) && isList(right)) throw refused('Two lists do not go together');
  if (isList(left)) return left.map((one) => join(one, right as Series, operate)); // two lists are refused above
  return isList(right) ? right.map((one) => join(left, one, operate)) : join(left, right, operate);
}

function join(left: Series, right: Series, operate: (a: number, b: number) => number): Series {
  const points = new Map<number, number>();
  for (const [at, a] of left.points) {
    const b = right.points.get(at);
    const value = b === undefined ? Number.NaN : operate(a, b);
    if (Number.isFinite(value)) points.set(at, value);
  }
  return { label: left.label, points };
}

function chosen(condition: Value, then: Value, otherwise: Value | null): Value {
  if (typeof condition === 'number' || isList(condition)) throw refused('IF wants a series as its condition');
  const at = (value: Value | null, time: number): number | undefined => {
    if (typeof value === 'number') return value;
    return value === null || isList(value) ? undefined : value.points.get(time);
  };
  const points = [...condition.points].flatMap(([time, holds]) => {
    const value = at(holds === 0 ? otherwise : then, time);
    return value === undefined ? [] : [[time, value] as const];
  });
  return { label: condition.label, points: new Map(points) };
}

function filled(value: Value, by: Expression | undefined, { periods }: Known): Value {
  const isRepeated = by?.kind === 'id' && by.name === 'REPEAT';
  if (by?.kind !== 'number' && !isRepeated) throw refused('FILL is offered here with a number or REPEAT');
  const one = ({ label, points }: Series): Series => {
    let last = by.kind === 'number' ? by.value : Number.NaN;
    const all = periods.map((at): [number, number] => {
      const found = points.get(at) ?? last;
      if (isRepeated) last = found;
      return [at, found];
    });
    return { label, points: new Map(all.filter(([, found]) => Number.isFinite(found))) };
  };
  if (typeof value === 'number') return value;
  return isList(value) ? value.map(one) : one(value);
}

/** Upper and lower end, the same in all periods: the median with so many robust deviations (1.4826 × MAD) on each side. */
function band(value: Value, width: Value, known: Known): Value {
  if (typeof value === 'number' || isList(value) || typeof width !== 'number')
    throw refused('A band wants a metric and a number');
  const middle = median([...value.points.values()]);
  const deviation = 1.4826 * median([...value.points.values()].map((found) => Math.abs(found - middle)));
  const end = (label: string, level: number): Series => ({
    label: `${value.label} (${label})`,
    points: new Map(Number.isFinite(level) ? known.periods.map((at) => [at, level]) : []),
  });
  return [end('high', middle + width * deviation), end('low', middle - width * deviation)];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

function isList(value: Value): value is readonly Series[] {
  return Array.isArray(value);
}

function refused(words: string): AwsError {
  return new AwsError('ValidationError', 400, words);
}

function raise(words: string): never {
  throw refused(words);
}
