import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../app/errors.ts';
import type { Service } from '../domain/service.ts';
import { ServiceFile } from './service-file.ts';
import { lint, type Surroundings } from './service-lint.ts';
import { serviceSchema } from './service-schema.ts';
import { toService } from './to-service.ts';
import type { Variables } from './variables.ts';
import { type FileKind, readYaml, sentencesOf } from './yaml-file.ts';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Reads every `*.yml` of a folder, in the order of their names, or throws one SetupError with everything that is wrong. */
export function readServices(dir: string, variables: Variables = {}): Service[] {
  const { services, problems } = checkServices(dir, variables);
  if (problems.length > 0) throw new SetupError(`The service files are not valid:\n${problems.join('\n')}`);
  return [...services];
}

/** What a folder of service files comes to. */
export interface CheckedServices {
  /** Those that are valid, in the order of their names. */
  readonly services: readonly Service[];
  /** What is wrong with the others, one sentence with its place each. Empty: Tocsin starts with them. */
  readonly problems: readonly string[];
  /** What is odd in one of the valid ones, likewise. */
  readonly warnings: readonly string[];
}

/** Reads a folder of service files and says everything about it, rotations as they are from `now` (epoch ms) on. Never throws. */
export function checkServices(dir: string, variables: Variables = {}, now: number = Date.now()): CheckedServices {
  const files = filesIn(dir);
  if (!files) return nothing(`The folder ${dir} cannot be read: create it, or set SERVICES_DIR.`);
  if (files.length === 0) {
    return nothing(
      `There is no service file in ${dir}: Tocsin would not know where to post. Add ${dir}/my-service.yml.`,
    );
  }
  const read = files.map((file) => readService(dir, file, { variables, now }));
  const services = read.flatMap((one) => (one.ok ? [one.service] : []));
  return {
    services,
    problems: [...read.flatMap((one) => (one.ok ? [] : one.problems)), ...acrossFiles(services)],
    warnings: read.flatMap((one) => (one.ok ? one.warnings : [])),
  };
}

function nothing(problem: string): CheckedServices {
  return { services: [], problems: [problem], warnings: [] };
}

/** The names of the files of YAML in a folder, sorted; `null` when it cannot be read. */
export function filesIn(dir: string): string[] | null {
  try {
    return readdirSync(dir)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort();
  } catch {
    return null;
  }
}

/** What a file holds; `null` when it cannot be read. */
export function textOf(dir: string, file: string): string | null {
  try {
    return readFileSync(join(dir, file), 'utf8');
  } catch {
    return null;
  }
}

/** Of a file that cannot be read. */
export function unreadable(file: string): string {
  return `${file} cannot be read: it has to be a file that Tocsin may open.`;
}

function readService(dir: string, file: string, { variables, now }: Surroundings): Parsed {
  const yaml = textOf(dir, file);
  return yaml === null ? { ok: false, problems: [unreadable(file)] } : parseService(yaml, file, variables, now);
}

const SERVICE: FileKind<ServiceFile> = { schema: ServiceFile, described: serviceSchema };

export type Parsed =
  | { readonly ok: true; readonly service: Service; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads one file, or says everything that is wrong with it, where, and what to write instead. `now` (epoch ms) is when rotations are looked at. */
export function parseService(yaml: string, file: string, variables: Variables = {}, now: number = Date.now()): Parsed {
  const name = file.replace(/\.ya?ml$/, '');
  if (!NAME.test(name)) {
    const words = 'Name the file in lower-case letters, digits and dashes; the service is called so.';
    return { ok: false, problems: [`${file}: ${words}`] };
  }
  const read = readYaml(yaml, file, SERVICE);
  if (!read.ok) return read;
  const service = toService(name, read.value, variables);
  const { errors, warnings } = lint(read.value, service, { variables, now });
  if (errors.length > 0) return { ok: false, problems: sentencesOf(errors, read.written) };
  return { ok: true, service, warnings: sentencesOf(warnings, read.written) };
}

function acrossFiles(services: readonly Service[]): string[] {
  const fallbacks = services.filter(({ fallback }) => fallback).map(({ name }) => name);
  const names = services.map(({ name }) => name);
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  return [
    ...twice.map((name) => `There are two files for the service ${name}: keep one of ${name}.yml and ${name}.yaml.`),
    ...(fallbacks.length > 1
      ? [`Only one service can be the fallback, but ${fallbacks.join(' and ')} say so: choose one.`]
      : []),
  ];
}
