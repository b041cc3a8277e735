import { decideAlarms } from './alarms.ts';
import { isOverdue } from './answer-time.ts';
import { decideEscalation, decidePage, type EscalationCommand, type PageCommand } from './escalation-commands.ts';
import type { Fact, Graph, Moment } from './evidence.ts';
import {
  type Actor,
  type ClosingNote,
  type Incident,
  type IncidentEvent,
  isOver,
  TOCSIN,
  unansweredAt,
} from './incident.ts';
import type { AlertChange, KnownAlert } from './member.ts';
import { withPages } from './paging.ts';
import { ok, type Result, reject } from './result.ts';
import type { Severity } from './severity.ts';
import { decideEasing, decideGrade, type GradeCommand } from './severity-by-value.ts';

/** What somebody (or the clock, or a source) wants of an incident. */
export type Command = PersonCommand | MachineCommand;

export type PersonCommand =
  | EscalationCommand
  | { readonly type: 'see'; readonly by: Actor }
  | { readonly type: 'acknowledge'; readonly by: Actor }
  | { readonly type: 'assign'; readonly by: Actor; readonly to: Actor }
  | { readonly type: 'set_severity'; readonly by: Actor; readonly severity: Severity }
  | { readonly type: 'note'; readonly by: Actor; readonly text: string }
  | {
      readonly type: 'add_message';
      readonly by: Actor;
      readonly author: Actor;
      readonly text: string;
      readonly link: string | null;
    }
  | { readonly type: 'silence'; readonly by: Actor; readonly forMs: number }
  | { readonly type: 'mitigate'; readonly by: Actor }
  | {
      readonly type: 'resolve';
      readonly by: Actor;
      readonly seen: number | null;
      readonly text: string;
      readonly note: ClosingNote | null;
    }
  | { readonly type: 'close'; readonly by: Actor; readonly note: ClosingNote }
  | { readonly type: 'reopen'; readonly by: Actor; readonly reason: string }
  | {
      readonly type: 'tick';
      readonly by: Actor;
      readonly runbook: string;
      readonly step: string;
      readonly text: string;
      readonly isDone: boolean;
    }
  | {
      readonly type: 'record_check';
      readonly by: Actor;
      readonly runbook: string;
      readonly step: string;
      readonly text: string;
      readonly answer: string;
      readonly isWell: boolean | null;
    };

export type MachineCommand =
  | PageCommand
  | {
      readonly type: 'alarms';
      readonly changes: readonly AlertChange[];
      readonly known: ReadonlyMap<string, KnownAlert>;
    }
  | { readonly type: 'posted'; readonly at: number }
  | GradeCommand
  | {
      readonly type: 'show_evidence';
      readonly moment: Moment;
      readonly facts: readonly Fact[];
      readonly graph: Graph | null;
    }
  | { readonly type: 'wake' };

/** What a command causes: events of the incident, and what to remember about each alarm. Both empty: nothing new. */
export interface Decision {
  readonly events: readonly IncidentEvent[];
  readonly alerts: readonly KnownAlert[];
}

const NOTHING: Decision = { events: [], alerts: [] };

/** Says what a command causes now, pages included, or why it is refused. No IO, no clock of its own. */
export function decide(incident: Incident, command: Command, now: number): Result<Decision> {
  const decision = decideAlone(incident, command, now);
  if (!decision.ok) return decision;
  const isNothing = decision.value.events.length === 0 && command.type !== 'wake';
  return isNothing ? decision : ok(withPages(incident, decision.value, now));
}

function decideAlone(incident: Incident, command: Command, now: number): Result<Decision> {
  switch (command.type) {
    case 'alarms':
      return ok(decideAlarms(incident, command.changes, command.known, now));
    case 'wake':
      return ok({ events: wake(incident, now), alerts: [] });
    case 'posted':
      return incident.milestones.postedAt === null ? happens({ type: 'posted', at: command.at }) : ok(NOTHING);
    case 'grade':
      return ok({ events: decideGrade(incident, command, now), alerts: [] });
    case 'show_evidence': {
      const { type: _, ...shown } = command;
      if (shown.facts.length === 0 && shown.graph === null) return ok(NOTHING);
      return happens({ type: 'evidence', at: now, ...shown });
    }
    case 'page_sent':
    case 'page_failed':
    case 'page_dropped':
    case 'hold_value':
      return ok({ events: decidePage(incident, command, now), alerts: [] });
    case 'confirm':
    case 'give_back':
    case 'snooze':
    case 'end_snooze':
    case 'escalate': {
      const decision = decideEscalation(incident, command, now);
      return decision.ok ? happens(...decision.value) : decision;
    }
    case 'tick':
      return tick(incident, command, now);
    case 'record_check': {
      const { type: _, ...answer } = command;
      return happens({ type: 'step_checked', at: now, ...answer });
    }
    case 'see':
      return incident.milestones.seenAt === null ? happens({ type: 'seen', at: now, by: command.by }) : ok(NOTHING);
    case 'note':
      return note(command.text, { type: 'noted', at: now, by: command.by, text: command.text.trim() });
    case 'add_message': {
      const { type: _, ...message } = command;
      return note(message.text, { type: 'message_added', at: now, ...message });
    }
    default:
      return decideForPerson(incident, command, now);
  }
}

type WorkCommand = Exclude<
  PersonCommand,
  EscalationCommand | { type: 'see' | 'note' | 'add_message' | 'tick' | 'record_check' }
>;

