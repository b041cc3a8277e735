import { z } from 'zod';
import { ENV_SHAPE } from '../../src/config/env.ts';
import { code, table } from './markdown.ts';

/** Every variable, in the order of `src/config/env.ts`. */
export function environmentTable(): string {
  const rows = settings().map(({ name, required, preset, description }) => [
    code(name),
    required ? '**required**' : preset === undefined || preset === '' ? '–' : code(String(preset)),
    description,
  ]);
  return table(['Variable', 'Default', 'What it says'], rows);
}

interface Setting {
  readonly name: string;
  readonly required: boolean;
  readonly preset: unknown;
  readonly description: string;
}

function settings(): Setting[] {
  const { properties = {}, required = [] } = z.toJSONSchema(z.object(ENV_SHAPE), { io: 'input' });
  return Object.entries(properties).map(([name, field]) => {
    const { default: preset, description = '' } = typeof field === 'boolean' ? {} : field;
    return { name, required: required.includes(name), preset, description };
  });
}

/**
 * What `.env.example` says otherwise than the program: variables that are missing, unknown, or have another default. `ofServices` are
 * those that service files ask for.
 */
export function exampleProblems(example: string, ofServices: readonly string[]): string[] {
  const written = new Map(
    [...example.matchAll(/^#?(?<name>[A-Z][A-Z0-9_]+)=(?<value>.*)$/gm)].map(({ groups }) => [
      groups?.name ?? '',
      groups?.value ?? '',
    ]),
  );
  const known = settings();
  const names = new Set([...known.map(({ name }) => name), ...ofServices]);
  return [
    ...known.filter(({ name }) => !written.has(name)).map(({ name }) => `${name} is missing`),
    ...[...written.keys()]
      .filter((name) => !names.has(name) && !name.startsWith('AWS_'))
      .map((name) => `${name} is read by nobody`),
    ...known
      .filter(({ name, preset }) => preset !== undefined && written.has(name) && written.get(name) !== String(preset))
      .map(({ name, preset }) => `${name} is not its default, which is ${String(preset)}`),
  ];
}
