import { placeholdersIn, placeholdersOf } from '../domain/placeholders.ts';
import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';

/** A text in which placeholders are replaced. */
interface Template {
  readonly path: readonly PropertyKey[];
  readonly text: string;
  /** Where it is used; `null`: wherever the service runs. */
  readonly environment: string | null;
}

/** Placeholders that no environment has a value for, and those that only some have, each told once. */
export function missingPlaceholders(file: ServiceFile): {
  readonly everywhere: readonly Finding[];
  readonly somewhere: readonly Finding[];
} {
  const gaps = [...usesOf(templatesOf(file))].map(([name, uses]) => gapOf(name, uses, file));
  return {
    everywhere: gaps.flatMap((gap) => (gap?.isEverywhere ? [gap] : [])),
    somewhere: gaps.flatMap((gap) => (gap && !gap.isEverywhere ? [gap] : [])),
  };
}

function usesOf(templates: readonly Template[]): Map<string, Template[]> {
  const uses = new Map<string, Template[]>();
  for (const template of templates) {
    for (const name of placeholdersIn(template.text)) uses.set(name, [...(uses.get(name) ?? []), template]);
  }
  return uses;
}

interface Gap extends Finding {
  readonly isEverywhere: boolean;
}

function gapOf(name: string, uses: readonly Template[], { environments }: ServiceFile): Gap | null {
  if (name in placeholdersOf({ name: '', environments: {} }, '')) return null; // Tocsin knows it by itself
  const isUsedIn = (one: string) => uses.some(({ environment }) => environment === null || environment === one);
  const known = Object.entries(environments);
  const users = known.filter(([environment]) => isUsedIn(environment));
  const without = users.filter(([, { values }]) => !Object.hasOwn(values, name)).map(([environment]) => environment);
  const [first] = without;
  if (known.every(([, { values }]) => !Object.hasOwn(values, name))) {
    const entry = `environments.${first ?? 'prod'}.values`;
    const words = `{${name}} has no value in any environment. Write one under \`${entry}\`. Braces that mean something else are written with a space, { ${name} }`;
    return { path: uses[0]?.path ?? [], words, isEverywhere: true };
  }
  if (first === undefined) return null;
  const use = uses.find(({ environment }) => environment === null || without.includes(environment));
  const words = `{${name}} has no value in ${without.join(', ')}, so this cannot be used there. Write one under \`environments.${first}.values\``;
  return { path: use?.path ?? [], words, isEverywhere: false };
}

function templatesOf(file: ServiceFile): Template[] {
  const { links, environments, queries, runbooks } = file;
  return [
    ...links.map(({ url }, i) => ({ path: ['links', i, 'url'], text: url, environment: null })),
    ...Object.entries(environments).flatMap(([environment, entry]) =>
      entry.links.map(({ url }, i) => ({
        path: ['environments', environment, 'links', i, 'url'],
        text: url,
        environment,
      })),
    ),
    ...Object.entries(queries).flatMap(([name, { label: _label, unit: _unit, expect: _expect, ...ask }]) =>
      textsWithin(ask, ['queries', name]),
    ),
    ...Object.entries(runbooks).flatMap(([name, runbook]) => templatesOfRunbook(runbook, ['runbooks', name])),
  ];
}

function templatesOfRunbook({ url, steps }: ServiceFile['runbooks'][string], path: readonly PropertyKey[]): Template[] {
  const commands = steps.flatMap(({ command }, i): Template[] => {
    const own = [...path, 'steps', i, 'command'];
    if (typeof command === 'string') return [{ path: own, text: command, environment: null }];
    return Object.entries(command ?? {}).map(([environment, text]) => ({
      path: [...own, environment],
      text,
      environment,
    }));
  });
  return [...(url === undefined ? [] : [{ path: [...path, 'url'], text: url, environment: null }]), ...commands];
}

/** Every text within a question, wherever it is asked. */
function textsWithin(value: unknown, path: readonly PropertyKey[]): Template[] {
  if (typeof value === 'string') return [{ path, text: value, environment: null }];
  if (Array.isArray(value)) return value.flatMap((one: unknown, i): Template[] => textsWithin(one, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]): Template[] => textsWithin(one, [...path, name]));
}
