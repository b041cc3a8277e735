import type { Serving } from '../src/app/actions.ts';
import type { HandOffNotice, HandOffSummary, Received } from '../src/app/on-call.ts';
import { type Incident, isOver } from '../src/domain/incident.ts';
import { beganAt } from '../src/domain/milestones.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { servingWords } from './fallback-words.ts';
import { lookOf, placeOf, titleOf as titleOfIncident } from './incident-words.ts';
import {
  actions,
  ago,
  context,
  join,
  lines,
  type Message,
  type Mrkdwn,
  md,
  mention,
  message,
  section,
  when,
} from './kit.ts';
import { moment, rotationButton, titleOf, untilWords } from './on-call-words.ts';
import { runLine, runsUnderWay } from './run-words.ts';

const SHOWN = 10;

export interface HandOffDrawn extends Pick<HandOffNotice, 'kind' | 'rotation' | 'summary'> {
  /** Open incidents of the service. */
  readonly incidents: readonly Incident[];
  /** Fallbacks of the service that serve. */
  readonly serving: readonly Serving[];
  /** `null`: the receiver has not said that they have it. */
  readonly received: Received | null;
  /** Since when somebody else is on call, epoch ms: then nobody is asked any more. `null`: it is as the message says. */
  readonly endedAt: number | null;
}

/** What the channel reads when somebody else is on call; drawn anew when the receiver says that they have it. */
export function handOffMessage(drawn: HandOffDrawn, now: number): Message {
  const { summary, incidents, serving, received, endedAt } = drawn;
  if (endedAt !== null) return handOffOver(drawn, endedAt);
  if (summary.to === null) return gapBegins(drawn, now);
  const open = stillOpen(incidents);
  const target = { rotation: summary.rotation, id: String(summary.at) };
  const who = whoWords(drawn, summary.to);
  return message(
    join([who.text, receivedWords(summary.to, received), countWords(open), ...actsLines(open, serving)], ' '),
    section(lines(who.text, who.before, who.after)),
    ...openBlocks(open, now),
    actsSection(open, serving),
    received ? null : actions(rotationButton('haveIt', target, { style: 'primary' })),
    context(
      join(
        [received ? receivedWords(summary.to, received) : askedWords(drawn, summary.to), md`As of ${when(now)}`],
        ' · ',
      ),
    ),
  );
}

function whoWords({ kind, rotation, summary }: HandOffDrawn, to: string) {
  const { zone } = rotation;
  const title = titleOf(rotation);
  const text =
    kind === 'reminder'
      ? md`⏰ ${mention(to)}, you are on call for *${title}* since ${when(summary.at)} and have not said that you have it.`
      : md`🔁 *${title}*: ${mention(to)} is on call now.`;
  return { text, before: beforeWords(summary), after: afterWords(zone, summary) };
}

/** The message of a hand-off after which there was another one: no button that would be refused. */
function handOffOver({ rotation, summary, received }: HandOffDrawn, endedAt: number): Message {
  const { to, at } = summary;
  const times = md`${when(at)} to ${when(endedAt)}`;
  const text =
    to === null
      ? md`*${titleOf(rotation)}*: nobody was on call, ${times}.`
      : md`*${titleOf(rotation)}*: ${mention(to)} was on call, ${times}.`;
  return message(
    text,
    section(lines(text, beforeWords(summary))),
    to === null || received === null ? null : context(receivedWords(to, received)),
  );
}

function beforeWords({ from, since, at }: HandOffSummary): Mrkdwn {
  if (from === null) return md`Nobody was on call before.`;
  return since === null
    ? md`Before: ${mention(from)}, until ${when(at)}`
    : md`Before: ${mention(from)}, ${when(since)} to ${when(at)}`;
}

function afterWords(zone: string, { until, next }: HandOffSummary): Mrkdwn {
  if (until === null) return md`On call ${untilWords(zone, until)}`;
  const then = next === null ? md`⚠️ nobody` : mention(next);
  return md`Until ${moment(zone, until)}, then ${then}`;
}

function receivedWords(to: string, received: Received | null): Mrkdwn {
  return received
    ? md`✅ ${mention(received.by)} has it since ${when(received.at)}.`
    : md`${mention(to)} has not said yet that they have it.`;
}

