import { filesIn, textOf, unreadable } from '../../config/services.ts';
import type { AlarmRule, Service } from '../../domain/service.ts';
import { type Case, readCases } from './case-file.ts';
import { judge, type Verdict } from './judge.ts';

/** One expectation that was not met. */
export interface Miss {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

export type Tried =
  | { readonly kind: 'decided'; readonly name: string; readonly verdict: Verdict; readonly misses: readonly Miss[] }
  /** The case itself is wrong: why, and what to do. */
  | { readonly kind: 'untried'; readonly name: string; readonly why: string };

export interface TriedFile {
  readonly file: string;
  readonly cases: readonly Tried[];
  /** What is wrong with the file, one sentence each; then it has no cases. */
  readonly problems: readonly string[];
}

/** Tries all cases of a folder on the services; `null` when the folder cannot be read. */
export function tryCases(dir: string, services: readonly Service[]): TriedFile[] | null {
  const tryOne = (file: string): TriedFile => {
    const yaml = textOf(dir, file);
    return yaml === null ? { file, cases: [], problems: [unreadable(file)] } : tryFile(yaml, file, services);
  };
  return filesIn(dir)?.map(tryOne) ?? null;
}

/** Tries the cases of one file. */
export function tryFile(yaml: string, file: string, services: readonly Service[]): TriedFile {
  const read = readCases(yaml, file);
  if (!read.ok) return { file, cases: [], problems: read.problems };
  return { file, cases: read.value.map((one) => tryCase(one, services)), problems: [] };
}

function tryCase(one: Case, services: readonly Service[]): Tried {
  const judged = judge(one, services);
  if (!judged.ok) {
    const { message, hint = '' } = judged.rejection;
    return { kind: 'untried', name: one.name, why: `${message} ${hint}`.trim() };
  }
  return { kind: 'decided', name: one.name, verdict: judged.value, misses: missesOf(one, judged.value) };
}

function missesOf({ expect }: Case, { found }: Verdict): Miss[] {
  return Object.entries(expect).flatMap(([field, expected]) => {
    const actual = found[field as keyof typeof found]; // the schema knows no other names
    return expected === undefined || expected === actual
      ? []
      : [{ field, expected: String(expected), found: String(actual) }];
  });
}

/** `service/rule` of the rules that decided no case, in the order of the files. */
export function unreached(services: readonly Service[], tried: readonly TriedFile[]): string[] {
  const reached = new Set<AlarmRule | null>(
    tried.flatMap(({ cases }) => cases.flatMap((one) => (one.kind === 'decided' ? one.verdict.route.rule : []))),
  );
  return services.flatMap(({ name, rules }) =>
    rules.filter((rule) => !reached.has(rule)).map(({ id }) => `${name}/${id}`),
  );
}
