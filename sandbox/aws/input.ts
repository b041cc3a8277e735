import { AwsError } from './aws-error.ts';

/** The body of a call in one of the JSON protocols. */
export type Input = Readonly<Record<string, unknown>>;

export function text(input: Input, key: string): string | undefined {
  const value = input[key];
  return typeof value === 'string' ? value : undefined;
}

/** @throws AwsError ValidationError when it is missing */
export function requiredText(input: Input, key: string): string {
  return text(input, key) ?? missing(key);
}

export function number(input: Input, key: string): number | undefined {
  const value = input[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A list with something in it. */
export function list(input: Input, key: string): readonly unknown[] | undefined {
  const value = input[key];
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

export function objects(input: Input, key: string): readonly Input[] {
  return (list(input, key) ?? []).filter(isObject);
}

export function object(input: Input, key: string): Input | undefined {
  const value = input[key];
  return isObject(value) ? value : undefined;
}

/** A time of the JSON protocols, epoch seconds there, as epoch milliseconds. */
export function time(input: Input, key: string): number | undefined {
  const seconds = number(input, key);
  return seconds === undefined ? undefined : seconds * 1000;
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationError', 400, `1 validation error detected: ${message}`);
}

export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One page of a list. The token is the number of items that were answered already.
 * @throws AwsError when the token is none of ours
 */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  most: number,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const offset = Number(token ?? 0);
  if (!Number.isInteger(offset) || offset < 0) throw new AwsError('InvalidNextToken', 400, 'The next token is invalid');
  const end = offset + most;
  return { items: items.slice(offset, end), next: end < items.length ? { NextToken: String(end) } : {} };
}

function missing(key: string): never {
  throw validation(`Value null at '${key}' must satisfy constraint: Member must not be null`);
}