function decideForPerson(incident: Incident, command: WorkCommand, now: number): Result<Decision> {
  switch (command.type) {
    case 'acknowledge':
      return acknowledge(incident, command.by, now);
    case 'assign':
      return assign(incident, command.by, command.to, now);
    case 'set_severity':
      return setSeverity(incident, command.by, command.severity, now);
    case 'silence':
      if (isOver(incident)) return over(incident);
      return happens({ type: 'silenced', at: now, by: command.by, until: now + command.forMs });
    case 'mitigate':
      return mitigate(incident, command.by, now);
    case 'resolve':
      return resolve(incident, command, now);
    case 'close':
      return close(incident, command.by, command.note, now);
    case 'reopen':
      if (!isOver(incident)) return reject('nothing_to_do', `${incident.id} is open already.`);
      return happens({ type: 'reopened', at: now, by: command.by, reason: command.reason.trim() });
  }
}

function happens(...events: IncidentEvent[]): Result<Decision> {
  return ok({ events, alerts: [] });
}

function over({ id, resolvedBy, milestones }: Incident): Result<never> {
  const since =
    milestones.resolvedAt === null
      ? ''
      : ` since ${new Date(milestones.resolvedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const who = resolvedBy && resolvedBy !== 'tocsin' ? `, by <@${resolvedBy}>` : '';
  return reject(
    'already_resolved',
    `${id} is resolved already${since}${who}.`,
    `If it is happening again, reopen it and it is yours: /incident reopen ${id}`,
  );
}

function acknowledge(incident: Incident, by: Actor, now: number): Result<Decision> {
  if (isOver(incident)) return over(incident);
  if (incident.owner === by && incident.status !== 'triggered') return ok(NOTHING); // a second click says nothing new
  if (incident.status !== 'triggered' && incident.owner !== null) {
    return reject(
      'nothing_to_do',
      `<@${incident.owner}> has ${incident.id} already.`,
      `To take it over: /incident assign ${incident.id} me`,
    );
  }
  return happens({ type: 'acknowledged', at: now, by });
}

function assign(incident: Incident, by: Actor, to: Actor, now: number): Result<Decision> {
  if (isOver(incident)) return over(incident);
  const takesIt = by === to && incident.status === 'triggered';
  if (incident.owner === to && !takesIt) return reject('already_yours', `<@${to}> has ${incident.id} already.`);
  return happens({ type: 'assigned', at: now, by, to });
}

function setSeverity(incident: Incident, by: Actor, severity: Severity, now: number): Result<Decision> {
  if (isOver(incident)) return over(incident);
  if (incident.severity === severity) return reject('nothing_to_do', `${incident.id} is ${severity} already.`);
  return happens({ type: 'severity_set', at: now, by, from: incident.severity, severity });
}

function mitigate(incident: Incident, by: Actor, now: number): Result<Decision> {
  if (isOver(incident)) return over(incident);
  if (incident.status === 'mitigated') return reject('nothing_to_do', `${incident.id} is mitigated already.`);
  const takes: IncidentEvent[] = incident.status === 'triggered' ? [{ type: 'acknowledged', at: now, by }] : [];
  return happens(...takes, { type: 'mitigated', at: now, by });
}

function resolve(
  incident: Incident,
  command: Extract<PersonCommand, { type: 'resolve' }>,
  now: number,
): Result<Decision> {
  const { by, seen, text, note: closing } = command;
  if (isOver(incident)) return closing ? close(incident, by, closing, now) : over(incident);
  if (seen !== null && seen < incident.lastAlarmVersion) {
    return reject(
      'changed_since_seen',
      `Another alarm of ${incident.id} fired after you opened this.`,
      'Look at the card again; if it is over all the same, resolve once more.',
    );
  }
  const events: IncidentEvent[] = incident.status === 'triggered' ? [{ type: 'acknowledged', at: now, by }] : [];
  events.push({ type: 'resolved', at: now, by, text: text.trim() });
  if (closing) events.push({ type: 'closed', at: now, by, note: closing });
  return happens(...events);
}

function close(incident: Incident, by: Actor, closing: ClosingNote, now: number): Result<Decision> {
  if (incident.status === 'closed') {
    return reject(
      'nothing_to_do',
      `The closing note of ${incident.id} is written already.`,
      `Add to it: /incident note ${incident.id} …`,
    );
  }
  if (incident.status !== 'resolved') {
    return reject(
      'not_open',
      `${incident.id} is not resolved yet.`,
      'Resolve it first: the form asks for the closing note as well.',
    );
  }
  return happens({ type: 'closed', at: now, by, note: closing });
}

/** Two people may tick one step at once: the second click says nothing new. */
function tick(
  { steps }: Incident,
  { type: _, ...step }: Extract<PersonCommand, { type: 'tick' }>,
  now: number,
): Result<Decision> {
  const before = steps.find((one) => one.runbook === step.runbook && one.step === step.step);
  if ((before?.done != null) === step.isDone) return ok(NOTHING);
  return happens({ type: 'step_ticked', at: now, ...step });
}

function note(text: string, event: IncidentEvent): Result<Decision> {
  if (text.trim() === '') return reject('bad_input', 'The note is empty.', 'Write a few words.');
  return happens(event);
}

function wake(incident: Incident, now: number): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  if (incident.silencedUntil !== null && now >= incident.silencedUntil) events.push({ type: 'silence_ended', at: now });
  events.push(...decideEasing(incident, now));
  const lateAt = unansweredAt(incident);
  if (lateAt !== null && isOverdue(lateAt, now)) events.push({ type: 'answer_overdue', at: now });
  if (isOver(incident) || incident.watchUntil === null || incident.noteAsked || now < incident.watchUntil)
    return events;

  // What a person declared may be more than the alarms that joined it: only people end it.
  const endsByItself = incident.policy.recovery.end === 'resolve' && incident.openedBy === TOCSIN;
  events.push(
    endsByItself
      ? { type: 'resolved', at: now, by: 'tocsin', text: 'All alarms recovered and stayed so.' }
      : { type: 'note_asked', at: now },
  );
  return events;
}
