import type { Service } from './service.ts';

/**
 * `{name}` as service files write it. Braces that mean something elsewhere stay: `${HOME}` of a shell, `{{name}}` of a template,
 * `up{job="api"}` of PromQL, `\{name}` of a regular expression.
 */
const PLACEHOLDER = /(?<![$\\{])\{(?<name>[a-z][a-z0-9_]*)\}(?!\})/g;

/** The names of a text's placeholders, each once, in the order of their first use. */
export function placeholdersIn(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(({ groups }) => groups?.name ?? ''))];
}

/** Replaces every placeholder that has a value, once: what it stands for is not looked through again. `missing` stay as they are. */
export function filledIn(
  text: string,
  values: Readonly<Record<string, string>>,
): { readonly text: string; readonly missing: string[] } {
  const known = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
  return {
    text: text.replaceAll(PLACEHOLDER, (whole, name: string) => known(name) ?? whole),
    missing: placeholdersIn(text).filter((name) => known(name) === undefined),
  };
}

/** What placeholders stand for in one environment of a service: its values, and `{service}` and `{environment}` themselves. */
export function placeholdersOf(
  { name, environments }: Pick<Service, 'name' | 'environments'>,
  environment: string,
): Readonly<Record<string, string>> {
  const values = Object.hasOwn(environments, environment) ? environments[environment]?.values : undefined;
  return { service: name, environment, ...values };
}
