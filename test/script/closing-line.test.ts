import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const REPORTER = join(ROOT, 'test/support/closing-line.ts');

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tocsin-closing-'));
  await writeFile(
    join(dir, 'mixed.test.ts'),
    "it('a', () => {}); it('b', () => { throw 1; }); it.skip('c', () => {});",
  );
  await writeFile(join(dir, 'broken.test.ts'), 'import "./nowhere.ts";');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('ends a run with the three numbers, a file that cannot be loaded being a failure', async () => {
  const stdout = await vitest();

  expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 2 failed, 1 skipped');
});

function vitest(): Promise<string> {
  const program = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [program, 'run', '--root', dir, '--globals', '--reporter', REPORTER];
  const { TEST_COUNTS: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: dir, env }, (_error, stdout) => resolve(stdout));
  });
}
