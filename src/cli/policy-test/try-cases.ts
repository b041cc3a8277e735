import { filesIn, textOf, unreadable } from '../../config/services.ts';
import type { Service } from '../../domain/service.ts';
import { type PolicyCase, readPolicyCases } from './case-file.ts';
import { type Apart, linesApart } from './lines-apart.ts';
import { play } from './play.ts';
import { lineOf } from './telling.ts';

export type TriedPolicy =
  | {
      readonly kind: 'lived';
      readonly name: string;
      readonly lines: readonly Apart[];
      readonly steps: readonly string[];
    }
  /** The case itself is wrong: why, and what to do. */
  | { readonly kind: 'untried'; readonly name: string; readonly why: string };

export interface TriedPolicyFile {
  readonly file: string;
  readonly cases: readonly TriedPolicy[];
  /** What is wrong with the file, one sentence each; then it has no cases. */
  readonly problems: readonly string[];
}

/** Tries all policy cases of a folder on the services; `null` when the folder cannot be read. */
export function tryPolicyCases(dir: string, services: readonly Service[]): TriedPolicyFile[] | null {
  const tryOne = (file: string): TriedPolicyFile => {
    const yaml = textOf(dir, file);
    return yaml === null ? { file, cases: [], problems: [unreadable(file)] } : tryPolicyFile(yaml, file, services);
  };
  return filesIn(dir)?.map(tryOne) ?? null;
}

/** Tries the cases of one file. */
export function tryPolicyFile(yaml: string, file: string, services: readonly Service[]): TriedPolicyFile {
  const read = readPolicyCases(yaml, file);
  if (!read.ok) return { file, cases: [], problems: read.problems };
  return { file, cases: read.value.map((one) => tryCase(one, services)), problems: [] };
}

function tryCase(one: PolicyCase, services: readonly Service[]): TriedPolicy {
  const played = play(one, services);
  if (!played.ok) {
    const { message, hint = '' } = played.rejection;
    return { kind: 'untried', name: one.name, why: `${message} ${hint}`.trim() };
  }
  const { told, service } = played.value;
  const lines = told.map((event) => lineOf(event, one.at));
  const steps = told.flatMap((event) => (event.type === 'page_due' ? [`${service.name}/${event.step}`] : []));
  return { kind: 'lived', name: one.name, lines: linesApart(one.expect, lines), steps: [...new Set(steps)] };
}

/** Whether a case came out as expected. */
export function isAsExpected(one: TriedPolicy): boolean {
  return one.kind === 'lived' && one.lines.every(({ kind }) => kind === 'same');
}

/** `service/path/L2.1` of the steps that told nobody in any case, in the order of the files. */
export function untriedSteps(services: readonly Service[], tried: readonly TriedPolicyFile[]): string[] {
  const reached = new Set(
    tried.flatMap(({ cases }) => cases.flatMap((one) => (one.kind === 'lived' ? one.steps : []))),
  );
  return services
    .flatMap(({ name, escalation }) =>
      (escalation?.paths ?? []).flatMap(({ steps }) => steps.map(({ id }) => `${name}/${id}`)),
    )
    .filter((step) => !reached.has(step));
}
