import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';
import { type Variables, variablesIn } from './variables.ts';

/** What cannot be done in an environment without an address. */
const OFF = {
  prometheus: 'queries of Prometheus cannot be asked',
  alertmanager: 'open incidents are not compared with Alertmanager',
  mlflow: 'queries of MLflow cannot be asked',
} as const;
const SYSTEMS = ['prometheus', 'alertmanager', 'mlflow'] as const;

/** A place in `environments` that asks for a variable. */
interface Use {
  readonly path: readonly PropertyKey[];
  readonly variable: string;
  readonly environment: string;
  /** A name of `values`, or a system whose address it is. */
  readonly name: string;
  readonly isAddress: boolean;
}

/**
 * `${NAME}` of environments that the environment of the process does not set: those of addresses in one finding, those of values in
 * another, with what cannot be done without them. And addresses that are none.
 */
export function unsetVariables({ environments }: ServiceFile, variables: Variables): Finding[] {
  const all = Object.entries(environments).flatMap(([name, entry]) => usesIn(name, entry));
  const unset = all.filter(({ variable }) => isUnset(variable, variables));
  return [
    ...unsetTogether(
      unset.filter(({ isAddress }) => isAddress),
      addressesOff,
    ),
    ...unsetTogether(
      unset.filter(({ isAddress }) => !isAddress),
      valuesOff,
    ),
    ...withoutAddress(all, variables),
  ];
}

/** Whether the environment of the process has nothing under a name. */
export function isUnset(variable: string, variables: Variables): boolean {
  return (variables[variable]?.trim() ?? '') === '';
}

/** `A` is not set; `A` and `B` are not set. */
export function unsetWords(names: readonly string[]): string {
  const all = [...new Set(names)].map((name) => `\`${name}\``);
  return `${listed(all)} ${all.length === 1 ? 'is' : 'are'} not set`;
}

/** a, b and c. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function unsetTogether(uses: readonly Use[], off: (uses: readonly Use[]) => string): Finding[] {
  const [first] = uses;
  return first
    ? [{ path: first.path, words: `${unsetWords(uses.map(({ variable }) => variable))}: ${off(uses)}` }]
    : [];
}

function addressesOff(uses: readonly Use[]): string {
  return SYSTEMS.flatMap((system) => {
    const where = uses.filter(({ name }) => name === system).map(({ environment }) => environment);
    return where.length === 0 ? [] : [`${OFF[system]} in ${listed(where)}`];
  }).join('; ');
}

/** Those that are missing in the same environments stand together. */
function valuesOff(uses: readonly Use[]): string {
  const names = [...new Set(uses.map(({ name }) => name))];
  const byPlace = new Map<string, string[]>();
  for (const one of names) {
    const of = [...new Set(uses.filter(({ name }) => name === one).map(({ environment }) => environment))];
    const where = listed(of);
    byPlace.set(where, [...(byPlace.get(where) ?? []), `{${one}}`]);
  }
  return [...byPlace]
    .map(([where, missing]) => `${listed(missing)} ${missing.length === 1 ? 'has' : 'have'} no value in ${where}`)
    .join('; ');
}

/** What a variable holds is not said: it may have a password in it. */
function withoutAddress(all: readonly Use[], variables: Variables): Finding[] {
  const isOther = (held: string) => held !== '' && !/^https?:\/\/\S+$/.test(held);
  return all
    .filter(({ isAddress, variable }) => isAddress && isOther(variables[variable]?.trim() ?? ''))
    .map(({ path, variable, ...use }) => ({
      path,
      words: `\`${variable}\` holds no web address that begins with https:// or http://: ${addressesOff([{ path, variable, ...use }])}`,
    }));
}

function usesIn(environment: string, entry: ServiceFile['environments'][string]): Use[] {
  const path = ['environments', environment];
  const texts = [
    ...SYSTEMS.map((name) => ({ path: [...path, name], text: entry[name] ?? '', name: String(name), isAddress: true })),
    ...Object.entries(entry.values).map(([name, text]) => ({
      path: [...path, 'values', name],
      text,
      name,
      isAddress: false,
    })),
  ];
  return texts.flatMap(({ text, ...use }) => variablesIn(text).map((variable) => ({ ...use, variable, environment })));
}
