import type { PersonCommand } from '../src/domain/decide.ts';
import type { Actor, Incident } from '../src/domain/incident.ts';
import type { Call, Verb } from '../src/slack/grammar.ts';
import { durationWords } from '../src/stats/duration-words.ts';
import type { CardForm } from './card-forms.ts';

/** Verbs that change an incident. The others only answer. */
export type ChangeVerb = Extract<
  Verb,
  | 'ack'
  | 'mitigate'
  | 'resolve'
  | 'reopen'
  | 'take'
  | 'assign'
  | 'severity'
  | 'note'
  | 'followup'
  | 'silence'
  | 'confirm'
  | 'back'
  | 'escalate'
  | 'snooze'
>;

interface ChangeSpec {
  /** The command, when everything it needs was said; `null` asks for the rest with a form. */
  readonly command: (call: Call, by: Actor) => PersonCommand | null;
  readonly form: CardForm | null;
  /** Whether the only incident that can be meant is taken, when none is named. Never for what hurts when it is the wrong one. */
  readonly mayGuess: boolean;
  /** What the person hears when it worked; everybody else sees it on the card. */
  readonly said: (incident: Incident, call: Call) => string;
}

/** One line per verb: forgetting one is a compile error. */
export const changes: { readonly [V in ChangeVerb]: ChangeSpec } = {
  ack: {
    command: (_, by) => ({ type: 'acknowledge', by }),
    form: null,
    mayGuess: true,
    said: ({ id, title }) => `${id} is yours: ${title}`,
  },
  mitigate: {
    command: (_, by) => ({ type: 'mitigate', by }),
    form: null,
    mayGuess: false,
    said: ({ id }) => `${id} is mitigated: the impact is over, the work is not.`,
  },
  resolve: {
    command: ({ text }, by) => (text === '' ? null : { type: 'resolve', by, seen: null, text, note: null }),
    form: 'resolve',
    mayGuess: false,
    said: ({ id }) => `${id} is resolved. Its card asks for the closing note.`,
  },
  reopen: {
    command: ({ text }, by) => (text === '' ? null : { type: 'reopen', by, reason: text }),
    form: 'reopen',
    mayGuess: false,
    said: ({ id }) => `${id} is open again, and yours.`,
  },
  take: {
    command: (_, by) => ({ type: 'assign', by, to: by }),
    form: null,
    mayGuess: false,
    said: ({ id, title }) => `${id} is yours: ${title}`,
  },
  assign: {
    command: ({ person, text }, by) =>
      person === null ? null : { type: 'assign', by, to: person === 'me' ? by : person, note: text },
    form: 'assign',
    mayGuess: true,
    said: ({ id, owner }) => (owner === null ? `${id} is assigned.` : `<@${owner}> has ${id} now.`),
  },
  severity: {
    command: ({ severity }, by) => (severity === null ? null : { type: 'set_severity', by, severity }),
    form: 'severity',
    mayGuess: false,
    said: ({ id, severity }) => `${id} is ${severity} now.`,
  },
  note: {
    command: ({ text }, by) => (text === '' ? null : { type: 'note', by, text }),
    form: 'note',
    mayGuess: true,
    said: ({ id, title }) => `Noted on ${id}: ${title}`,
  },
  followup: {
    command: ({ text }, by) => ({ type: 'add_follow_up', by, line: text }),
    form: null,
    mayGuess: false,
    said: ({ id, deadlines }) => {
      const added = deadlines.at(-1);
      if (!added) return `${id} has a follow-up more.`;
      const who = added.owner === null ? 'nobody has it' : `<@${added.owner}> has it`;
      const day = new Date(added.due).toISOString().slice(0, 16).replace('T', ' ');
      return `Follow-up ${added.id} of ${id}: “${added.text}”. It is due ${day} UTC, and ${who}.`;
    },
  },
  silence: {
    command: ({ durationMs }, by) => (durationMs === null ? null : { type: 'silence', by, forMs: durationMs }),
    form: 'silence',
    mayGuess: false,
    said: ({ id }, { durationMs }) => `${id} is silent for ${durationWords(durationMs)}; new alarms join it quietly.`,
  },
  confirm: {
    command: (_, by) => ({ type: 'confirm', by }),
    form: null,
    mayGuess: false,
    said: ({ id }) => `Good. You are on ${id}, and it says so.`,
  },
  back: {
    command: (_, by) => ({ type: 'give_back', by }),
    form: null,
    mayGuess: false,
    said: ({ id }) => `${id} is nobody’s now, and escalation begins anew.`,
  },
  escalate: {
    command: ({ text }, by) => (text === '' ? null : { type: 'escalate', by, reason: text }),
    form: 'escalate',
    mayGuess: false,
    said: ({ id }) => `${id} is escalated: the next level is told now.`,
  },
  snooze: {
    command: ({ durationMs }, by) => {
      if (durationMs === null) return null;
      return durationMs === 0 ? { type: 'end_snooze', by } : { type: 'snooze', by, forMs: durationMs };
    },
    form: 'snooze',
    mayGuess: false,
    said: ({ id }, { durationMs }) =>
      durationMs === 0
        ? `${id} is not snoozed any more.`
        : `${id} is snoozed for ${durationWords(durationMs)}: nobody is paged or asked.`,
  },
};

export function isChange(verb: Verb): verb is ChangeVerb {
  return Object.hasOwn(changes, verb);
}

/** `/incident ack`, with what was said beside the incident: how to ask again with an id. */
export function askingAgain({ verb }: Call): string {
  return `/incident ${verb}`;
}
