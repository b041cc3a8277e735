import type { Alert } from './alert.ts';
import { isWorse, type Severity } from './severity.ts';
import { inUnit } from './units.ts';

/** Where the number comes from that grades an alarm: the alarm itself, an annotation of it, or a query. */
export type GradedValue =
  | { readonly kind: 'measurement' }
  | { readonly kind: 'annotation'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string };

/** How a range of values is answered, the mildest first. */
export const LEVELS = ['watch', 'investigate', 'act', 'stop'] as const;
export type Level = (typeof LEVELS)[number];

/** An action that a grade proposes when it is reached, and what it is called. */
export interface Offer {
  readonly action: string;
  readonly title: string;
}

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
  readonly level?: Level;
  readonly offer?: Offer;
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
  /** The severity while the value is known and reaches none of them; `null`: the rule's own, or the mildest grade's where that is milder. */
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
  /** When the value became known, epoch ms. */
  readonly at: number | null;
  /** Whether the rule grades by a value at all: then no value means "value unknown". */
  readonly isGraded: boolean;
  readonly unit: string | null;
  readonly reached: Limit | null;
  /** The next worse grade. */
  readonly next: (Limit & { readonly severity: Severity; readonly level?: Level }) | null;
  readonly advice: string | null;
  /** By when the advice wants it done, epoch ms. */
  readonly dueAt: number | null;
  /** How the reached grade is answered, and what it proposes; absent: nothing is said. */
  readonly level?: Level;
  readonly offer?: Offer;
  /** The furthest grade with an offer that the value has come down from; absent: it has never come down from one. */
  readonly fellFrom?: Limit;
  /** What the alarm itself told of the value or of what it is compared with, where a query must tell the other. */
  readonly told?: KnownValues;
}

export interface Limit {
  readonly direction: 'above' | 'below';
  readonly limit: number;
  readonly inclusive: boolean;
}

export function isSameLimit(a: Limit | null, b: Limit | null): boolean {
  return a?.limit === b?.limit && a?.direction === b?.direction && a?.inclusive === b?.inclusive;
}

/** Whether a grade is a worse one. Two may have one limit: the one that holds the limit itself begins first. */
export function isFurther(is: Limit | null, was: Limit | null): boolean {
  if (!is || !was) return is !== null && was === null;
  if (is.limit === was.limit) return was.inclusive && !is.inclusive;
  return is.direction === 'above' ? is.limit > was.limit : is.limit < was.limit;
}

/**
 * What must be done is due from the moment on at which the grade was reached, and what has fallen from a grade that proposed something
 * is known to have been there.
 */
export function settled(is: Ruling, was: Ruling): Ruling {
  if (is.rule !== was.rule) return is;
  const isTheSame = is.dueAt !== null && was.dueAt !== null && isSameLimit(is.reached, was.reached);
  const peak = was.offer && isFurther(was.reached, is.reached) ? was.reached : was.fellFrom;
  return { ...is, ...(isTheSame && { dueAt: was.dueAt }), ...(peak && { fellFrom: peak }) };
}

/** The known values that grades may ask for. */
export interface KnownValues {
  readonly value: number | null;
  readonly base: number | null;
}

type GradingRule = { readonly id: string; readonly severity: Severity; readonly grades: Grades | null };

export interface Graded {
  readonly severity: Severity;
  readonly ruling: Ruling;
  /** Whether the value is in one of the grades; `null` where there are none, or it is not known. */
  readonly isReached: boolean | null;
}

/** What a rule makes of an alarm whose value is (or is not yet) known. */
export function rulingOf(rule: GradingRule | null, known: KnownValues, now: number): Graded {
  const severity = rule?.severity ?? 'P2';
  const grades = rule?.grades ?? null;
  const value = grades && comparable(grades, known);
  if (!grades || value === null) return { severity, ruling: withoutValue(rule, known), isReached: null };

  const at = reachedIndex(grades, value);
  const step = grades.steps[at];
  return {
    severity: step?.severity ?? grades.otherwise ?? milder(severity, grades.steps[0]?.severity),
    isReached: step !== undefined,
    ruling: { ...withoutValue(rule, known), by: 'value', value, at: now, ...placeIn(grades, at, now) },
  };
}

function milder(severity: Severity, other: Severity = severity): Severity {
  return isWorse(severity, other) ? other : severity;
}

/** What a ruling knows where no value has graded anything. */
export const UNGRADED: Omit<Ruling, 'by' | 'rule' | 'told'> = {
  measure: null,
  value: null,
  at: null,
  isGraded: false,
  unit: null,
  reached: null,
  next: null,
  advice: null,
  dueAt: null,
};

