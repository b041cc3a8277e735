import { parse } from 'yaml';
import type { Workflow } from './workflows.ts';

type Fields = Readonly<Record<string, unknown>>;
const KEYS = ['ref', 'inputs'];

/** Why GitHub does not start a workflow with this body, in its words; `null`: it does. */
export function dispatchRefusal({ text, state }: Workflow, body: Fields, isOld: boolean): string | null {
  const known = isOld ? KEYS : [...KEYS, 'return_run_details'];
  const stranger = Object.keys(body).find((key) => !known.includes(key));
  if (stranger !== undefined) return `Invalid request.\n\n"${stranger}" is not a permitted key.`;
  if (typeof body.ref !== 'string') return 'Invalid request.\n\n"ref" wasn\'t supplied.';
  if (state !== 'active') return "Cannot trigger a 'workflow_dispatch' on a disabled workflow";
  const on = (parse(text) as Fields).on as Fields;
  if (!Object.hasOwn(on, 'workflow_dispatch')) return "Workflow does not have 'workflow_dispatch' trigger";
  return wrongInputs(((on.workflow_dispatch as Fields | null)?.inputs ?? {}) as Fields, (body.inputs ?? {}) as Fields);
}

function wrongInputs(known: Fields, given: Fields): string | null {
  const strangers = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  if (strangers.length > 0) return `Unexpected inputs provided: ${JSON.stringify(strangers)}`;
  const missing = Object.entries(known).find(
    ([name, one]) => (one as Fields | null)?.required === true && !(name in given),
  );
  return missing ? `Required input '${missing[0]}' not provided` : null;
}
