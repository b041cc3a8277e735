import type { Expectation } from '../domain/query.ts';

interface Limits {
  readonly equals?: string | undefined;
  readonly above?: number | undefined;
  readonly at_least?: number | undefined;
  readonly below?: number | undefined;
  readonly at_most?: number | undefined;
}

/** When an answer is well, as a file says it. */
export function expectationOf(expect: Limits): Expectation {
  if (expect.equals !== undefined) return { kind: 'text', equals: expect.equals };
  const direction = expect.above !== undefined || expect.at_least !== undefined ? 'above' : 'below';
  return { kind: 'number', direction, ...limitOf(expect) };
}

/** The number that a file compares with, and whether it belongs to what is meant. */
export function limitOf({ above, at_least, below, at_most }: Limits) {
  return {
    limit: above ?? at_least ?? below ?? at_most ?? 0, // the schema wants exactly one of them
    inclusive: at_least !== undefined || at_most !== undefined,
  };
}
