import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setting } from '../config/env.ts';
import { checkServices } from '../config/services.ts';
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

function main(): number {
  let folders: string[];
  try {
    folders = parseArgs({ allowPositionals: true, options: {} }).positionals;
  } catch {
    folders = ['', ''];
  }
  if (folders.length > 1) {
    process.stderr.write(`Usage: ${USAGE}\n`);
    return 2;
  }
  const report = servicesTest(folders[0] ?? setting(process.env, 'SERVICES_DIR') ?? 'services');
  process.stdout.write(report.text);
  return report.ok ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
