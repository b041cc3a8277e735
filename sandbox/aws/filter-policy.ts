import { isObject } from './input.ts';

/** Conditions by attribute: all attributes must hold, and of the conditions of one attribute any. */
export type FilterPolicy = Readonly<Record<string, readonly unknown[]>>;

/** As a message carries them. */
export type MessageAttributes = Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;

type Scalar = string | number | boolean | null;
type Operator = (operand: unknown, values: readonly Scalar[]) => boolean;

const MOST_KEYS = 5;
/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MOST_COMBINATIONS = 150;

/** https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html and numeric-value-matching.html */
const OPERATORS: Readonly<
  Record<string, { readonly isValid: (operand: unknown) => boolean; readonly holds: Operator }>
> = {
  prefix: { isValid: isText, holds: (operand, values) => values.some((one) => text(one).startsWith(text(operand))) },
  suffix: { isValid: isText, holds: (operand, values) => values.some((one) => text(one).endsWith(text(operand))) },
  'equals-ignore-case': {
    isValid: isText,
    holds: (operand, values) => values.some((one) => text(one).toLowerCase() === text(operand).toLowerCase()),
  },
  'anything-but': { isValid: isAnythingBut, holds: (operand, values) => values.some((one) => !isAmong(operand, one)) },
  numeric: { isValid: isNumeric, holds: (operand, values) => values.some((one) => isWithin(operand, one)) },
  exists: {
    isValid: (operand) => typeof operand === 'boolean',
    holds: (operand, values) => values.length > 0 === operand,
  },
};

/**
 * Reads a policy for message attributes; what SNS offers beyond these operators is refused, because ignoring it would let
 * messages through. A text instead of the policy says what is wrong, in SNS's manner.
 */
export function parseFilterPolicy(json: string): FilterPolicy | string {
  const policy = parse(json);
  if (!isObject(policy)) return 'FilterPolicy: failed to parse JSON.';
  const keys = Object.entries(policy);
  if (keys.length > MOST_KEYS) return 'FilterPolicy: Filter policy can not have more than 5 keys';
  const wrong = keys.find(([, conditions]) => !Array.isArray(conditions) || conditions.length === 0);
  if (wrong !== undefined) return `FilterPolicy: "${wrong[0]}" must be an object or an array`;
  const read: FilterPolicy = Object.fromEntries(keys.map(([key, list]) => [key, Array.isArray(list) ? list : []]));
  const lists = Object.values(read);
  if (lists.reduce((product, list) => product * list.length, 1) > MOST_COMBINATIONS)
    return 'FilterPolicy: Filter policy is too complex';
  const odd = lists.flat().find((condition) => !isCondition(condition));
  return odd === undefined ? read : `FilterPolicy: Unrecognized match type ${JSON.stringify(odd)}`;
}

/** Whether a message passes. Attributes of binary data have no value to compare. */
export function passes(policy: FilterPolicy, attributes: MessageAttributes): boolean {
  return Object.entries(policy).every(([name, conditions]) => {
    const values = valuesOf(Object.hasOwn(attributes, name) ? attributes[name] : undefined);
    return conditions.some((condition) => holds(condition, values));
  });
}

function holds(condition: unknown, values: readonly Scalar[]): boolean {
  if (!isObject(condition)) return values.some((one) => one === condition);
  return Object.entries(condition).every(([name, operand]) => OPERATORS[name]?.holds(operand, values) === true);
}

function valuesOf(attribute: MessageAttributes[string] | undefined): readonly Scalar[] {
  if (attribute === undefined) return [];
  const { Type: type, Value: value } = attribute;
  if (type.startsWith('String.Array')) {
    const list = parse(value);
    return Array.isArray(list) ? list.filter(isScalar) : [];
  }
  if (type.startsWith('Number')) return [Number(value)];
  return type.startsWith('String') ? [value] : [];
}

function isCondition(condition: unknown): boolean {
  if (isScalar(condition)) return true;
  if (!isObject(condition)) return false;
  const operators = Object.entries(condition);
  return (
    operators.length === 1 &&
    operators.every(([name, operand]) => Object.hasOwn(OPERATORS, name) && OPERATORS[name]?.isValid(operand) === true)
  );
}

function isAnythingBut(operand: unknown): boolean {
  if (isObject(operand)) return isText(operand.prefix) !== isText(operand.suffix) && Object.keys(operand).length === 1;
  return isScalar(operand) || (Array.isArray(operand) && operand.length > 0 && operand.every(isScalar));
}

function isAmong(operand: unknown, value: Scalar): boolean {
  if (Array.isArray(operand)) return operand.includes(value);
  if (!isObject(operand)) return operand === value;
  return isText(operand.prefix)
    ? text(value).startsWith(text(operand.prefix))
    : text(value).endsWith(text(operand.suffix));
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 150]` */
function isNumeric(operand: unknown): boolean {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length > 4 || operand.length % 2 === 1) return false;
  return operand.every((part, i) =>
    i % 2 === 0 ? Object.hasOwn(COMPARISONS, String(part)) : typeof part === 'number',
  );
}

function isWithin(operand: unknown, value: Scalar): boolean {
  if (typeof value !== 'number' || !Array.isArray(operand)) return false;
  return operand.every((part, i) => i % 2 === 1 || COMPARISONS[String(part)]?.(value, Number(operand[i + 1])) === true);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Only text has a beginning and an end; anything else is like no text at all. */
function text(value: unknown): string {
  return isText(value) ? value : '\u0000';
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
