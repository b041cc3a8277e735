import type { Action } from '../domain/action.ts';
import { ok, type Result, reject } from '../domain/result.ts';

/** What people type goes into addresses and names of things: nothing but what looks like a name or a version. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/;

/** What was said beside an action, with presets for the rest; `to` is what every action may be told to go to. */
export function inputsOf(
  { inputs, title }: Pick<Action, 'inputs' | 'title'>,
  said: Readonly<Record<string, string>>,
): Result<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  const stranger = Object.keys(said).find((name) => name !== 'to' && !inputs.some((one) => one.name === name));
  if (stranger !== undefined) return reject('bad_input', `“${title}” asks for no “${stranger}”.`);
  const to = said.to?.trim() ?? '';
  if (to !== '') values.to = to;
  for (const { name, label, preset, choices } of inputs) {
    const value = said[name]?.trim() || preset || '';
    if (value === '') return reject('bad_input', `“${title}” must be told: ${label}.`, `Write ${name}=…`);
    if (choices.length > 0 && !choices.includes(value)) {
      return reject('bad_input', `${label} cannot be “${value.slice(0, 40)}”.`, `It is one of: ${choices.join(', ')}.`);
    }
    values[name] = value;
  }
  const odd = Object.entries(values).find(([, value]) => !NAME.test(value));
  if (odd) {
    return reject(
      'bad_input',
      `“${odd[1].slice(0, 40)}” is no name or version.`,
      'Letters, digits, dots, dashes, colons and underscores.',
    );
  }
  return ok(values);
}
