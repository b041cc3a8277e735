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

interface Use {
  readonly path: readonly PropertyKey[];
  readonly variable: string;
  /** What is off without it. */
  readonly off: string;
  readonly isAddress: boolean;
}

/** `${NAME}` that the environment of the process does not set, each once, and what cannot be done without it; addresses that are none. */
export function unsetVariables({ environments }: ServiceFile, variables: Variables): Finding[] {
  const all = Object.entries(environments).flatMap(([name, entry]) => usesIn(name, entry));
  return [...unset(all, variables), ...withoutAddress(all, variables)];
}

function unset(all: readonly Use[], variables: Variables): Finding[] {
  const uses = all.filter(({ variable }) => !variables[variable]?.trim());
  return [...new Set(uses.map(({ variable }) => variable))].map((variable) => {
    const [first, ...more] = uses.filter((use) => use.variable === variable);
    const off = [...new Set([first, ...more].map((use) => use?.off ?? ''))].join('; ');
    return { path: first?.path ?? [], words: `\`${variable}\` is not set: ${off}` };
  });
}

/** What a variable holds is not said: it may have a password in it. */
function withoutAddress(all: readonly Use[], variables: Variables): Finding[] {
  const isOther = (held: string) => held !== '' && !/^https?:\/\/\S+$/.test(held);
  return all
    .filter(({ isAddress, variable }) => isAddress && isOther(variables[variable]?.trim() ?? ''))
    .map(({ path, variable, off }) => ({
      path,
      words: `\`${variable}\` holds no web address that begins with https:// or http://: ${off}`,
    }));
}

function usesIn(environment: string, entry: ServiceFile['environments'][string]): Use[] {
  const path = ['environments', environment];
  const texts = [
    ...SYSTEMS.map((system) => ({
      path: [...path, system],
      text: entry[system] ?? '',
      off: `${OFF[system]} in ${environment}`,
      isAddress: true,
    })),
    ...Object.entries(entry.values).map(([name, text]) => ({
      path: [...path, 'values', name],
      text,
      off: `{${name}} has no value in ${environment}`,
      isAddress: false,
    })),
  ];
  return texts.flatMap(({ text, ...use }) => variablesIn(text).map((variable) => ({ ...use, variable })));
}
