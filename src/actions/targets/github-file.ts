import { parse } from 'yaml';
import type { PlanCheck } from '../../domain/plan.ts';
import { type Fields, fieldsOf } from '../../sources/foreign-fields.ts';

/** What is looked for in the file of a workflow before it is started. */
export interface Wanted {
  readonly inputs: readonly string[];
  readonly correlation: string | null;
}

/** A file that is longer is no workflow that anybody wrote. */
const LONGEST = 200_000;

/**
 * What the file of a workflow says of being started with these inputs: GitHub refuses unknown ones, and a run shows its correlation
 * only where `run-name` does. `text` `null`: it could not be read.
 */
export function fileChecks(text: string | null, { inputs, correlation }: Wanted): PlanCheck[] {
  const dispatch = text === null ? null : dispatchOf(text);
  if (text === null || dispatch === 'unreadable')
    return [{ isWell: null, text: 'The file of the workflow could not be read: the token may not, or it is no YAML.' }];
  if (dispatch === null)
    return [{ isWell: false, text: 'The workflow cannot be started from outside: it has no `workflow_dispatch`.' }];
  const given = [...inputs, ...(correlation === null ? [] : [correlation])];
  const known = fieldsOf(dispatch.inputs) ?? {};
  const strangers = given.filter((name) => !Object.hasOwn(known, name));
  const missing = Object.entries(known).filter(([name, one]) => isRequired(one) && !given.includes(name));
  return [
    ...strangers.map((name) => ({ isWell: false, text: `The workflow has no input “${name}”.` })),
    ...missing.map(([name]) => ({ isWell: false, text: `The workflow wants the input “${name}”.` })),
    ...correlationCheck(text, correlation),
  ];
}

function correlationCheck(text: string, correlation: string | null): PlanCheck[] {
  if (correlation === null)
    return [
      { isWell: null, text: 'Without `correlation` a lost answer cannot be found again: it would end as unknown.' },
    ];
  const name = String(parsed(text)?.['run-name'] ?? '');
  return name.includes(correlation)
    ? [{ isWell: true, text: 'Its runs show whose they are: a lost answer is found again.' }]
    : [
        {
          isWell: null,
          text: `Its \`run-name\` does not show “${correlation}”: a lost answer could not be found again.`,
        },
      ];
}

function isRequired(input: unknown): boolean {
  const fields = fieldsOf(input);
  return fields?.required === true && fields.default === undefined;
}

/** `on` may be a word, a list of words, or a mapping. */
function dispatchOf(text: string): Fields | null | 'unreadable' {
  const file = parsed(text);
  if (!file) return 'unreadable';
  const on = file.on;
  const words = Array.isArray(on) ? on : [on];
  if (words.includes('workflow_dispatch')) return {};
  const events = fieldsOf(on);
  return events && 'workflow_dispatch' in events ? (fieldsOf(events.workflow_dispatch) ?? {}) : null;
}

function parsed(text: string): Fields | null {
  if (text.length > LONGEST) return null;
  try {
    return fieldsOf(parse(text, { maxAliasCount: 20 }));
  } catch {
    return null;
  }
}
