import { decideAlarms } from './alarms.ts';
import { withDeadlines } from './deadline-advised.ts';
import { type DeadlineCommand, decideDeadline } from './deadline-commands.ts';
import { close, over, resolve } from './ending.ts';
import { decideEscalation, decidePage, type EscalationCommand, type PageCommand } from './escalation-commands.ts';
import type { Fact, Graph, Moment } from './evidence.ts';
import { type Actor, type ClosingNote, type Incident, type IncidentEvent, isOver } from './incident.ts';
import type { AlertChange, KnownAlert } from './member.ts';
import { withPages } from './paging.ts';
import { ok, type Result, reject } from './result.ts';
import type { EngineCommand, RunCommand } from './run-commands.ts';
import { decideRun } from './run-decide.ts';
import { decideEngine } from './run-engine.ts';
import type { Severity } from './severity.ts';
import { decideGrade, type GradeCommand } from './severity-by-value.ts';
import { wake } from './wake.ts';

/** What somebody (or the clock, or a source) wants of an incident. */
export type Command = PersonCommand | MachineCommand;

export type PersonCommand =
  | EscalationCommand
  | DeadlineCommand
  | RunCommand
  | { readonly type: 'see'; readonly by: Actor }
  | { readonly type: 'acknowledge'; readonly by: Actor }
  | { readonly type: 'assign'; readonly by: Actor; readonly to: Actor; readonly note?: string }
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
      /** Who does the follow-ups of the note that name nobody; absent: who resolves. */
      readonly followUpsBy?: Actor;
    }
  | { readonly type: 'close'; readonly by: Actor; readonly note: ClosingNote; readonly followUpsBy?: Actor }
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
  | EngineCommand
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
  return isNothing ? decision : ok(withPages(incident, withDeadlines(incident, decision.value), now));
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
    case 'set_deadline':
    case 'add_follow_up':
    case 'change_deadline':
    case 'finish_deadline': {
      const decision = decideDeadline(incident, command, now);
      return decision.ok ? happens(...decision.value) : decision;
    }
    case 'request_run':
    case 'approve_run':
    case 'reject_run':
    case 'cancel_run':
    case 'dismiss_proposal':
      return decideRun(incident, command, now);
    case 'begin_run':
    case 'send_run':
    case 'progress_run':
    case 'change_run':
    case 'sample_run':
    case 'end_run':
    case 'propose_action':
      return ok({ events: decideEngine(incident, command, now), alerts: [] });
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
  EscalationCommand | DeadlineCommand | RunCommand | { type: 'see' | 'note' | 'add_message' | 'tick' | 'record_check' }
>;

function decideForPerson(incident: Incident, command: WorkCommand, now: number): Result<Decision> {
  switch (command.type) {
    case 'acknowledge':
      return acknowledge(incident, command.by, now);
    case 'assign':
      return assign(incident, command, now);
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
      return close(incident, command.by, command.note, now, command.followUpsBy);
    case 'reopen':
      if (!isOver(incident)) return reject('nothing_to_do', `${incident.id} is open already.`);
      return happens({ type: 'reopened', at: now, by: command.by, reason: command.reason.trim() });
  }
}

function happens(...events: IncidentEvent[]): Result<Decision> {
  return ok({ events, alerts: [] });
}

function acknowledge(incident: Incident, by: Actor, now: number): Result<Decision> {
  if (isOver(incident)) return over(incident);
  const isGiven = incident.status === 'mitigated' && incident.isTaken === false; // whoever was given it has said nothing yet
  const isTaken = incident.status !== 'triggered' && !isGiven;
  if (incident.owner === by && isTaken) return ok(NOTHING); // a second click says nothing new
  if (isTaken && incident.owner !== null) {
    return reject(
      'nothing_to_do',
      `<@${incident.owner}> has ${incident.id} already.`,
      `To take it over: /incident assign ${incident.id} me`,
    );
  }
  return happens({ type: 'acknowledged', at: now, by });
}

function assign(
  incident: Incident,
  { by, to, note: words = '' }: Extract<PersonCommand, { type: 'assign' }>,
  now: number,
): Result<Decision> {
  if (isOver(incident)) return over(incident);
  const takesIt = by === to && incident.status === 'triggered';
  if (incident.owner === to && !takesIt) return reject('already_yours', `<@${to}> has ${incident.id} already.`);
  const said = words.trim();
  return happens({ type: 'assigned', at: now, by, to, ...(said !== '' && { note: said }) });
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
