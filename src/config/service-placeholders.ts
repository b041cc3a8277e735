import { OF_THE_RUN } from '../actions/targets/template.ts';
import { placeholdersIn, placeholdersOf } from '../domain/placeholders.ts';
import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';
import { kindOf } from './to-action.ts';

/** A text in which placeholders are replaced. */
interface Template {
  readonly path: readonly PropertyKey[];
  readonly text: string;
  /** Where it is used; `null`: wherever the service runs. */
  readonly environment: string | null;
  /** Names that are known without any environment: what people say beside an action. */
  readonly said?: readonly string[];
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
    const names = placeholdersIn(template.text).filter((name) => !template.said?.includes(name));
    for (const name of names) uses.set(name, [...(uses.get(name) ?? []), template]);
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
  const { links, environments, queries, runbooks, actions } = file;
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
    ...Object.entries(actions).flatMap(([name, action]) => templatesOfAction(action, ['actions', name])),
  ];
}

/** What every action may be told, what a system has answered, and what is known of the incident. */
const SAID = ['to', 'reference', ...OF_THE_RUN];

/** The settings of an action, wherever it can be done. */
function templatesOfAction(action: ServiceFile['actions'][string], path: readonly PropertyKey[]): Template[] {
  const kind = kindOf(action);
  const said = [...SAID, ...Object.keys(action.inputs)];
  const places = action.environments.length > 0 ? action.environments : [null];
  return textsWithin(action[kind], [...path, kind]).flatMap((one) =>
    places.map((environment) => ({ ...one, environment, said })),
  );
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
