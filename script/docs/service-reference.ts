import { stringify } from 'yaml';
import type { FieldSchema } from '../../src/config/field-schema.ts';
import { code, table } from './markdown.ts';

/** Tables of all fields of a service file: the file itself first, then each group of fields within it. */
export function serviceReference(schema: FieldSchema): string {
  return groupsOf(schema, '')
    .map(({ title, fields }) => `${title}\n\n${fieldTable(fields)}`)
    .join('\n\n');
}

interface Group {
  readonly title: string;
  readonly fields: FieldSchema;
}

function groupsOf(schema: FieldSchema, path: string): Group[] {
  const title = path === '' ? '## The file' : `## ${code(path)}`;
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const own = path === '' ? name : `${path}.${name}`;
    if (field.properties) return groupsOf(field, own);
    return field.items?.properties ? groupsOf(field.items, `${own}[]`) : [];
  });
  return [{ title, fields: schema }, ...inner];
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

function typeOf(field: FieldSchema): string {
  if (field.enum) return field.enum.map(code).join(', ');
  if (field.anyOf) return field.anyOf.map(typeOf).join(' or ');
  if (field.items) return field.items.properties ? 'list of groups, see below' : `list of ${typeOf(field.items)}`;
  if (field.properties) return 'group, see below';
  if (isDuration(field)) return 'duration: `30s`, `5m`, `2h`, `1d`';
  return (
    { string: field.format === 'uri' ? 'web address' : 'text', boolean: 'yes or no' }[field.type ?? ''] ??
    field.type ??
    ''
  );
}

/** A duration is text in the file, and its default looks like one. */
function isDuration({ default: preset }: FieldSchema): boolean {
  return typeof preset === 'string' && /^\d+[smhd]$/.test(preset);
}

function defaultOf({ default: preset, properties }: FieldSchema): string {
  if (preset === undefined || properties) return '–';
  return Array.isArray(preset) && preset.length === 0 ? 'none' : code(String(preset));
}

function exampleOf(name: string, { examples, anyOf = [] }: FieldSchema): string {
  const [example] = examples ?? anyOf.flatMap((one) => one.examples ?? []);
  if (example === undefined) return '';
  return code(
    stringify({ [name]: example }, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false })
      .trim()
      .replace(/^\{(?<inner>.*)\}$/, '$<inner>'),
  );
}
