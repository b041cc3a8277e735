import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { number, pageOf, text, time } from '../input.ts';

const PER_PAGE = 10;

/** Those whose name contains what is asked for and that were made in time, in the order that is asked for. */
export function named<T extends { readonly name: string; readonly createdAt: number }>(
  all: readonly T[],
  input: Input,
): readonly T[] {
  const part = text(input, 'NameContains') ?? '';
  const found = all.filter(({ name }) => name.includes(part));
  if (text(input, 'SortBy') === 'Name') return found.sort((a, b) => a.name.localeCompare(b.name));
  return within(found, input, ({ createdAt }) => createdAt);
}

/** Newest first unless asked otherwise. */
export function within<T>(all: readonly T[], input: Input, at: (one: T) => number): readonly T[] {
  const after = time(input, 'CreationTimeAfter') ?? time(input, 'CreatedAfter') ?? Number.NEGATIVE_INFINITY;
  const before = time(input, 'CreationTimeBefore') ?? time(input, 'CreatedBefore') ?? Number.POSITIVE_INFINITY;
  const sign = text(input, 'SortOrder') === 'Ascending' ? 1 : -1;
  return all.filter((one) => at(one) >= after && at(one) <= before).sort((a, b) => sign * (at(a) - at(b)));
}

export function paged(key: string, found: readonly object[], input: Input): object {
  const { items, next } = pageOf(found, text(input, 'NextToken'), number(input, 'MaxResults') ?? PER_PAGE);
  return { [key]: items, ...next };
}

export function missing(kind: string, arn: string): never {
  throw new AwsError('ValidationException', 400, `Could not find ${kind} "${arn}".`);
}
