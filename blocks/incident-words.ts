import { type Incident, isOver, TOCSIN } from '../src/domain/incident.ts';
import { type Member, type Members, saysWhy } from '../src/domain/member.ts';
import { beganAt, durationsOf } from '../src/domain/milestones.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import { CLASS_WORDS, SEVERITY_WORDS } from '../src/domain/severity.ts';
import { alarms } from '../src/domain/timeline.ts';
import { escalationLines } from './escalation-lines.ts';
import { spokenEvidence } from './evidence.ts';
import { servingWords } from './fallback-words.ts';
import { oneLine } from './foreign-text.ts';
import { ago, join, lines, type Mrkdwn, md, mention, roughly, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { measurementWords, quantityWords, reasonWords, unitOf } from './measurement-words.ts';
import { NO_REMEDIES, type Remedies, servingHere } from './remedies.ts';
import { runWords } from './run-section.ts';
import { runLine, runsUnderWay } from './run-words.ts';
import { progressWords } from './runbook-words.ts';
import { answerWords, severityWords } from './severity-words.ts';

/** Never colour alone: an icon and a word for everything that has a state. */
const LOOKS = {
  triggered: { icon: '🔴', word: 'Triggered' },
  acknowledged: { icon: '🟡', word: 'Acknowledged' },
  mitigated: { icon: '🔵', word: 'Mitigated' },
  recovered: { icon: '🔵', word: 'Recovered' },
  unsure: { icon: '❔', word: 'No alarm fires' },
  resolved: { icon: '🟢', word: 'Resolved' },
  closed: { icon: '⚪', word: 'Closed' },
} as const;

export function lookOf(incident: Incident): { readonly icon: string; readonly word: string } {
  if (!isRecovered(incident)) return LOOKS[incident.status];
  return LOOKS[incident.members.unknown > 0 ? 'unsure' : 'recovered'];
}

/** All alarms have recovered and are being watched, or have been and the closing note is due. */
export function isRecovered({ status, watchUntil }: Pick<Incident, 'status' | 'watchUntil'>): boolean {
  return status === 'mitigated' && watchUntil !== null;
}

/** `Bikeshare prod`. An environment that no rule names is left out. */
export function placeOf({ serviceTitle, environment }: Pick<Incident, 'serviceTitle' | 'environment'>): string {
  return [oneLine(serviceTitle, BUDGET.name), environment === 'unknown' ? '' : oneLine(environment, 30)]
    .join(' ')
    .trim();
}

export function titleOf({ title }: Pick<Incident, 'title'>): string {
  return oneLine(title, BUDGET.title) || 'Untitled';
}

/** The alarm that says most about what is wrong now: firing, then the worst, then the newest. */
export function leadOf(incident: Incident): Member | null {
  return incident.members.shown[0] ?? null;
}

/**
 * What fired and why, in one plain sentence; `null` where no alarm says anything. Foreign text: escape it.
 */
export function whatFired(incident: Incident): string | null {
  const lead = leadOf(incident);
  if (!lead) return null;

  const title = oneLine(lead.title, BUDGET.title);
  const why = whyOf(lead);
  if (why === null) return lead.state === 'unknown' ? null : `${title || 'The alarm'} ${ENDS[lead.state]}.`;
  const name = lead.title === incident.title || title === '' ? '' : `${title}: `;
  return `${name}${why}${lead.state === 'recovered' ? ', recovered' : ''}.`;
}

const ENDS = { firing: 'fires', recovered: 'recovered' } as const;

/** Value against limit, else the source's own sentence, else the value alone. While a value is unknown, the sentence is said, too. */
export function whyOf({ reason, measurement, state }: Member): string | null {
  const sentence = reasonWords(reason) || null;
  const number = measurementWords(measurement, state);
  if (number === null || sentence === null) return number ?? sentence;
  if (!saysWhy(measurement)) return withValue(sentence, measurement);
  const isUnsaid = state === 'firing' && measurement?.value === null;
  return isUnsaid ? `${number}. ${sentence}` : number;
}

/** A value that the sentence leaves out is said behind it: `slow (2.4)`. */
function withValue(sentence: string, measurement: Member['measurement']): string {
  if (!measurement || measurement.value === null) return sentence;
  const value = quantityWords(measurement.value, unitOf(measurement));
  return sentence.includes(value) ? sentence : `${sentence} (${value})`;
}

/** `3 alarms: 1 firing · 1 recovered · 1 without data` */
export function countWords({ total, firing, unknown }: Members): string {
  const recovered = Math.max(0, total - firing - unknown);
  const parts = [
    firing > 0 ? `${firing} firing` : '',
    recovered > 0 ? `${recovered} recovered` : '',
    unknown > 0 ? `${unknown} without data` : '',
  ].filter((part) => part !== '');
  return `${alarms(total)}: ${parts.join(' · ')}`;
}

/** Who has it and what comes next; when it is over, how it ended. */
export function nextStep(incident: Incident): Mrkdwn {
  if (isOver(incident)) return lines(recordOf(incident), noteStep(incident));
  return join([isAskedOf(incident) ? null : ownerStep(incident), recoveryStep(incident)], ' ');
}

/** What one must know before believing the rest: a silence, alarms that nobody can see. One line each, or nothing. */
export function caveats({ status, members, silencedUntil, escalation }: Incident): Mrkdwn {
  return lines(
    silencedUntil === null || isOver({ status })
      ? null
      : md`🔕 Silenced until ${when(silencedUntil)}: its alarms make no noise${escalation ? ', and nobody is paged' : ''}.`,
    members.unknown === 0 ? null : `❔ Could not tell: no data for ${alarms(members.unknown)}.`,
  );
}

/** The owner is spoken to by name in the next sentence. */
function isAskedOf(incident: Incident): boolean {
  return isRecovered(incident) && incident.noteAsked && incident.owner !== null;
}

function ownerStep({ status, owner }: Incident): Mrkdwn {
  if (owner === null) return md`Nobody has it yet.`;
  return status === 'triggered'
    ? md`${mention(owner)} was asked and has not acknowledged yet.`
    : md`${mention(owner)} has it.`;
}

function recoveryStep(incident: Incident): Mrkdwn | null {
  const { status, owner, watchUntil, noteAsked, members } = incident;
  if (status !== 'mitigated') return null;
  if (watchUntil === null) {
    return members.firing > 0
      ? md`The impact is over; still firing: ${alarms(members.firing)}.`
      : md`The impact is over, the work is not.`;
  }
  const please =
    owner === null ? md`Please resolve it with a note.` : md`${mention(owner)}, please resolve it with a note.`;
  if (noteAsked) return please;
  if (members.firing + members.unknown > 0) return md`It counts as recovered once every alarm reports again.`;
  return endsByItself(incident)
    ? md`It resolves by itself ${when(watchUntil)} unless it fires again.`
    : md`Watching until ${when(watchUntil)}, then it can be resolved with a note.`;
}

/** What a person declared may be more than the alarms that joined it: only people end it. */
function endsByItself({ policy, openedBy }: Incident): boolean {
  return policy.recovery.end === 'resolve' && openedBy === TOCSIN;
}

/** What remains to be told when it is over: `*Resolved* by @ana · acknowledged after 2 min · lasted 14 min`. */
function recordOf({ resolvedBy, milestones, resolution, closingNote }: Incident): Mrkdwn {
  const { acknowledge, resolve } = durationsOf(milestones);
  const by =
    resolvedBy === null || resolvedBy === TOCSIN ? md`*Resolved* by itself` : md`*Resolved* by ${mention(resolvedBy)}`;
  return lines(
    join(
      [
        by,
        acknowledge === null ? 'never acknowledged' : `acknowledged after ${roughly(acknowledge)}`,
        resolve === null ? null : `lasted ${roughly(resolve)}`,
      ],
      ' · ',
    ),
    resolution === '' || closingNote ? null : md`“${oneLine(resolution, BUDGET.line)}”`,
  );
}

function noteStep({ status }: Incident): string | null {
  return status === 'resolved' ? 'The closing note is not written yet.' : null;
}

/** When it began, for each reader's clock, and how long ago; when it is over, from when to when. */
export function sinceWords(incident: Incident, now: number): Mrkdwn {
  const began = beganAt(incident.milestones);
  const { resolvedAt } = incident.milestones;
  return isOver(incident) && resolvedAt !== null
    ? md`${when(began)} to ${when(resolvedAt)}`
    : md`Since ${when(began)} (${ago(began, now)})`;
}

/** All of it as text: for notifications, screen readers and search, which do not read blocks. */
export function spokenIncident(
  incident: Incident,
  now: number,
  runbook: Runbook | null = null,
  remedies: Remedies = NO_REMEDIES,
): Mrkdwn {
  const { id, severity, incidentClass, members, milestones, summary, evidence } = incident;
  const { word } = lookOf(incident);
  const progress = runbook && !isOver(incident) ? progressWords(incident, runbook) : '';
  const lasting = isOver(incident) ? null : `It began ${roughly(now - beganAt(milestones))} ago.`;
  return join(
    [
      incident.drill ? 'Drill:' : null,
      `${id} ${severity} ${SEVERITY_WORDS[severity]}, ${placeOf(incident)}: ${titleOf(incident)}.`,
      `Trouble: ${CLASS_WORDS[incidentClass]}.`,
      whatFired(incident) ?? (oneLine(summary, BUDGET.line) || null),
      incident.status === 'resolved' ? null : md`${word}.`,
      nextStep(incident),
      ...servingHere(incident, remedies).map(servingWords),
      runWords(incident, remedies.offered, now, true),
      answerWords(incident, now),
      escalationLines(incident, now),
      severityWords(incident, now),
      caveats(incident),
      lasting,
      members.total > 1 ? `${countWords(members)}.` : null,
      incident.closingNote ? null : spokenEvidence(evidence),
      progress === '' ? null : md`Runbook: ${progress}`,
    ],
    ' ',
  );
}

/** One incident in a list: state, id, severity, where, what, who; and what is being done about it. */
export function listLine(incident: Incident, isOwnerSaid = false): Mrkdwn {
  const runs = runsUnderWay(incident).slice(0, RUNS_LISTED);
  return lines(rowLine(incident, isOwnerSaid), ...runs.map((run) => runLine(run, incident.drill)));
}

const RUNS_LISTED = 2;

/** The same without what is being done, where that stands elsewhere. `isOwnerSaid`: a heading says who has it. */
export function rowLine(incident: Incident, isOwnerSaid = false): Mrkdwn {
  const { icon, word } = lookOf(incident);
  const owner = incident.owner === null ? md`nobody has it` : mention(incident.owner);
  const drill = incident.drill ? 'drill · ' : '';
  return lines(
    md`${icon} *${incident.id}* ${drill}${join([incident.severity, word, isOwnerSaid ? null : owner], ' · ')}`,
    md`${placeOf(incident)}: ${oneLine(incident.title, 120)}`,
  );
}
