import { SetupError } from '../../app/errors.ts';
import { resolved, type Variables, variablesIn } from '../../config/variables.ts';
import type { Json } from '../../domain/action.ts';
import type { Incident } from '../../domain/incident.ts';
import { filledIn, placeholdersIn } from '../../domain/placeholders.ts';
import type { Run } from '../../domain/run.ts';
import { inHeader } from '../../http/signed-headers.ts';
import type { Place } from '../target.ts';

type Values = Readonly<Record<string, string>>;

/** What placeholders in a plan's texts stand for: kept with it, so that the texts are filled in once, when they are sent. */
export type Known = {
  /** What the owner wrote: a part of an address may be in it. */
  readonly own: Values;
  /** What somebody typed, or another system said: in an address it is encoded. */
  readonly foreign: Values;
};

/** What is known only when a run begins, and what each stands for. */
export const OF_THE_RUN = ['incident', 'title', 'severity', 'reason', 'requested_by'] as const;
const MOST_OF_A_TEXT = 500;

/**
 * The values that texts need, and no others. Throws SetupError that names the one that is missing, but for what will be known `later`:
 * `OF_THE_RUN` when it begins, `reference` when an answer has come.
 */
export function knownFor(
  { values, fill }: Pick<Place, 'values' | 'fill'>,
  inputs: Values,
  texts: Json,
  later: readonly string[] = [],
): Known {
  const own: Record<string, string> = {};
  const foreign: Record<string, string> = {};
  for (const name of new Set(textsIn(texts).flatMap(placeholdersIn))) {
    if (Object.hasOwn(inputs, name)) foreign[name] = inputs[name] ?? '';
    else if (Object.hasOwn(values, name)) own[name] = values[name] ?? '';
    else if (!later.includes(name)) fill(`{${name}}`);
  }
  return { own, foreign };
}

/** `known`, with what a run is about. What the owner calls by one of its names stays the owner's. */
export function withRun(known: Known, incident: Incident, { requestedBy, reason }: Run): Known {
  const { id, title, severity } = incident;
  const said: Record<(typeof OF_THE_RUN)[number], string> = {
    ...{ incident: id, title, severity, reason, requested_by: requestedBy },
  };
  const capped = Object.entries(said).map(([name, text]) => [name, text.slice(0, MOST_OF_A_TEXT).toWellFormed()]);
  return { own: known.own, foreign: { ...Object.fromEntries(capped), ...known.foreign } };
}

/** `known`, to see where a request will go before it is known what for. */
export function beforeRun({ own, foreign }: Known): Known {
  return { own, foreign: { ...Object.fromEntries(OF_THE_RUN.map((name) => [name, name])), ...foreign } };
}

export function withReference(known: Known, reference: string): Known {
  return { ...known, foreign: { ...known.foreign, reference } };
}

/** A plain text, with all values as they are. Throws SetupError for one that is not there. */
export function textOf(template: string, { own, foreign }: Known): string {
  const { text, missing } = filledIn(template, { ...foreign, ...own });
  if (missing.length > 0) throw new SetupError(`{${missing[0]}} has no value here.`);
  return text;
}

/** JSON with its texts filled in: a value ends up within one text of it, whatever is in that value. */
export function jsonOf(template: Json, known: Known): Json {
  if (typeof template === 'string') return textOf(template, known);
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((one: Json) => jsonOf(one, known));
  return Object.fromEntries(Object.entries(template).map(([name, one]) => [name, jsonOf(one as Json, known)]));
}

/** A web address; what is foreign cannot leave its place in it. Throws SetupError in words that repeat no variable. */
export function addressOf(template: string, { own, foreign }: Known, variables: Variables): string {
  const encoded = Object.entries(foreign).map(([name, value]) => [name, encodedIn(template, name, value)]);
  const address = withVariables(template, variables, (text) =>
    textOf(text, { own, foreign: Object.fromEntries(encoded) }),
  );
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SetupError(`“${template.slice(0, 80)}” is no web address here: it must begin with https:// or http://.`);
  }
  if (url.username === '' && url.password === '') return url.href;
  throw new SetupError(
    `“${template.slice(0, 80)}” holds a user name or a password: give them as a header, from a variable.`,
  );
}

/** Dots alone would climb up in the path. */
function encodedIn(template: string, name: string, value: string): string {
  const isUsed = placeholdersIn(template).includes(name);
  if (isUsed && /^\.*$/.test(value)) throw new SetupError(`{${name}} is “${value}”, which cannot stand in an address.`);
  return encodeURIComponent(value.toWellFormed());
}

/** The value of a header; what is foreign cannot begin another one. */
export function headerValue(template: string, { own, foreign }: Known, variables: Variables): string {
  const encoded = Object.fromEntries(Object.entries(foreign).map(([name, value]) => [name, inHeader(value)]));
  const value = withVariables(template, variables, (text) => textOf(text, { own, foreign: encoded }));
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new SetupError(`“${template.slice(0, 80)}” holds characters that no header can carry.`);
}

/** What a variable holds. Throws SetupError when it is not set. */
export function secretOf(text: string, variables: Variables): string {
  const held = resolved(text, variables);
  if (held === null) throw new SetupError(`${text} is not set where Tocsin runs.`);
  return held;
}

/** Throws SetupError for the first variable in the texts that is not set. */
export function needSecrets(texts: Json, variables: Variables): void {
  for (const name of textsIn(texts).flatMap(variablesIn)) secretOf(`\${${name}}`, variables);
}

/** What the variables in texts hold: to be hidden, should somebody answer with it. */
export function secretsIn(texts: Json, variables: Variables): string[] {
  const held = textsIn(texts)
    .flatMap(variablesIn)
    .map((name) => variables[name]?.trim() ?? '');
  return held.filter((one) => one.length >= SHORTEST_SECRET);
}

const SHORTEST_SECRET = 6;

/** A bearer token in a header. */
export function bearer(token: string, variables: Variables): string {
  return headerValue(`Bearer ${token}`, { own: {}, foreign: {} }, variables);
}

const VARIABLE = /(\$\{[A-Z][A-Z0-9_]*\})/;

/** Only what the service file itself calls a variable is one: never what comes with a value. */
function withVariables(template: string, variables: Variables, fill: (text: string) => string): string {
  const parts = template.split(VARIABLE);
  return parts.map((part, i) => (i % 2 === 1 ? secretOf(part, variables) : fill(part))).join('');
}

function textsIn(template: Json): string[] {
  if (typeof template === 'string') return [template];
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap((one) => textsIn(one as Json));
}
