import type { PlanDifference } from '../../domain/plan.ts';
import type { FunctionVersion } from './lambda-calls.ts';

const NONE = 'none';

/** What differs between two versions of a function; what is the same is left out. */
export function describeVersions(before: FunctionVersion, after: FunctionVersion): PlanDifference[] {
  const lines: readonly (readonly [string, (version: FunctionVersion) => string])[] = [
    ['Code', ({ codeSha }) => codeSha.slice(0, 12) || NONE],
    ['Size of the code', ({ codeSize }) => bytes(codeSize)],
    ['Description', ({ description }) => description || NONE],
    [
      'Published',
      ({ modifiedAt }) => (modifiedAt === null ? 'unknown' : `${new Date(modifiedAt).toISOString().slice(0, 16)}Z`),
    ],
    ['Runtime', ({ runtime }) => runtime],
    ['Memory', ({ memory }) => (memory === null ? 'unknown' : `${memory} MB`)],
    ['Time limit', ({ timeout }) => (timeout === null ? 'unknown' : `${timeout} s`)],
  ];
  return lines.map(([what, of]) => ({ what, from: of(before), to: of(after) })).filter(({ from, to }) => from !== to);
}

function bytes(size: number | null): string {
  if (size === null) return 'unknown';
  return size < 1024 * 1024 ? `${Math.ceil(size / 1024)} kB` : `${(size / 1024 / 1024).toFixed(1)} MB`;
}
