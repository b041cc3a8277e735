import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { SetupError } from '../app/errors.ts';
import type { Service } from '../domain/service.ts';
import { ServiceFile } from './service-file.ts';
import { sentencesOf } from './service-problems.ts';
import { toService, type Variables } from './to-service.ts';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Reads every `*.yml` of a folder, in the order of their names, or throws one SetupError with everything that is wrong. */
export function readServices(dir: string, variables: Variables = {}): Service[] {
  const { services, problems } = checkServices(dir, variables);
  if (problems.length > 0) throw new SetupError(`The service files are not valid:\n${problems.join('\n')}`);
  return services;
}

/** The services of a folder that are valid, and what is wrong with the others, one sentence with its place each. */
export function checkServices(dir: string, variables: Variables = {}): { services: Service[]; problems: string[] } {
  const files = serviceFiles(dir);
  if (!files) return { services: [], problems: [`The folder ${dir} cannot be read: create it, or set SERVICES_DIR.`] };
  if (files.length === 0) {
    const problem = `There is no service file in ${dir}: Tocsin would not know where to post. Add ${dir}/my-service.yml.`;
    return { services: [], problems: [problem] };
  }
  const read = files.map((file) => parseService(readFileSync(join(dir, file), 'utf8'), file, variables));
  const services = read.flatMap((one) => (one.ok ? [one.service] : []));
  return {
    services,
    problems: [...read.flatMap((one) => (one.ok ? [] : one.problems)), ...acrossFiles(services)],
  };
}

function serviceFiles(dir: string): string[] | null {
  try {
    return readdirSync(dir)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort();
  } catch {
    return null;
  }
}

type Parsed =
  | { readonly ok: true; readonly service: Service }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads one file, or says everything that is wrong with it, where, and what to write instead. */
export function parseService(yaml: string, file: string, variables: Variables = {}): Parsed {
  const name = file.replace(/\.ya?ml$/, '');
  if (!NAME.test(name)) {
    const words = 'Name the file in lower-case letters, digits and dashes; the service is called so.';
    return { ok: false, problems: [`${file}: ${words}`] };
  }
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => `${file}:${lines.linePos(pos[0]).line} ${message}`);
    return { ok: false, problems };
  }
  const parsed = ServiceFile.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (!parsed.success) return { ok: false, problems: sentencesOf(parsed.error.issues, { file, document, lines }) };
  return { ok: true, service: toService(name, parsed.data, variables) };
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
