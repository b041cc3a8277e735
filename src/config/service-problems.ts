import { type Document, isNode, type LineCounter } from 'yaml';
import type { z } from 'zod';
import { fieldAt } from './service-schema.ts';

type Issue = z.core.$ZodIssue;

/** Where in a YAML file something stands. */
export interface Written {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** What is wrong with a service file, one sentence each: `checkout.yml:14 alarms[2].severity: Write one of P0, P1, P2, P3`. */
export function sentencesOf(issues: readonly Issue[], written: Written): string[] {
  const placed = issues.map((issue) => ({ issue, line: lineOf(issue, written) })).sort((a, b) => a.line - b.line);
  return placed.flatMap(({ issue, line }) =>
    wordsOf(issue).map(
      ({ path, words }) => `${written.file}:${line} ${path.length > 0 ? `${pathWords(path)}: ` : ''}${words}`,
    ),
  );
}

interface Said {
  readonly path: readonly PropertyKey[];
  readonly words: string;
}

function wordsOf(issue: Issue): Said[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = Object.keys(fieldAt(path)?.properties ?? {}).join(', ');
      return issue.keys.map((key) => ({
        path: [...path, key],
        words: `There is no such field. Here may stand: ${known}`,
      }));
    }
    case 'invalid_value':
      return [{ path, words: isMissing(issue) ? missing(path) : `Write one of ${issue.values.join(', ')}` }];
    case 'invalid_type':
      return [{ path, words: isMissing(issue) ? missing(path) : wrongType(issue) }];
    case 'invalid_union':
      return [{ path, words: isMissing(issue) ? missing(path) : issue.message }];
    case 'too_small':
      return [{ path, words: `Write at least ${amount(issue.minimum, issue.origin)}` }];
    case 'too_big':
      return [{ path, words: `Write at most ${amount(issue.maximum, issue.origin)}` }];
    default:
      return [{ path, words: issue.message }];
  }
}

function amount(limit: number | bigint, origin: string): string {
  const unit = origin === 'string' ? 'character' : 'entry';
  return limit === 1 ? `one ${unit}` : `${limit} ${unit === 'entry' ? 'entries' : `${unit}s`}`;
}

function missing(path: readonly PropertyKey[]): string {
  return `This is missing. ${fieldAt(path)?.description ?? ''}`.trim();
}

function isMissing(issue: Issue): boolean {
  return 'input' in issue && issue.input === undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text; put it in quotes if YAML takes it for something else',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields, each as `name: value`',
};

function wrongType({ expected, input }: Extract<Issue, { code: 'invalid_type' }>): string {
  const found = input === null ? 'nothing' : Array.isArray(input) ? 'a list' : `a ${typeof input}`;
  return `Write ${KINDS[expected] ?? `a ${expected}`} (there is ${found === 'a object' ? 'a group of fields' : found})`;
}

function pathWords(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** The line of the thing itself, or of what it is missing from. */
function lineOf(issue: Issue, { document, lines }: Written): number {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const start = isNode(node) ? node.range?.[0] : undefined;
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}