function askedWords({ kind, summary }: HandOffDrawn, to: string): Mrkdwn {
  if (kind === 'hand-off')
    return md`${mention(to)}, press the button. After half an hour without it, you are reminded.`;
  const before = summary.from === null ? md`Somebody` : mention(summary.from);
  return md`${before}: ask ${mention(to)}, or give it to somebody else: ${COMMAND} override`;
}

/** Nobody follows: what a warning says. Incidents that are open need somebody all the same. */
function gapBegins({ rotation, summary, incidents, serving }: HandOffDrawn, now: number): Message {
  const open = stillOpen(incidents);
  const text = md`⚠️ *Nobody is on call for ${titleOf(rotation)}* since ${moment(rotation.zone, summary.at)}.`;
  const mend = md`Name somebody: ${COMMAND} override ${summary.rotation} @person until 18:00`;
  return message(
    join([text, mend, countWords(open), ...actsLines(open, serving)], ' '),
    section(lines(text, beforeWords(summary), mend)),
    ...openBlocks(open, now),
    actsSection(open, serving),
  );
}

/** What is being done, or waits for somebody to approve it, and what only serves until it is switched back. */
function actsLines(open: readonly Incident[], serving: readonly Serving[]): Mrkdwn[] {
  return [...serving.map(servingWords), ...open.flatMap(runsUnderWay).map((run) => runLine(run))];
}

function actsSection(open: readonly Incident[], serving: readonly Serving[]) {
  const all = actsLines(open, serving);
  const hidden = all.length - SHOWN;
  const more = hidden > 0 ? `and ${hidden} more` : null;
  return all.length === 0 ? null : section(lines(md`*Actions*`, ...all.slice(0, SHOWN), more));
}

/** What nobody has acknowledged comes first, then the worst, then the oldest. */
function stillOpen(incidents: readonly Incident[]): Incident[] {
  return incidents
    .filter((one) => !isOver(one))
    .sort(
      (a, b) =>
        Number(isAnswered(a)) - Number(isAnswered(b)) ||
        a.severity.localeCompare(b.severity) ||
        beganAt(a.milestones) - beganAt(b.milestones),
    );
}

function isAnswered({ status }: Incident): boolean {
  return status !== 'triggered';
}

function countWords(open: readonly Incident[]): string {
  if (open.length === 0) return 'No incident is open.';
  const unanswered = open.filter((one) => !isAnswered(one)).length;
  const count = open.length === 1 ? '1 open incident' : `${open.length} open incidents`;
  return unanswered === 0 ? `${count}.` : `${count}, ${unanswered} not acknowledged.`;
}

function openBlocks(open: readonly Incident[], now: number) {
  const hidden = open.length - SHOWN;
  const rows = open.slice(0, SHOWN).map((one) => incidentLine(one, now));
  const more = hidden > 0 ? md`and ${hidden.toLocaleString('en-US')} more: ${COMMAND} list` : null;
  const silenced = open.filter((one) => isSilenced(one, now));
  return [
    section(lines(md`*${countWords(open)}*`, ...rows, more)),
    silenced.length === 0 ? null : section(lines(md`*Silenced*`, ...silenced.slice(0, SHOWN).map(silenceLine))),
  ];
}

function isSilenced({ silencedUntil }: Incident, now: number): boolean {
  return silencedUntil !== null && silencedUntil > now;
}

function incidentLine(incident: Incident, now: number): Mrkdwn {
  const { icon, word } = lookOf(incident);
  const owner = incident.owner === null ? md`nobody has it` : mention(incident.owner);
  const began = beganAt(incident.milestones);
  const drill = incident.drill ? 'drill · ' : '';
  return md`${icon} *${incident.id}* ${drill}${incident.severity} · ${word} · ${owner} · ${ago(began, now)}\n${placeOf(incident)}: ${titleOfIncident(incident)}`;
}

function silenceLine(incident: Incident): Mrkdwn {
  return md`🔕 ${incident.id} until ${when(incident.silencedUntil ?? 0)}: ${titleOfIncident(incident)}`;
}