function withoutValue(rule: GradingRule | null, known: KnownValues): Ruling {
  const grades = rule?.grades ?? null;
  return {
    ...UNGRADED,
    by: rule ? 'rule' : 'nobody',
    rule: rule?.id ?? '',
    measure: grades?.measure ?? null,
    isGraded: grades !== null,
    unit: grades?.unit ?? null,
    ...(isMixed(grades) ? { told: known } : {}),
  };
}

/** Whether one of the two numbers comes with the alarm and the other by a query. */
function isMixed(grades: Grades | null): boolean {
  const kinds = [grades?.value.kind, grades?.relativeTo?.kind];
  return kinds.includes('query') && (kinds.includes('measurement') || kinds.includes('annotation'));
}

function placeIn(
  { direction, steps }: Grades,
  at: number,
  now: number,
): Pick<Ruling, 'reached' | 'next' | 'advice' | 'dueAt' | 'level' | 'offer'> {
  const step = steps[at];
  const next = steps[at + 1];
  const limitOf = ({ limit, inclusive }: Grade): Limit => ({ direction, limit, inclusive });
  return {
    reached: step ? limitOf(step) : null,
    next: next ? { ...limitOf(next), severity: next.severity, ...(next.level && { level: next.level }) } : null,
    advice: step?.advice ?? null,
    dueAt: step?.dueMs == null ? null : now + step.dueMs,
    ...(step?.level && { level: step.level }),
    ...(step?.offer && { offer: step.offer }),
  };
}

/** The number that the steps are compared with: the value itself, or how far it is from its base in percent of that. */
function comparable({ relativeTo }: Grades, { value, base }: KnownValues): number | null {
  if (value === null || (relativeTo !== null && base === null)) return null;
  const found = relativeTo === null || base === null ? value : percentFrom(base, value);
  return Number.isFinite(found) ? Number(found.toPrecision(DIGITS)) : null;
}

/** Nothing is measured so exactly, and 0.1 + 0.2 is not more than 0.3 for people. */
const DIGITS = 12;

/** 0.76 is 5 % below 0.8, which floating point does not quite say: rounded to a billionth. */
function percentFrom(base: number, value: number): number {
  return Math.round(((value - base) / Math.abs(base)) * 100 * 1e9) / 1e9;
}

/** The worst step that the value reaches, -1 when it reaches none. */
function reachedIndex({ direction, steps }: Grades, value: number): number {
  return steps.findLastIndex(({ limit, inclusive }) => {
    if (value === limit) return inclusive;
    return direction === 'above' ? value > limit : value < limit;
  });
}

/**
 * What the alarm itself tells of the values that its rule grades by: its measurement, in the unit of the grades, or an annotation. A
 * query is asked later, and a number that was read from a sentence decides nothing.
 */
export function valuesIn(
  grades: Grades | null,
  { measurement, annotations }: Pick<Alert, 'measurement' | 'annotations'>,
): KnownValues {
  const { unit = null, relativeTo = null } = grades ?? {};
  const isShare = unit === 'Share';
  const find = (from: Grades['relativeTo']): number | null => {
    if (from === null || from.kind === 'query') return null;
    if (from.kind === 'constant') return from.value;
    if (from.kind === 'annotation') return numberIn(annotations[from.name], isShare);
    if (measurement == null || measurement.isFromProse || measurement.value === null) return null;
    return inUnit(measurement.value, measurement.unit, relativeTo ? null : unit);
  };
  return { value: find(grades?.value ?? null), base: find(relativeTo) };
}

/** What is known when queries are answered: the rest is what the alarm told. */
export function valuesWith(
  { value, relativeTo }: Grades,
  told: KnownValues,
  answer: (query: string) => number | null,
): KnownValues {
  const constant = relativeTo?.kind === 'constant' ? relativeTo.value : told.base;
  return {
    value: value.kind === 'query' ? answer(value.name) : told.value,
    base: relativeTo?.kind === 'query' ? answer(relativeTo.name) : constant,
  };
}

const NUMBER = /^\s*(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(?<sign>%?)\s*$/i;

/** `0.42`, `42 %`, `1.2e3`; `null` for what is no number. As a share of one, `42 %` is 0.42. */
function numberIn(text: string | undefined, isShare: boolean): number | null {
  const { number, sign } = NUMBER.exec(text ?? '')?.groups ?? {};
  if (number === undefined) return null;
  return isShare && sign === '%' ? Number(number) / 100 : Number(number);
}
