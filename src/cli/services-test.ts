import { join } from 'node:path';
import { checkServices } from '../config/services.ts';
import { runOnFolder } from './services-folder.ts';
import { casesReport } from './services-test/report.ts';
import { tryCases } from './services-test/try-cases.ts';

export const USAGE = 'npm run services:test [-- folder]      (its cases are in folder/tests/*.yml)';

/** Tries the cases beside a folder of service files: what to print, and whether all came out as expected. */
export function servicesTest(dir: string): { readonly text: string; readonly ok: boolean } {
  const { services, problems } = checkServices(dir);
  if (problems.length > 0) {
    return { text: `${problems.map((problem) => `✗ ${problem}`).join('\n')}\n\nNothing was tried.\n`, ok: false };
  }
  const tests = join(dir, 'tests');
  const tried = tryCases(tests, services);
  if (!tried || tried.length === 0) {
    return { text: `There are no cases: write some into ${tests}/my-service.yml, see docs/services.md.\n`, ok: false };
  }
  return casesReport(tried, services);
}

if (import.meta.main) process.exitCode = runOnFolder(USAGE, servicesTest);
