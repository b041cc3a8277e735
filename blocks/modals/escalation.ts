import type { KnownBlock, ModalView } from '@slack/types';
import { pagingOf } from '../../src/domain/escalation.ts';
import { outlook, type StepOutlook } from '../../src/domain/escalation-outlook.ts';
import { type Past, pastOf } from '../../src/domain/escalation-past.ts';
import { targetsPhrase } from '../../src/domain/escalation-phrases.ts';
import { situationOf } from '../../src/domain/escalation-situation.ts';
import { type Incident, type IncidentEvent, isOver } from '../../src/domain/incident.ts';
import { pastLine } from '../escalation-past-words.ts';
import { comingFor, unlessWords, waitWords, waysInShort, waysWords } from '../escalation-words.ts';
import { oneLine } from '../foreign-text.ts';
import { context, header, join, lines, type Mrkdwn, md, mention, section, when } from '../kit.ts';
import { BUDGET, LIMITS } from '../limits.ts';
import { phrase } from '../phrase.ts';
import { sheet } from './form.ts';
import { about, asSide, otherSides, type SidesOf } from './sides.ts';

/** Entries that are shown of each list: with one block each they stay below a view's 100. */
const SHOWN = 40;
/** Entries of one block, unless they are long: nothing of them is cut off. */
const PER_BLOCK = 3;

/** Who was told when and what became of it, and what comes next. `events` are all events of the incident, in order. */
export function escalationModal(of: SidesOf, events: readonly IncidentEvent[], now: number): ModalView {
  const { incident } = of;
  const view = sheet(
    `${incident.id} escalation`,
    about(incident),
    otherSides(of, 'escalation'),
    header('Steps'),
    ...comingBlocks(incident, now),
    header('What happened'),
    ...pastBlocks(pastOf(events)),
    context(md`Updated ${when(now)}`),
  );
  return asSide(view, 'escalation', incident);
}

function comingBlocks(incident: Incident, now: number): KnownBlock[] {
  if (isOver(incident)) return [section(md`Nothing: it is over.`)];
  if (!incident.escalation) {
    return [section(md`Nobody is paged: services/${oneLine(incident.service, BUDGET.name)}.yml has no escalation.`)];
  }
  const { policy, state } = incident.escalation;
  const situation = situationOf(incident, policy);
  const { hold } = state;
  const held = hold && now < hold.until ? md`💤 ${HOLDS[hold.kind]} until ${when(hold.until)}.` : null;
  const none = pagingOf(situation) === 'never' ? md`${incident.severity} wakes nobody.` : null;
  const steps = outlook(policy, state, situation, now).map(stepLine);
  return inBlocks(
    [held, none, questionLine(incident, now), ...steps].filter((one) => one !== null),
    'steps',
  );
}

const HOLDS = { snooze: 'Snoozed', silence: 'Silenced' } as const;

function questionLine(incident: Incident, now: number): Mrkdwn | null {
  const next = comingFor(incident, now).find(({ kind }) => kind !== 'page');
  if (!next || next.kind === 'page') return null;
  return next.kind === 'question'
    ? md`❔ ${when(next.at)} · ${mention(next.owner)} is asked how it goes, unless something is done before`
    : md`❔ ${when(next.at)} · without an answer of ${mention(next.owner)} nobody has it, and escalation begins anew`;
}

/** `⏭️ 14:32 · L2 @senior by direct message, else by SMS, unless acknowledged` */
function stepLine({ step, told, next }: StepOutlook): Mrkdwn {
  const { level, notify, via, until } = step;
  const who = md`*${oneLine(level, BUDGET.name)}* ${phrase(targetsPhrase(notify), BUDGET.name)}`;
  const how = notify.every(({ kind }) => kind === 'channel') ? '' : ` ${waysWords(via)}`;
  const times = told > 0 ? `, told ${told === 1 ? 'once' : `${told} times`}` : '';
  switch (next.kind) {
    case 'at':
      return md`⏭️ ${when(next.at)} · ${who}${told > 0 ? ' again,' : ''}${how}, unless ${unlessWords(until)}`;
    case 'done':
      return md`✅ ${who}${how && ` ${waysInShort(via)}`}${times || ', was told by another page'}`;
    case 'waiting':
      return md`⏸️ ${who}${times}: ${waitWords(next.for)}`;
  }
}

function pastBlocks(past: readonly Past[]): KnownBlock[] {
  if (past.length === 0) return [section(md`Nobody was told yet.`)];
  return inBlocks(past.map(pastLine), 'entries');
}

/** The newest of what is too long; how much is left out is said. */
function inBlocks(all: readonly Mrkdwn[], what: string): KnownBlock[] {
  const shown = what === 'steps' ? all.slice(0, SHOWN) : all.slice(-SHOWN);
  const left = all.length - shown.length;
  const blocks: KnownBlock[] = packed(shown).map((entries) => section(lines(...entries)));
  if (left === 0) return blocks;
  const words = context(
    join([md`${left.toLocaleString('en-US')} ${what === 'steps' ? 'more' : 'older'} ${what} are left out here.`], ''),
  );
  return what === 'steps' ? [...blocks, words] : [words, ...blocks];
}

/** Entries together, as far as one block has room. */
function packed(entries: readonly Mrkdwn[]): Mrkdwn[][] {
  const groups: { entries: Mrkdwn[]; size: number }[] = [];
  for (const entry of entries) {
    const size = entry.text.length + 1;
    const last = groups.at(-1);
    if (last && last.entries.length < PER_BLOCK && last.size + size <= LIMITS.sectionText) {
      last.entries.push(entry);
      last.size += size;
    } else groups.push({ entries: [entry], size });
  }
  return groups.map((group) => group.entries);
}
