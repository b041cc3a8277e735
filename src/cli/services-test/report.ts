import type { Service } from '../../domain/service.ts';
import type { Verdict } from './judge.ts';
import { type Tried, type TriedFile, unreached } from './try-cases.ts';

/** What to print about tried cases, and whether all of them came out as expected. */
export function casesReport(
  tried: readonly TriedFile[],
  services: readonly Service[],
): { readonly text: string; readonly ok: boolean } {
  const all = tried.flatMap(({ cases }) => cases);
  const passed = all.filter(isPassed).length;
  const failed = all.length - passed;
  const problems = tried.flatMap((one) => one.problems).length;
  const left = unreached(services, tried);
  const lines = [
    ...tried.flatMap(linesOf),
    ...(left.length > 0 ? ['Rules that no case reaches:', ...left.map((rule) => `  ${rule}`), ''] : []),
    `${counted(all.length, 'case')}: ${passed} as expected, ${failed} not${
      problems > 0 ? `; ${counted(problems, 'error')} in the files` : ''
    }; ${counted(left.length, 'rule')} without a case.`,
  ];
  return { text: `${lines.join('\n')}\n`, ok: failed === 0 && problems === 0 };
}

function isPassed(one: Tried): boolean {
  return one.kind === 'decided' && one.misses.length === 0;
}

function linesOf({ file, cases, problems }: TriedFile): string[] {
  return [file, ...problems.map((problem) => `  ✗ ${problem}`), ...cases.flatMap(linesOfCase), ''];
}

function linesOfCase(one: Tried): string[] {
  if (one.kind === 'untried') return [`  ✗ ${one.name}`, `      cannot be tried: ${one.why}`];
  if (isPassed(one)) return [`  ✓ ${one.name}`];
  return [
    `  ✗ ${one.name}`,
    ...one.misses.map(({ field, expected, found }) => `      ${field}: expected ${expected}, found ${found}`),
    `      decided by ${deciderOf(one.verdict)}`,
  ];
}

/** The rule, and the value where one was graded. */
function deciderOf({ route: { service, rule }, ruling }: Verdict): string {
  if (!rule) return `nobody: no rule claims it, so it falls to ${service.name}`;
  const name = `${service.name}/${rule.id}`;
  if (!ruling.isGraded) return name;
  return ruling.value === null ? `${name}, value unknown` : `${name}, by the value ${ruling.value}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
