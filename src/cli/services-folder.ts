import { parseArgs } from 'node:util';
import { setting } from '../config/env.ts';

interface Report {
  readonly text: string;
  readonly ok: boolean;
}

/**
 * A program about one folder of service files, that of its argument or of `SERVICES_DIR`: prints its report and answers its exit code,
 * 1 when not all is well, 2 when it was called wrongly.
 */
export function runOnFolder(usage: string, report: (dir: string) => Report): number {
  let folders: string[];
  try {
    folders = parseArgs({ allowPositionals: true, options: {} }).positionals;
  } catch {
    folders = ['', ''];
  }
  if (folders.length > 1) {
    process.stderr.write(`Usage: ${usage}\n`);
    return 2;
  }
  const { text, ok } = report(folders[0] ?? setting(process.env, 'SERVICES_DIR') ?? 'services');
  process.stdout.write(text);
  return ok ? 0 : 1;
}
