import type { Service } from '../../domain/service.ts';
import { isAsExpected, type TriedPolicy, type TriedPolicyFile, untriedSteps } from './try-cases.ts';

/** What to print about tried policy cases, and whether all of them came out as expected. */
export function policyReport(
  tried: readonly TriedPolicyFile[],
  services: readonly Service[],
): { readonly text: string; readonly ok: boolean } {
  const all = tried.flatMap(({ cases }) => cases);
  const passed = all.filter(isAsExpected).length;
  const failed = all.length - passed;
  const problems = tried.flatMap((one) => one.problems).length;
  const left = untriedSteps(services, tried);
  const lines = [
    ...tried.flatMap(linesOf),
    ...(left.length > 0 ? ['Steps that tell nobody in any case:', ...left.map((step) => `  ${step}`), ''] : []),
    `${counted(all.length, 'case')}: ${passed} as expected, ${failed} not${
      problems > 0 ? `; ${counted(problems, 'error')} in the files` : ''
    }; ${counted(left.length, 'step')} without a case.`,
  ];
  return { text: `${lines.join('\n')}\n`, ok: failed === 0 && problems === 0 };
}

function linesOf({ file, cases, problems }: TriedPolicyFile): string[] {
  return [file, ...problems.map((problem) => `  ✗ ${problem}`), ...cases.flatMap(linesOfCase), ''];
}

const MARKS = { same: ' ', missing: '-', unexpected: '+' } as const;

/** What was expected and did not come is marked with `-`, what came and was not expected with `+`. */
function linesOfCase(one: TriedPolicy): string[] {
  if (one.kind === 'untried') return [`  ✗ ${one.name}`, `      cannot be tried: ${one.why}`];
  if (isAsExpected(one)) return [`  ✓ ${one.name}`];
  return [`  ✗ ${one.name}`, ...one.lines.map(({ line, kind }) => `      ${MARKS[kind]} ${line}`)];
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
