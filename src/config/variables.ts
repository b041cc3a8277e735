/** The environment variables of the process, which `${NAME}` in a service file stands for. */
export type Variables = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$\{(?<name>[A-Z][A-Z0-9_]*)\}/g;

/** The names of environment variables that a text asks for with `${NAME}`. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map(({ groups }) => groups?.name ?? '');
}

/** The text with what the variables hold; `null` when one of them is not set. */
export function resolved(text: string, variables: Variables): string | null {
  const held = (name: string) => variables[name]?.trim() ?? '';
  if (variablesIn(text).some((name) => held(name) === '')) return null;
  return text.replaceAll(VARIABLE, (_, name: string) => held(name));
}

/** A Slack user id. */
const PERSON = /^[UW][A-Z0-9]{2,}$/;

/** The people that a user id, or a variable with several separated by commas, names; what is no user id names nobody. */
export function peopleIn(text: string, variables: Variables): string[] {
  return (resolved(text, variables) ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => PERSON.test(one));
}
