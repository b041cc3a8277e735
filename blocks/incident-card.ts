import type { Button, KnownBlock, SectionBlock } from '@slack/types';
import type { Serving } from '../src/app/actions.ts';
import { type ClosingNote, type Incident, isOver } from '../src/domain/incident.ts';
import type { Member } from '../src/domain/member.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import { CLASS_WORDS, SEVERITY_WORDS } from '../src/domain/severity.ts';
import { inRoom } from './card-room.ts';
import { followUpsOnCard } from './deadline-words.ts';
import { escalationLines } from './escalation-lines.ts';
import { evidenceGraph, evidenceWords } from './evidence.ts';
import { servingBanner, servingWords } from './fallback-words.ts';
import { oneLine } from './foreign-text.ts';
import { incidentActions } from './incident-actions.ts';
import {
  caveats,
  countWords,
  leadOf,
  lookOf,
  nextStep,
  placeOf,
  sinceWords,
  spokenIncident,
  titleOf,
  whatFired,
  whyOf,
} from './incident-words.ts';
import {
  button,
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
  present,
  webAddress,
} from './kit.ts';
import { BUDGET } from './limits.ts';
import { written } from './phrase.ts';
import { NO_REMEDIES, type Remedies, remedyFor, servingHere } from './remedies.ts';
import { runBlocks } from './run-section.ts';
import { runbookLine } from './runbook-words.ts';
import { answerWords, severityWords } from './severity-words.ts';

/**
 * The one message that stands for an incident, for the state that it is in at `now` (epoch ms). It is redrawn from state, never
 * patched. What needs doing comes first; at most eight blocks: once it is over its graph, and once it is closed its evidence, are
 * looked up from the timeline. `runbook` is the one that `runbookOf` finds.
 */
export function incidentCard(
  incident: Incident,
  now: number,
  runbook: Runbook | null = null,
  remedies: Remedies = NO_REMEDIES,
): Message {
  const { closingNote: note, evidence } = incident;
  const remedy = remedyFor(incident, runbook, remedies.offered);
  const done = runBlocks(incident, remedies.offered, now);
  const serving = servingHere(incident, remedies);
  const hasBanner = done.length <= BESIDE_BANNER;
  const above = present<KnownBlock>([
    header(`${incident.severity} · ${placeOf(incident)} · ${titleOf(incident)}`),
    hasBanner ? servingBanner(serving, isOver(incident) ? null : incident.id) : null,
    situation(incident, now, hasBanner ? [] : serving),
    incidentActions(incident, runbook, remedy),
    ...done,
  ]);
  const below = inRoom({
    above,
    alarms: otherAlarms(incident),
    known: note ? closingNote(note, followUpsOnCard(incident)) : evidenceWords(evidence),
    isKnownOpen: note === null,
    graph: isOver(incident) ? null : evidenceGraph(evidence),
    pages: pages(incident, runbook),
    beside: remedy && runbook && runbook.steps.length > 0 ? runbookButton(incident) : null,
    origin: origin(incident),
  });
  return message(spokenIncident(incident, now, runbook, remedies), ...below);
}

/** With so many blocks about runs there is room for a banner with a button; with more it is a line. */
const BESIDE_BANNER = 2;

function runbookButton({ id, version }: Incident): Button {
  return button('runbook', { incident: id, seen: version });
}

function situation(incident: Incident, now: number, serving: readonly Serving[]): SectionBlock {
  const { icon, word } = lookOf(incident);
  const fired = whatFired(incident);
  const lead = leadOf(incident);
  return openSection(
    lines(
      ...serving.map(servingWords),
      incident.drill ? md`🎓 *Drill:* this is practice.` : null,
      incident.status === 'resolved'
        ? md`${icon} ${nextStep(incident)}`
        : md`${icon} *${word}.* ${join([nextStep(incident), answerWords(incident, now)], ' ')}`,
      incident.summary === '' ? null : written(incident.summary, BUDGET.line),
      fired,
      severityWords(incident, now),
      join([sinceWords(incident, now), lead === null ? null : flapping(lead)], ' · '),
      escalationLines(incident, now),
      caveats(incident),
    ),
  );
}

