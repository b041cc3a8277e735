import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { FieldSchema } from './field-schema.ts';
import { type Finding, wordsOf } from './file-problems.ts';

/** A file as a person wrote it: finds the line of what is wrong. */
export interface Written {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** What a kind of file may say: the schema that decides, and its description, from which the words of problems are taken. */
export interface FileKind<T> {
  readonly schema: z.ZodType<T>;
  readonly described: () => FieldSchema;
}

export type ReadFile<T> =
  | { readonly ok: true; readonly value: T; readonly written: Written }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads one file of YAML, or says everything that is wrong with it, where, and what to write instead. */
export function readYaml<T>(yaml: string, file: string, { schema, described }: FileKind<T>): ReadFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const written = { file, document, lines };
  if (document.errors.length > 0) {
    return { ok: false, problems: syntaxProblems(written) };
  }
  const content = contentOf(document);
  if (!content.ok) return { ok: false, problems: [`${file}:1 ${content.words}`] };
  const parsed = schema.safeParse(content.value, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data, written };
  const findings = withoutConsequences(parsed.error.issues).flatMap((issue) => wordsOf(issue, described()));
  return { ok: false, problems: sentencesOf(findings, written) };
}

/** Of what YAML does not understand only the first is told: the rest follows from it, line after line. */
function syntaxProblems({ file, document, lines }: Written): string[] {
  const place = (at: number) => `${file}:${lines.linePos(at).line}`;
  const [first] = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  const hint = 'Text with a colon, a #, or brackets in it stands in quotes';
  if (first) return [`${place(first.pos[0])} This is not YAML: ${first.message}. ${hint}`];
  return document.errors.map(({ pos, message }) => `${place(pos[0])} ${message}: keep one of the two`);
}

/** Where a field is misspelt, a rule about the group says only that the right one is missing. */
function withoutConsequences(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const misspelt = issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('\n'));
  return issues.filter(({ code, path }) => code !== 'custom' || !misspelt.includes(path.join('\n')));
}

/** An alias may be repeated so often that the text it stands for would fill the memory: the library throws then. */
function contentOf(document: Document): { ok: true; value: unknown } | { ok: false; words: string } {
  try {
    return { ok: true, value: document.toJS() ?? {} };
  } catch (error) {
    return { ok: false, words: `Write it without so many aliases: ${error instanceof Error ? error.message : 'YAML'}` };
  }
}

/** One sentence each, in the order of the file: `checkout.yml:14 alarms[2].severity: Write one of P0, P1, P2, P3`. */
export function sentencesOf(findings: readonly Finding[], written: Written): string[] {
  return findings
    .map(({ path, words }) => ({ words, where: pathWords(path), line: lineOf(path, written) }))
    .sort((a, b) => a.line - b.line)
    .map(({ words, where, line }) => `${written.file}:${line} ${where === '' ? '' : `${where}: `}${words}`);
}

/** `alarms[2].when.labels.team`; names that are no plain words stand in quotes. */
function pathWords(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      return /^[\w-]+$/.test(name) ? `${i > 0 ? '.' : ''}${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
}

/** The line of the thing itself, or of what it is missing from. A name stands on the line of its value or above it. */
function lineOf(path: readonly PropertyKey[], { document, lines }: Written): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const start = isNode(node) ? node.range?.[0] : undefined;
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}
