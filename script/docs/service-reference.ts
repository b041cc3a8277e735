import { type FieldSchema, namedByWriter } from '../../src/config/field-schema.ts';
import { defaultOf, exampleOf, isSmall, typeOf } from './field-words.ts';
import { code, table } from './markdown.ts';
import { SERVICE_EXAMPLES } from './service-examples.ts';

/** The reference of a service file: the fields of the file itself, then each part with an example and the groups within it. */
export function serviceReference(schema: FieldSchema): string {
  const parts = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const groups = groupsOf(field, name, field.description ?? '');
    return groups.length > 0 ? [partOf(name, field, groups)] : [];
  });
  return [`### The file\n\n${fieldTable(schema)}`, ...parts].join('\n\n');
}

function partOf(name: string, { description = '' }: FieldSchema, groups: readonly Group[]): string {
  const example = SERVICE_EXAMPLES[name];
  const lines = [
    `### ${code(name)}`,
    description,
    example === undefined ? '' : `\`\`\`yaml\n${example.trim()}\n\`\`\``,
    ...merged(groups).flatMap(({ title, path, said, fields }) => [
      path === name ? '' : `#### ${title}`,
      said === description ? '' : said,
      fieldTable(fields),
    ]),
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

/** Fields that stand together under one path. */
interface Group {
  readonly title: string;
  readonly path: string;
  readonly said: string;
  readonly fields: FieldSchema;
}

/** Groups with the same fields, side by side, are one. */
function merged(groups: readonly Group[]): Group[] {
  const all: Group[] = [];
  for (const group of groups) {
    const before = all.at(-1);
    const isSame = before && JSON.stringify(before.fields.properties) === JSON.stringify(group.fields.properties);
    if (isSame) all.splice(-1, 1, { ...before, said: '', title: `${before.title}, ${group.title}` });
    else all.push(group);
  }
  return all;
}

function groupsOf(field: FieldSchema, path: string, said: string): Group[] {
  if (field.items) return groupsOf(field.items, `${path}[]`, said);
  const named = namedByWriter(field);
  if (named) return groupsOf(named, `${path}.<name>`, said);
  if (field.anyOf) return field.anyOf.flatMap((one) => groupsOf(one, path, said));
  if (!field.properties || isSmall(field)) return [];
  const inner = Object.entries(field.properties).flatMap(([name, one]) =>
    groupsOf(one, `${path}.${name}`, one.description ?? ''),
  );
  const isOnlyGroups = inner.length > 0 && Object.values(field.properties).every((one) => one.properties !== undefined);
  return isOnlyGroups ? inner : [{ title: code(path), path, said, fields: field }, ...inner];
}

function fieldTable({ properties = {}, required = [] }: FieldSchema): string {
  const rows = Object.entries(properties).map(([name, field]) => [
    code(name),
    typeOf(field),
    required.includes(name) ? '**required**' : defaultOf(field),
    field.description ?? '',
    exampleOf(name, field),
  ]);
  return table(['Field', 'Type', 'Default', 'What it says', 'Example'], rows);
}
