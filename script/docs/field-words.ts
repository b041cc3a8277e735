import { stringify } from 'yaml';
import { type FieldSchema, namedByWriter } from '../../src/config/field-schema.ts';
import { code } from './markdown.ts';

/** What may be written there, as a cell of a table. */
export function typeOf(field: FieldSchema): string {
  if (field.const !== undefined) return code(String(field.const));
  if (field.enum) return field.enum.map(code).join(', ');
  if (field.anyOf) return [...new Set(field.anyOf.map(typeOf))].join(' or ');
  if (field.items) return `list of ${plural(field.items)}`;
  const named = namedByWriter(field);
  if (named) return `${plural(named)} by name`;
  if (field.properties) return isSmall(field) ? code(`{ ${Object.keys(field.properties).join()}: … }`) : 'group';
  return isDuration(field) ? 'duration' : (WORDS[field.type ?? ''] ?? field.type ?? '');
}

const WORDS: Readonly<Record<string, string>> = { string: 'text', boolean: '`true` or `false`' };

function plural(field: FieldSchema): string {
  if (field.properties) return 'groups';
  return field.type === 'string' && !field.enum ? 'texts' : typeOf(field);
}

/** A group whose only field needs no words of its own: it is told where it stands. */
export function isSmall({ properties }: FieldSchema): boolean {
  const fields = Object.values(properties ?? {});
  return fields.length === 1 && fields[0]?.description === undefined;
}

/** A duration is text in the file, and its default or its example looks like one. */
function isDuration({ default: preset, examples = [] }: FieldSchema): boolean {
  return [preset, ...examples].some((one) => typeof one === 'string' && /^\d+[smhd]$/.test(one));
}

/** What holds when nothing is written, as a cell of a table. */
export function defaultOf({ default: preset, properties }: FieldSchema): string {
  if (preset === undefined || preset === '' || properties) return '–';
  if (typeof preset !== 'object' || preset === null) return code(String(preset));
  return Object.keys(preset).length === 0 ? 'none' : code(inFlow(preset));
}

/** `name: value`, as one would write it on one line. */
export function exampleOf(name: string, { examples, anyOf = [] }: FieldSchema): string {
  const [example] = examples ?? anyOf.flatMap((one) => one.examples ?? []);
  if (example === undefined) return '';
  return code(inFlow({ [name]: example }).replace(/^\{(?<inner>.*)\}$/, '$<inner>'));
}

function inFlow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
}
