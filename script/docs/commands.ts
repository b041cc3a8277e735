import { COMMAND, usageOf, type Verb, verbs } from '../../src/slack/grammar.ts';
import { code, table } from './markdown.ts';

/** What people type in Slack, for the README. */
export function commandTable(): string {
  const names = Object.keys(verbs) as Verb[]; // the keys of a literal object
  const rows = names.map((verb) => [code(usageOf(verb)), verbs[verb].help, code(`${COMMAND} ${verbs[verb].example}`)]);
  return table(['Command', 'What it does', 'Example'], rows);
}
