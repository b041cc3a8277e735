import type { KnownBlock, SectionBlock } from '@slack/types';
import type { Notice } from '../src/app/page-way.ts';
import { actionsOf } from '../src/domain/escalation-message.ts';
import { type Incident, type IncidentEvent, isOver, TOCSIN } from '../src/domain/incident.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { actionsTaken } from './briefing.ts';
import { comingFor, comingPageWords, pageReason } from './escalation-words.ts';
import { oneLine } from './foreign-text.ts';
import { caveats, lookOf, placeOf, sinceWords, titleOf, whatFired } from './incident-words.ts';
import {
  actions,
  button,
  context,
  header,
  join,
  lines,
  link,
  type Message,
  type Mrkdwn,
  md,
  mention,
  message,
  openSection,
  section,
  showButton,
} from './kit.ts';
import { BUDGET } from './limits.ts';

/** Incidents that one message names; a phone is scrolled no further, and they stay below Slack's 50 blocks. */
export const NAMED = 15;

/**
 * The direct message of a page: what is wrong, why this person is told, a button to have it, and who is told next. Notices of
 * several incidents are one message that names them all, the worst first. `permalink` leads to the card of the only one, and
 * `events` are all of its events, for those who come later: what was done so far. The first hundred characters of its text are what a phone shows.
 */
export function pageMessage(
  notices: readonly [Notice, ...Notice[]],
  now: number,
  permalink: string | null = null,
  events: readonly IncidentEvent[] = [],
): Message {
  const [first = notices[0], ...others] = inOrder(notices);
  return others.length === 0 ? onePage(first, { now, permalink, events }) : manyPages([first, ...others]);
}

/** The notices of a message in the order in which it names their incidents, each once. */
export function inOrder(notices: readonly Notice[]): Notice[] {
  return [...new Map(notices.map((notice) => [notice.incident.id, notice])).values()].toSorted(worstFirst);
}

function worstFirst({ incident: a }: Notice, { incident: b }: Notice): number {
  return a.severity.localeCompare(b.severity) || Number(a.drill) - Number(b.drill) || b.openedAt - a.openedAt;
}

interface Known {
  readonly now: number;
  readonly permalink: string | null;
  readonly events: readonly IncidentEvent[];
}

function onePage(notice: Notice, { now, permalink, events }: Known): Message {
  const { incident } = notice;
  const next = nextPage(incident, now);
  const why = md`*${reasonWords(notice)}*`;
  const what = whatFired(incident) ?? (oneLine(incident.summary, BUDGET.line) || null);
  const facts = lines(what, sinceWords(incident, now), ownerWords(incident), caveats(incident));
  return message(
    join([md`${headline(incident)}.`, reasonWords(notice), what, ownerWords(incident), caveats(incident), next], ' '),
    header(headline(incident)),
    openSection(lines(incident.drill ? DRILL : null, why, facts)),
    pageActions(incident),
    soFar(events),
    context(
      join(
        [next ?? md`Nobody is told after you.`, permalink === null ? null : link('Open the card', permalink)],
        ' · ',
      ),
    ),
  );
}

/** What people have done, the newest few. */
function soFar(events: readonly IncidentEvent[]): SectionBlock | null {
  const actions = actionsOf(events);
  const shown = actions.slice(-SO_FAR);
  return shown.length === 0 ? null : section(actionsTaken(shown, actions.length - shown.length));
}

const SO_FAR = 4;

const DRILL = '🎓 This is a drill: practice, nothing is broken.';

/** `DRILL P1 Bikeshare prod: p95 latency is high (INC-7)`. A drill says so before anything else. */
export function headline(incident: Incident): string {
  const { id, severity, drill } = incident;
  return `${drill ? '🎓 DRILL ' : ''}${severity} ${placeOf(incident)}: ${titleOf(incident)} (${id})`;
}

/** `L2: nobody has answered in 30 min. You are told as Senior engineer.` */
function reasonWords({ page, incident, targetTitle }: Notice): string {
  const role = targetTitle.startsWith('<') ? '' : oneLine(targetTitle, BUDGET.name); // a person, in Slack's writing
  const as = role === '' ? '' : ` You are told as ${role}.`;
  return `${levelReason({ page, incident })}${as}`;
}

