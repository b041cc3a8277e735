import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readServices } from '../../src/config/services.ts';
import type { Alert, AlertSource } from '../../src/domain/alert.ts';
import { type Graded, type KnownValues, rulingOf, valuesIn } from '../../src/domain/grading.ts';
import { type Route, route } from '../../src/domain/route.ts';
import { alert, T0 } from '../domain/given.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const PACKS = ['bikeshare', 'credit-risk', 'recommendation', 'movie-recommender', 'potato-pipeline'] as const;
export const ALARMS = join(ROOT, 'deploy/alarms');

export const SERVICES = readServices(join(ROOT, 'services'));

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The file of a pack as plain data. */
export function packFile(pack: string): Readonly<Record<string, unknown>> {
  return parse(read(`services/${pack}.yml`));
}

/** An alert that fires now. */
export function fires(source: AlertSource, name: string, more: Partial<Alert> = {}): Alert {
  return alert(name, 'firing', T0, { source, ...more });
}

/** Where an alert belongs and how bad it is, once its value is known. */
export function judged(one: Alert, known: Partial<KnownValues> = {}): Route & Graded {
  const found = route(one, SERVICES);
  const told = valuesIn(found.rule?.grades ?? null, one);
  return { ...found, ...rulingOf(found.rule, { ...told, ...known }, T0) };
}

/** Whether a program is there; tests that need it are skipped without it, and say so. */
export function has(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`\n!! ${program} is not installed: the tests of the packs that need it are skipped.\n`);
    return false;
  }
}