const ICONS = { firing: '🔴', unknown: '❔', recovered: '🟢' } as const;
const STATE_WORDS = { firing: 'firing', unknown: 'no data', recovered: 'recovered' } as const;

/** Alarms that have a line of their own; a phone's screen has room for few. */
const OTHERS_SHOWN = 4;

/** All counted, and the worst few besides the one that the first sentence is about. */
function otherAlarms({ members }: Incident): Mrkdwn | null {
  if (members.total <= 1) return null;
  const others = members.shown.slice(1, 1 + OTHERS_SHOWN);
  const hidden = members.total - 1 - others.length;
  return lines(
    md`*${countWords(members)}*`,
    ...others.map(memberLine),
    hidden > 0 ? `and ${hidden.toLocaleString('en-US')} more` : null,
  );
}

function memberLine(member: Member): Mrkdwn {
  const why = member.state === 'firing' ? whyOf(member) : null;
  const title = link(oneLine(member.title, 75), member.url);
  return join(
    [
      md`${ICONS[member.state]} ${STATE_WORDS[member.state]} · ${title}`,
      why === null ? null : oneLine(why, 120),
      flapping(member),
    ],
    ' · ',
  );
}

function flapping({ firings }: Member): string | null {
  return firings > 1 ? `fired ${firings} times` : null;
}

/** Follow-ups that are reminded of stand in the place of what was written about them. */
function closingNote(note: ClosingNote, followUps: Mrkdwn | null): Mrkdwn {
  const parts = [
    ['Symptoms', note.symptoms],
    ['Cause', note.cause],
    ['Fix', note.fix],
    ['Follow-ups', followUps ? '' : note.followUps],
  ] as const;
  return lines(
    ...parts
      .filter(([, text]) => text.trim() !== '')
      .map(([label, text]) => md`*${label}:* ${written(text, NOTE_PART)}`),
    followUps,
  );
}

/** All four parts of a closing note fit into one section, whatever they are made of. */
const NOTE_PART = 600;

/** Where to look next. Text links: they wrap on a phone and leave the buttons to what acts. */
function pages(incident: Incident, runbook: Runbook | null): Mrkdwn | null {
  const lead = leadOf(incident);
  const own = [
    { label: 'Runbook', url: runbook ? null : (lead?.runbook ?? null) },
    { label: 'Alarm', url: lead?.url ?? null },
    ...incident.links.slice(0, 6),
  ];
  const seen = new Set<string>();
  const shown = own.filter(({ url }) => url !== null && webAddress(url) !== null && !seen.has(url) && seen.add(url));
  const places = shown.map(({ label, url }) => link(label, url));
  const named = runbook ? null : (lead?.runbook ?? incident.runbook);
  if (named && webAddress(named) === null) places.unshift(md`Runbook: ${oneLine(named, BUDGET.title)}`);
  const all = lines(runbook && runbookLine(incident, runbook), join(places, '  ·  '));
  return all.text === '' ? null : all;
}

function origin(incident: Incident): Mrkdwn {
  const { id, severity, incidentClass, team, environment, reopenings, openedBy } = incident;
  return join(
    [
      id,
      `${severity} ${SEVERITY_WORDS[severity]}`,
      `trouble: ${CLASS_WORDS[incidentClass]}`,
      oneLine(team, BUDGET.name) || null,
      environment === 'unknown' ? 'environment unknown' : oneLine(environment, 30),
      incident.members.total === 0 ? md`declared by ${mention(openedBy)}` : null,
      reopenings > 0 ? `reopened ${reopenings === 1 ? 'once' : `${reopenings} times`}` : null,
    ],
    ' · ',
  );
}
