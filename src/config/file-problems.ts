import type { z } from 'zod';
import { nearest } from '../domain/nearest.ts';
import { type FieldSchema, fieldAt } from './field-schema.ts';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong or odd, at a place such as `['alarms', 2, 'runbook']`. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly words: string;
}

/** What an issue says in words that tell what to write, with the place of each thing that it is about. */
export function wordsOf(issue: Issue, schema: FieldSchema): Finding[] {
  const { path } = issue;
  if (isMissing(issue)) return [{ path, words: `This is missing. ${fieldAt(schema, path)?.description ?? ''}`.trim() }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], words: noSuchField(key, fieldAt(schema, path)) }));
    case 'invalid_key':
      return [
        { path, words: `${JSON.stringify(path.at(-1))} cannot be a name here. ${issue.issues[0]?.message ?? ''}` },
      ];
    case 'invalid_value':
      return [{ path, words: `Write one of ${issue.values.join(', ')}` }];
    case 'invalid_type':
      return [{ path, words: wrongType(issue) }];
    case 'invalid_union':
      return withinUnion(issue, schema);
    case 'too_small':
      return [{ path, words: `Write ${amount('at least', issue.minimum, issue.origin)}` }];
    case 'too_big':
      return [{ path, words: `Write ${amount('at most', issue.maximum, issue.origin)}` }];
    default:
      return [{ path, words: issue.message }];
  }
}

function isMissing(issue: Issue): boolean {
  return 'input' in issue && issue.input === undefined && issue.code !== 'unrecognized_keys';
}

function noSuchField(key: string, group: FieldSchema | undefined): string {
  const known = Object.keys(group?.properties ?? group?.anyOf?.find(({ properties }) => properties)?.properties ?? {});
  const near = nearest(key, known);
  const guess = near === null ? '' : ` Did you mean ${near}?`;
  return `There is no such field.${guess} Here may stand: ${known.join(', ')}`;
}

/** Where only one of several forms is meant, what is wrong with it is said; else which forms there are. */
function withinUnion(issue: Extract<Issue, { code: 'invalid_union' }>, schema: FieldSchema): Finding[] {
  const meant = issue.errors.filter(
    (issues) => !issues.some(({ code, path }) => path.length === 0 && isOtherForm(code)),
  );
  const [only, ...more] = meant;
  const isText = typeof issue.input === 'string';
  if (!only || more.length > 0 || isText) return [{ path: issue.path, words: issue.message }];
  return only.flatMap((one) => wordsOf({ ...one, path: [...issue.path, ...one.path] }, schema));
}

function isOtherForm(code: Issue['code']): boolean {
  return code === 'invalid_type' || code === 'invalid_value';
}

function amount(bound: string, limit: number | bigint, origin: string): string {
  if (origin === 'number' || origin === 'int') return `a number of ${bound} ${limit}`;
  const [one, many] = origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
  return `${bound} ${limit === 1 ? `one ${one}` : `${limit} ${many}`}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text; put it in quotes if YAML takes it for something else',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields, each as `name: value`',
  record: 'fields, each as `name: value`',
};

function wrongType({ expected, input }: Extract<Issue, { code: 'invalid_type' }>): string {
  return `Write ${KINDS[expected] ?? `a ${expected}`} (there is ${kindOf(input)})`;
}

function kindOf(input: unknown): string {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a group of fields';
  return typeof input === 'string' ? 'text' : `a ${typeof input}`;
}
