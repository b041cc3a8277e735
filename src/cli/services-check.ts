import { warningsOf } from '../config/service-warnings.ts';
import { checkServices } from '../config/services.ts';
import type { Variables } from '../config/variables.ts';
import type { Service } from '../domain/service.ts';
import { runOnFolder } from './services-folder.ts';

export const USAGE = 'npm run services:check [-- folder]';

/** What to print about a folder of service files, where `variables` are what `${NAME}` in them stands for, and whether Tocsin would start with them. */
export function servicesReport(dir: string, variables: Variables): { readonly text: string; readonly ok: boolean } {
  const { services, problems, warnings: ofFiles } = checkServices(dir, variables);
  const acrossFiles = problems.length === 0 ? warningsOf(services) : []; // half of the files would warn of the other half
  const warnings = [...ofFiles, ...acrossFiles];
  const lines = [
    ...services.map((service) => `✓ ${describe(service)}`),
    ...warnings.map((warning) => `! ${warning}`),
    ...problems.map((problem) => `✗ ${problem}`),
  ];
  const verdict = problems.length === 0 ? 'Tocsin takes these files.' : 'Tocsin does not start with these files.';
  return {
    text: `${lines.join('\n')}\n\n${counted(problems.length, 'error')}, ${counted(warnings.length, 'warning')}. ${verdict}\n`,
    ok: problems.length === 0,
  };
}

function describe({ name, channel, rules, fallback }: Service): string {
  return `${name}: ${counted(rules.length, 'rule')}${fallback ? ' and everything that no rule matches' : ''} → ${channel}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

if (import.meta.main) process.exitCode = runOnFolder(USAGE, (dir) => servicesReport(dir, process.env));
