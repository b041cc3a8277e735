import { parseDuration } from '../domain/duration.ts';
import { nearest } from '../domain/nearest.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import { SEVERITIES, type Severity } from '../domain/severity.ts';
import { readOffer } from './offer-words.ts';
import { IncidentId, RunId } from './values.ts';
import { type ArgumentKind, SYNONYMS, type Verb, verbs } from './verbs.ts';

export { type Verb, verbs } from './verbs.ts';

/** What people type after `/incident`, and after `@Tocsin` in a thread. Help, the README's table and the manifest come from here. */
export const COMMAND = '/incident';

/** What was asked for. An argument that was not given is `null`: the handler takes it from the thread or opens a form. */
export interface Call {
  readonly verb: Verb;
  readonly incident: string | null;
  readonly service: string | null;
  /** A Slack user id, or `me`. */
  readonly person: string | null;
  readonly severity: Severity | null;
  /** 0: what was put off is not any more. */
  readonly durationMs: number | null;
  readonly days: number | null;
  /** The number of a step, as the runbook shows it. */
  readonly step: number | null;
  readonly about: Verb | null;
  /** `INC-7.1` */
  readonly run: string | null;
  /** Of the autopilot. */
  readonly turn: 'on' | 'off' | null;
  /** Names of an action and of a service, as they were written: only the service files tell which is which. */
  readonly names: readonly string[];
  /** What was said beside an action: `name=value`, and `to` for where it shall go. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly text: string;
}

const NOTHING: Omit<Call, 'verb'> = {
  incident: null,
  service: null,
  person: null,
  severity: null,
  durationMs: null,
  days: null,
  step: null,
  about: null,
  run: null,
  turn: null,
  names: [],
  inputs: {},
  text: '',
};

/**
 * Reads what somebody typed. Nothing at all means `list`; a word nobody knows gets the nearest verb suggested; an argument of
 * the wrong form is refused with the usage line. Slack's escaped forms (`<@U1|name>`) and plain `INC-7`, `inc-7`, `7` are read.
 */
export function parseCall(text: string): Result<Call> {
  const [word = '', ...rest] = text.trim().split(/\s+/);
  if (word === '') return ok({ verb: 'list', ...NOTHING });

  const verb = verbOf(word);
  if (!verb) return unknownVerb(word);
  const narrower = verb === 'oncall' ? verbOf(rest[0] ?? '') : null; // `oncall override …` is `override …`
  if (narrower && ON_CALL.includes(narrower)) return readArguments(narrower, rest.slice(1));
  return isOfWords(verb) ? readOfferCall(verb, rest) : readArguments(verb, rest);
}

const ON_CALL: readonly Verb[] = ['override', 'cover', 'handoff', 'contact'];

export function isVerb(word: string): word is Verb {
  return Object.hasOwn(verbs, word);
}

function verbOf(word: string): Verb | null {
  const lower = word.toLowerCase();
  if (isVerb(lower)) return lower;
  return Object.hasOwn(SYNONYMS, lower) ? (SYNONYMS[lower] ?? null) : null;
}

function unknownVerb(word: string): Result<never> {
  const near = nearest(word.toLowerCase(), [...Object.keys(verbs), ...Object.keys(SYNONYMS)]);
  const shown = word.length > 40 ? `${word.slice(0, 39)}…` : word;
  const suggestion = near ? `Did you mean ${COMMAND} ${near}? ` : '';
  return reject('bad_input', `I don't know “${shown}”.`, `${suggestion}All verbs: ${COMMAND} help`);
}

/** The words of these verbs come in any order. */
function readOfferCall(verb: Verb, words: readonly string[]): Result<Call> {
  const { unread, ...offer } = readOffer(words, readIncident);
  return unread.length > 0 ? unreadable(verb, unread) : ok({ verb, ...NOTHING, ...offer });
}

function isOfWords(verb: Verb): boolean {
  return kindsOf(verb).includes('offer');
}

function kindsOf(verb: Verb): readonly ArgumentKind[] {
  return verbs[verb].args;
}

function readArguments(verb: Verb, words: readonly string[]): Result<Call> {
  let call: Call = { verb, ...NOTHING };
  let left = [...words];
  for (const kind of kindsOf(verb)) {
    if (kind === 'text') {
      call = { ...call, text: left.join(' ') };
      left = [];
      continue;
    }
    const [word] = left;
    const isPlainNumber = kind === 'incident' && takesNumber(verb) && /^\d+$/.test(word ?? ''); // "note 3 pods restarted", "done 3"
    const read = word === undefined || isPlainNumber ? null : readers[kind](word);
    if (read) {
      call = { ...call, ...read };
      left = left.slice(1);
    }
  }
  const unread = unreadOf(call, left);
  return unread.length > 0 ? unreadable(verb, unread) : ok(call);
}

function unreadable(verb: Verb, words: readonly string[]): Result<never> {
  return reject('bad_input', `I could not read “${words.join(' ').slice(0, 80)}”.`, `Usage: ${usageOf(verb)}`);
}

/** What is left over. What stands where a person is meant and is none is no note to them; what is neither on nor off is no reason. */
function unreadOf({ verb, person, turn, text }: Call, left: readonly string[]): readonly string[] {
  const isNoPerson = verb === 'assign' && person === null;
  const isNoReason = verb === 'autopilot' && turn !== 'off'; // whoever switches it on is not asked why
  return (isNoPerson || isNoReason) && text !== '' ? [text] : left;
}

/** Whether a plain number after the verb means something else than an incident: words, or the number of a step. */
function takesNumber(verb: Verb): boolean {
  const args = kindsOf(verb);
  return args[1] === 'text' || args[1] === 'step';
}

/** Each reads one word, or says that it is not its kind (`null`): arguments are told apart by their form, so any may be left out. */
const readers: Readonly<Record<Exclude<ArgumentKind, 'text'>, (word: string) => Partial<Call> | null>> = {
  incident: readIncident,
  run: (word) => {
    const id = RunId.safeParse(withPrefix(word));
    return id.success ? { run: id.data } : readIncident(word); // the one of that incident, if there is only one
  },
  offer: () => null, // its words come in any order: see `readOfferCall`
  turn: (word) => {
    const lower = word.toLowerCase();
    return lower === 'on' || lower === 'off' ? { turn: lower } : null;
  },
  service: (word) => (/^[a-z][a-z0-9-]{0,62}$/.test(word) && parseDuration(word) === null ? { service: word } : null),
  person: (word) => {
    if (word.toLowerCase() === 'me') return { person: 'me' };
    const id = /^<@(?<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word)?.groups?.id;
    return id ? { person: id } : null;
  },
  severity: (word) => {
    const severity = SEVERITIES.find((one) => one === word.toUpperCase());
    return severity ? { severity } : null;
  },
  duration: (word) => {
    const ms = parseDuration(word);
    return ms === null ? null : { durationMs: ms };
  },
  snooze: (word) => {
    if (/^(?:off|end)$/i.test(word)) return { durationMs: 0 };
    const ms = parseDuration(word);
    return ms === null ? null : { durationMs: ms };
  },
  days: (word) => {
    const days = /^(?<days>[1-9]\d{0,2})d$/.exec(word.toLowerCase())?.groups?.days;
    return days ? { days: Number(days) } : null;
  },
  step: (word) => {
    const step = /^#?(?<step>[1-9]\d?)\.?$/.exec(word)?.groups?.step;
    return step ? { step: Number(step) } : null;
  },
  verb: (word) => {
    const verb = verbOf(word);
    return verb ? { about: verb } : null;
  },
};

function readIncident(word: string): { readonly incident: string } | null {
  const id = IncidentId.safeParse(withPrefix(word));
  return id.success ? { incident: id.data } : null;
}

function withPrefix(word: string): string {
  return word.toUpperCase().replace(/^(?:INC-?)?(?=\d)/, 'INC-');
}

/** `/incident resolve [INC-n] [what fixed it]` */
export function usageOf(verb: Verb): string {
  return `${COMMAND} ${verb} ${verbs[verb].usage}`.trim();
}
