import type { Alert } from './alert.ts';
import type { Severity } from './severity.ts';

/** Where the number comes from that grades an alarm: the alarm itself, an annotation of it, or a query. */
export type GradedValue =
  | { readonly kind: 'measurement' }
  | { readonly kind: 'annotation'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string };

/** One range of values. */
export interface Grade {
  /** Where it begins, in the unit of the grades. */
  readonly limit: number;
  /** Whether the limit itself belongs to this grade. */
  readonly inclusive: boolean;
  readonly severity: Severity;
  /** What the runbook says to do in this range: `Plan a retrain`. */
  readonly advice: string | null;
  /** By when, from the moment that it is reached, in ms. */
  readonly dueMs: number | null;
}

/** How a value decides the severity. */
export interface Grades {
  readonly value: GradedValue;
  /** What is graded, as people say it: `Error rate`; `null` where the alarm's own measurement says it. */
  readonly measure: string | null;
  /** The value counts as its difference from this, in percent of it. */
  readonly relativeTo: GradedValue | { readonly kind: 'constant'; readonly value: number } | null;
  readonly unit: string | null;
  readonly direction: 'above' | 'below';
  /** The mildest first; all in one direction. */
  readonly steps: readonly Grade[];
  /** The severity while the value is known and reaches none of them; `null`: the rule's own. */
  readonly otherwise: Severity | null;
  /** How long a milder grade must last before the severity falls, in ms. */
  readonly dwellMs: number;
}

/** Which rule decided how bad an alarm is, and how far the next level is. */
export interface Ruling {
  /** `rule`: by its name or labels. `value`: by the grade that the value reached. `nobody`: no rule claims it. */
  readonly by: 'rule' | 'value' | 'nobody';
  /** What the rule is called in its file: its `id`, else `alarms[3]`. */
  readonly rule: string;
  /** What is graded, as people say it; `null`: what the alarm measures. */
  readonly measure: string | null;
  /** The graded value; `null` where the rule has no grades, or the value is not known (yet). */
  readonly value: number | null;
  /** Whether the rule grades by a value at all: then no value means "value unknown". */
  readonly isGraded: boolean;
  readonly unit: string | null;
  readonly reached: Limit | null;
  /** The next worse grade. */
  readonly next: (Limit & { readonly severity: Severity }) | null;
  readonly advice: string | null;
  /** By when the advice wants it done, epoch ms. */
  readonly dueAt: number | null;
}

export interface Limit {
  readonly direction: 'above' | 'below';
  readonly limit: number;
  readonly inclusive: boolean;
}

/** The known values that grades may ask for. */
export interface KnownValues {
  readonly value: number | null;
  readonly base: number | null;
}

type GradingRule = { readonly id: string; readonly severity: Severity; readonly grades: Grades | null };

/** What a rule makes of an alarm whose value is (or is not yet) known. `isReached`: the value is in one of its grades. */
export function rulingOf(
  rule: GradingRule | null,
  known: KnownValues,
  now: number,
): { readonly severity: Severity; readonly ruling: Ruling; readonly isReached: boolean } {
  const severity = rule?.severity ?? 'P2';
  const grades = rule?.grades ?? null;
  const value = grades && comparable(grades, known);
  if (!grades || value === null) return { severity, ruling: withoutValue(rule), isReached: false };

  const at = reachedIndex(grades, value);
  const step = grades.steps[at];
  return {
    severity: step?.severity ?? grades.otherwise ?? severity,
    isReached: step !== undefined,
    ruling: { ...withoutValue(rule), by: 'value', value, ...placeIn(grades, at, now) },
  };
}

function withoutValue(rule: GradingRule | null): Ruling {
  return {
    by: rule ? 'rule' : 'nobody',
    rule: rule?.id ?? '',
    measure: rule?.grades?.measure ?? null,
    value: null,
    isGraded: rule?.grades != null,
    unit: rule?.grades?.unit ?? null,
    reached: null,
    next: null,
    advice: null,
    dueAt: null,
  };
}

function placeIn(
  { direction, steps }: Grades,
  at: number,
  now: number,
): Pick<Ruling, 'reached' | 'next' | 'advice' | 'dueAt'> {
  const step = steps[at];
  const next = steps[at + 1];
  const limitOf = ({ limit, inclusive }: Grade): Limit => ({ direction, limit, inclusive });
  return {
    reached: step ? limitOf(step) : null,
    next: next ? { ...limitOf(next), severity: next.severity } : null,
    advice: step?.advice ?? null,
    dueAt: step?.dueMs == null ? null : now + step.dueMs,
  };
}

/** The number that the steps are compared with: the value itself, or how far it is from its base in percent. */
function comparable({ relativeTo }: Grades, { value, base }: KnownValues): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  if (relativeTo === null) return value;
  return base === null || base === 0 || !Number.isFinite(base) ? null : (value / base - 1) * 100;
}

/** The worst step that the value reaches, -1 when it reaches none. */
function reachedIndex({ direction, steps }: Grades, value: number): number {
  return steps.findLastIndex(({ limit, inclusive }) => {
    if (value === limit) return inclusive;
    return direction === 'above' ? value > limit : value < limit;
  });
}

/** What the alarm itself tells of the values that its rule grades by: its measurement or an annotation. A query is asked later. */
export function valuesIn(
  grades: Grades | null,
  { measurement, annotations }: Pick<Alert, 'measurement' | 'annotations'>,
): KnownValues {
  const find = (from: Grades['relativeTo']): number | null => {
    if (from === null || from.kind === 'query') return null;
    if (from.kind === 'constant') return from.value;
    if (from.kind === 'measurement') return measurement?.value ?? null;
    return numberIn(annotations[from.name]);
  };
  return { value: find(grades?.value ?? null), base: find(grades?.relativeTo ?? null) };
}

/** `0.42`, `42 %`, `1.2e3`; `null` for what is no number. */
function numberIn(text: string | undefined): number | null {
  const found = /^\s*(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*%?\s*$/i.exec(text ?? '')?.groups?.number;
  return found === undefined ? null : Number(found);
}
