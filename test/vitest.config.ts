import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';

const ROOT = join(import.meta.dirname, '..');
/** Compiled modules are kept for the bots, sandboxes and workers of the run, each of which would compile the same ones again. */
process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/tocsin-compile');

/** Rules without a server, a process or a variable: one file leaves nothing behind that another could see. */
const PURE = ['blocks', 'charts', 'domain'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  root: ROOT,
  test: {
    environment: 'node',
    pool: 'forks',
    // Tests wait for sockets more than they compute, so every core takes a file. More at once starve those that keep bots to their time.
    maxWorkers: '100%',
    passWithNoTests: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: PURE } },
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
    ],
  },
});
