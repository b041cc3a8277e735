import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyCaseSchema } from '../src/cli/policy-test/case-file.ts';
import { caseSchema } from '../src/cli/services-test/case-file.ts';
import { serviceSchema } from '../src/config/service-schema.ts';
import { variablesIn } from '../src/config/variables.ts';
import { commandTable } from './docs/commands.ts';
import { environmentTable, exampleProblems } from './docs/environment.ts';
import { hasPart, withPart } from './docs/markdown.ts';
import { metricsTable } from './docs/metrics.ts';
import { serviceReference } from './docs/service-reference.ts';

const ROOT = join(import.meta.dirname, '..');

/** What is generated, and how from what stands there now. */
const PAGES: Readonly<Record<string, (page: string) => string>> = {
  'docs/service.schema.json': () => `${JSON.stringify(serviceSchema(), null, 2)}\n`,
  'docs/service-cases.schema.json': () => `${JSON.stringify(caseSchema(), null, 2)}\n`,
  'docs/policy-cases.schema.json': () => `${JSON.stringify(policyCaseSchema(), null, 2)}\n`,
  'docs/services.md': (page) => withPart(page, 'fields', serviceReference(serviceSchema())),
  'docs/configuration.md': (page) => withPart(page, 'environment', environmentTable()),
  'docs/operations.md': (page) => withPart(page, 'metrics', metricsTable()),
  'README.md': (page) => (hasPart(page, 'commands') ? withPart(page, 'commands', commandTable()) : page),
};

function main(isCheck: boolean): number {
  const stale = Object.entries(PAGES).flatMap(([path, generate]) => {
    const now = read(path);
    const fresh = generate(now);
    if (fresh !== now && !isCheck) writeFileSync(join(ROOT, path), fresh);
    return fresh === now ? [] : [path];
  });
  const problems = exampleProblems(read('.env.example'), ofServices()).map((problem) => `.env.example: ${problem}`);

  for (const path of stale) say(isCheck ? `${path} is stale: npm run docs` : `${path} was written`);
  for (const problem of problems) say(problem);
  return problems.length > 0 || (isCheck && stale.length > 0) ? 1 : 0;
}

/** Variables that the service files ask for. */
function ofServices(): string[] {
  const files = readdirSync(join(ROOT, 'services')).filter((name) => name.endsWith('.yml'));
  return files.flatMap((name) => variablesIn(read(join('services', name))));
}

function read(path: string): string {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return '';
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = main(process.argv.includes('--check'));
