import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Ends a run with `N passed, N failed, N skipped`, alone on a line, or, for script/test, which adds its own checks to it,
 * writes the three numbers to the file TEST_COUNTS. Files that cannot be loaded and stray errors are failures.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.state() === 'failed' && !hasFailedTest(module)).length;
    const failed = count('failed') + count('pending') + broken + strayErrors.length;
    const counts = [count('passed'), failed, count('skipped')];
    const file = process.env.TEST_COUNTS;
    if (file !== undefined) writeFileSync(file, `${counts.join(' ')}\n`);
    else process.once('exit', () => process.stdout.write(line(counts)));
  }
}

function line([passed, failed, skipped]: readonly number[]): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}

function hasFailedTest(module: TestModule): boolean {
  return [...module.children.allTests('failed')].length > 0;
}
