import type { Incident } from '../src/domain/incident.ts';
import type { Rejection } from '../src/domain/result.ts';
import { COMMAND, usageOf, type Verb, verbs } from '../src/slack/grammar.ts';
import type { Report } from '../src/stats/report.ts';
import { type Acts, actsWords, NO_ACTS } from './acts-home.ts';
import { oneLine } from './foreign-text.ts';
import { listLine } from './incident-words.ts';
import { context, header, lines, type Message, type Mrkdwn, md, message, section, showButton, spoken } from './kit.ts';
import { statsBlocks, statsWords } from './stats-table.ts';

export interface OpenList {
  /** Whoever asked: theirs come first. */
  readonly user: string;
  /** Open incidents, newest first. */
  readonly incidents: readonly Incident[];
  /** All open incidents, also those that were not loaded. */
  readonly total: number;
  /** The service that was asked for, or `null` for all. */
  readonly service: string | null;
  /** What serves and what is switched off; none when it is left out. */
  readonly acts?: Acts;
}

/** Rows that have a button each: with headings they stay below Slack's 50 blocks, and a phone is scrolled no further. */
const ROWS = 20;

/** Open incidents: one's own first, then what nobody has, then the others; the worst first in each. */
export function listReply({ user, incidents, total, service, acts = NO_ACTS }: OpenList): Message {
  const where = service === null ? '' : ` of ${oneLine(service, 63)}`;
  const meanwhile = actsWords(acts);
  if (incidents.length === 0) {
    const text = md`No open incidents${where}. To declare one: ${COMMAND} declare`;
    return message(lines(text, meanwhile), section(md`✅ ${text}`), meanwhile && section(meanwhile));
  }
  const groups = [
    ['Yours', incidents.filter(({ owner }) => owner === user)],
    ['Nobody has these', incidents.filter(({ owner }) => owner === null)],
    [OTHERS, incidents.filter(({ owner }) => owner !== null && owner !== user)],
  ] as const;
  const shown = groups
    .flatMap(([title, members]) => [...members].sort(worstFirst).map((incident) => ({ title, incident })))
    .slice(0, ROWS);
  const hidden = Math.max(total, incidents.length) - shown.length;

  return message(
    lines(
      `${total === 1 ? '1 open incident' : `${total} open incidents`}${where}.`,
      meanwhile,
      ...shown.map(({ incident }) => listLine(incident)),
    ),
    header(`Open incidents${where}: ${total}`),
    meanwhile && section(meanwhile),
    ...shown.flatMap(({ title, incident }, i) => [
      ...(shown[i - 1]?.title === title ? [] : [context(md`*${title}*`)]),
      section(listLine(incident, title !== OTHERS), showButton(incident.id)),
    ]),
    hidden > 0
      ? context(md`and ${hidden.toLocaleString('en-US')} more. To narrow it down: ${COMMAND} list SERVICE`)
      : null,
  );
}

/** Under this heading each row says whose it is. */
const OTHERS = 'Others have these';

function worstFirst(a: Incident, b: Incident): number {
  return a.severity.localeCompare(b.severity) || b.openedAt - a.openedAt;
}

/** MTTA and friends of a period, against the period before. */
export function statsReply(report: Report): Message {
  return message(statsWords(report), ...statsBlocks(report));
}

/** How Tocsin itself is doing. */
export interface Health {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

export function healthReply({ ok, checks }: Health): Message {
  const text = ok
    ? 'Tocsin is well.'
    : `Tocsin has trouble: ${checks
        .filter((check) => !check.ok)
        .map(({ name }) => name)
        .join(', ')}.`;
  const rows = checks.map(
    (check) => md`${check.ok ? '🟢 ok' : '🔴 failing'} · *${oneLine(check.name, 60)}*: ${oneLine(check.detail, 200)}`,
  );
  return message(
    lines(text, ...rows),
    section(md`${ok ? '🟢' : '🔴'} *${text}*`),
    rows.length > 0 ? section(lines(...rows)) : null,
  );
}

/** All verbs, or one in full. */
export function helpReply(about: Verb | null): Message {
  if (about !== null) {
    const { help, example } = verbs[about];
    const text = lines(md`*${usageOf(about)}*`, help, md`For example: ${COMMAND} ${example}`);
    return message(text, section(text));
  }
  const rows = names(verbs).map((verb) => md`*${usageOf(verb)}* · ${verbs[verb].help}`);
  const hints = md`The id may be left out in the incident's own thread, where ${'@Tocsin'} takes the same words. One verb in full: ${COMMAND} help resolve`;
  const half = Math.ceil(rows.length / 2); // all of them are longer than one block may be
  const parts = [rows.slice(0, half), rows.slice(half)].map((part) => section(lines(...part)));
  return message(lines('What Tocsin understands:', ...rows), ...parts, context(hints));
}

function names<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(table) as K[]; // of a literal object, which has no other keys
}

/** An expected “no”, for the one person who asked: why, and what to do instead. */
export function rejectionReply({ message: why, hint }: Pick<Rejection, 'message' | 'hint'>): Message {
  const text = lines(spoken(why), hint === undefined ? null : spoken(hint));
  return message(text, section(text));
}

/** Something broke that should not have. The reference leads to the log. */
export function apologyReply(ref: string): Message {
  const text = md`Sorry, something went wrong on my side and nothing was changed. Please try again; if it stays so, tell the operators this reference: ${oneLine(ref, 60)}`;
  return message(text, section(md`⚠️ ${text}`));
}

/** Says that something was done: `INC-7 is yours.` People may be written as `<@U…>`. */
export function doneReply(text: string): Message {
  const words: Mrkdwn = spoken(text);
  return message(words, section(words));
}
