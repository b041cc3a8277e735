import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Apart from the suite: these need programs that are not ours, and take as long as those take. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    environment: 'node',
    include: ['test/interop/**/*.interop.ts'],
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