/** `L2: nobody has answered in 30 min.` Mentions nobody. */
export function levelReason({ page, incident }: Pick<Notice, 'page' | 'incident'>): string {
  return `${oneLine(page.level, BUDGET.name)}${page.repeat > 0 ? ' again' : ''}: ${pageReason(page, incident)}.`;
}

function ownerWords({ status, owner }: Incident): Mrkdwn | null {
  if (owner === null || owner === TOCSIN) return null;
  return status === 'triggered' ? md`${mention(owner)} was asked to take it.` : md`${mention(owner)} has it.`;
}

/** The next level, as a sentence that mentions nobody; nothing when no other page is to come. */
function nextPage(incident: Incident, now: number): Mrkdwn | null {
  const next = comingFor(incident, now).find((coming) => coming.kind === 'page');
  return next ? md`Next: ${comingPageWords(next)}` : null;
}

/** Only what would not be refused. */
function pageActions(incident: Incident): KnownBlock {
  const show = showButton(incident.id);
  return isFree(incident) ? actions(acknowledge(incident), show) : actions(show);
}

/** Whether anybody may acknowledge it now. */
export function isFree(incident: Pick<Incident, 'status' | 'owner'>): boolean {
  return !isOver(incident) && (incident.status === 'triggered' || incident.owner === null);
}

export function acknowledge({ id, version }: Pick<Incident, 'id' | 'version'>) {
  return button('acknowledge', { incident: id, seen: version });
}

function manyPages(notices: readonly Notice[]): Message {
  const shown = notices.slice(0, NAMED);
  const hidden = notices.length - shown.length;
  const worst = shown[0]?.incident;
  const more = hidden > 0 ? `and ${hidden.toLocaleString('en-US')} more: ${COMMAND}` : null;
  const drills = notices.filter(({ incident }) => incident.drill).length;
  const count = `${notices.length} incidents need somebody`;
  return message(
    lines(
      md`${drills === notices.length ? '🎓 DRILL ' : ''}${count}. The worst: ${worst ? headline(worst) : ''}`,
      ...shown.slice(1).map(({ incident }) => md`${headline(incident)}`),
      more,
    ),
    header(drills === notices.length ? `🎓 DRILL: ${count}` : count),
    ...shown.map((notice) => row(notice.incident, levelReason(notice))),
    more === null ? null : context(md`${more}`),
  );
}

/** One of several: its state, why it is told, and the button that helps most. */
function row(incident: Incident, why: string | null): KnownBlock {
  const { icon } = lookOf(incident);
  const text = lines(md`${icon} *${headline(incident)}*`, join([why, whatFired(incident)], ' '));
  return section(text, isFree(incident) ? acknowledge(incident) : showButton(incident.id));
}

/**
 * What the direct message of a page becomes when there is news of its incidents: who has it, how it ended, or that nobody has it
 * again. `incidents` are those that it named, as they are now, one at least; `others` are as many more that it counted.
 */
export function toldMessage(incidents: readonly Incident[], now: number, others = 0): Message {
  const shown = incidents.slice(0, NAMED);
  const hidden = incidents.length - shown.length + others;
  const more = hidden > 0 ? `and ${hidden.toLocaleString('en-US')} more: ${COMMAND}` : null;
  return message(
    lines(...shown.map((incident) => md`${outcome(incident)} ${headline(incident)}`), more),
    ...shown.map((incident) => toldRow(incident, now)),
    more === null ? null : context(md`${more}`),
  );
}

function toldRow(incident: Incident, now: number): KnownBlock {
  const { icon } = lookOf(incident);
  const next = isFree(incident) ? nextPage(incident, now) : null;
  const text = lines(md`${icon} *${outcome(incident)}*`, md`${headline(incident)}`, next);
  return section(text, isFree(incident) ? acknowledge(incident) : showButton(incident.id));
}

/** `@ana has it.` */
function outcome(incident: Incident): Mrkdwn {
  const { status, owner, resolvedBy } = incident;
  if (isOver(incident)) {
    return resolvedBy === null || resolvedBy === TOCSIN
      ? md`Resolved by itself.`
      : md`${mention(resolvedBy)} resolved it.`;
  }
  const { word } = lookOf(incident);
  const who = owner === null ? md`Nobody has it.` : md`${mention(owner)} has it.`;
  if (status === 'triggered') return owner === null ? who : md`${mention(owner)} was asked to take it.`;
  return status === 'acknowledged' ? who : md`${word}. ${who}`;
}
