import { withDeadline } from './deadline.ts';
import { begun } from './escalation.ts';
import { follow } from './escalation-follow.ts';
import { situationOf } from './escalation-situation.ts';
import type { EvidenceShown } from './evidence.ts';
import type {
  Actor,
  AlarmsChanged,
  Easing,
  Incident,
  IncidentEvent,
  Opened,
  StepChecked,
  StepTicked,
} from './incident.ts';
import { TOCSIN } from './incident.ts';
import { NO_MEMBERS, withMembers, withRuling } from './member.ts';
import type { Milestones } from './milestones.ts';
import { isOfRun } from './run.ts';
import { withRun } from './run-apply.ts';
import type { StepRecord } from './runbook.ts';
import { worstOf } from './severity.ts';

/** Replays one event. Total and silent: `decide` has refused whatever must not happen. */
export function apply(incident: Incident | null, event: IncidentEvent): Incident {
  if (event.type === 'opened') return open(event);
  if (!incident) throw new Error(`The first event of an incident must be "opened", not "${event.type}"`);

  return followed(withSeen(change({ ...incident, version: incident.version + 1 }, event), event), event);
}

/** The policy sees every event, and the incident as it is after it. */
function followed(incident: Incident, event: IncidentEvent): Incident {
  if (!incident.escalation) return incident;
  const { policy, state } = incident.escalation;
  return { ...incident, escalation: { policy, state: follow(policy, state, event, situationOf(incident, policy)) } };
}

function open(event: Opened): Incident {
  const { type: _, at, by, firedAt, receivedAt, escalation: policy, ...facts } = event;
  const milestones: Milestones = {
    firedAt,
    receivedAt,
    postedAt: null,
    seenAt: by === TOCSIN ? null : at,
    acknowledgedAt: null,
    mitigatedAt: null,
    resolvedAt: null,
    closedAt: null,
  };
  const incident: Incident = {
    ...facts,
    version: 1,
    status: 'triggered',
    openedBy: by,
    severityBy: by,
    chosen: by === TOCSIN ? null : { severity: event.severity, over: null },
    easing: null,
    evidence: null,
    overdueAt: null,
    steps: [],
    openedAt: at,
    owner: null,
    milestones,
    members: NO_MEMBERS,
    lastAlarmAt: at,
    lastAlarmVersion: 1,
    silencedUntil: null,
    watchUntil: null,
    noteAsked: false,
    resolvedBy: null,
    resolution: '',
    closingNote: null,
    reopenings: 0,
    escalation: null,
    deadlines: [],
    runs: [],
    proposals: [],
  };
  if (!policy) return incident;
  return { ...incident, escalation: { policy, state: begun(policy, situationOf(incident, policy), at) } };
}

/** The first thing a person does with an incident is also the moment it was seen. */
function withSeen(incident: Incident, event: IncidentEvent): Incident {
  const byPerson = 'by' in event && event.by !== TOCSIN;
  if (!byPerson || incident.milestones.seenAt !== null) return incident;
  return reached(incident, { seenAt: event.at });
}

function change(incident: Incident, event: Exclude<IncidentEvent, Opened>): Incident {
  if (isOfRun(event)) return { ...incident, ...withRun(incident, event) };
  switch (event.type) {
    case 'alarms':
      return alarmsChanged(incident, event);
    case 'posted':
      return reached(incident, { postedAt: incident.milestones.postedAt ?? event.at });
    case 'seen':
    case 'page_due':
    case 'page_passed':
    case 'page_sent':
    case 'page_failed':
    case 'page_dropped':
    case 'asked_owner':
    case 'confirmed':
    case 'snoozed':
    case 'snooze_ended':
    case 'value_held':
    case 'escalated':
    case 'noted':
    case 'message_added':
      return incident;
    case 'deadline_set':
    case 'deadline_changed':
    case 'deadline_done':
    case 'deadline_reminded':
      return { ...incident, deadlines: withDeadline(incident.deadlines, event) };
    case 'acknowledged':
      return acknowledged({ ...incident, owner: event.by }, event.at);
    case 'assigned':
      return event.to === event.by
        ? acknowledged({ ...incident, owner: event.to }, event.at)
        : { ...incident, owner: event.to };
    case 'severity_set':
      return severitySet(incident, event);
    case 'graded':
      return { ...incident, members: withRuling(incident.members, event) };
    case 'answer_overdue':
      return { ...incident, overdueAt: event.at };
    case 'easing':
      return { ...incident, easing: eased(incident.easing, event) };
    case 'evidence':
      return { ...incident, evidence: withEvidence(incident.evidence, event) };
    case 'step_ticked':
    case 'step_checked':
      return { ...incident, steps: withStep(incident.steps, event) };
    case 'silenced':
      return { ...incident, silencedUntil: event.until };
    case 'silence_ended':
      return { ...incident, silencedUntil: null };
    case 'note_asked':
      return { ...incident, noteAsked: true };
    default:
      return changeOfStatus(incident, event);
  }
}

type SeveritySet = Extract<IncidentEvent, { type: 'severity_set' }>;

type StatusEvent = Extract<
  IncidentEvent,
  { type: 'mitigated' | 'recovered' | 'relapsed' | 'resolved' | 'closed' | 'reopened' | 'unacknowledged' }
>;

function changeOfStatus(incident: Incident, event: StatusEvent): Incident {
  switch (event.type) {
    case 'unacknowledged':
      return { ...incident, status: 'triggered', owner: null };
    case 'mitigated':
      return reached(mitigated(incident), { mitigatedAt: event.at });
    case 'recovered':
      return reached(
        { ...mitigated(incident), watchUntil: event.watchUntil, noteAsked: false },
        { mitigatedAt: incident.milestones.mitigatedAt ?? event.at },
      );
    case 'relapsed':
      return reached(backToWork(incident), { mitigatedAt: null });
    case 'resolved':
      return reached(
        {
          ...incident,
          status: 'resolved',
          easing: null,
          watchUntil: null,
          silencedUntil: null,
          resolvedBy: event.by,
          resolution: event.text,
        },
        { resolvedAt: event.at, mitigatedAt: incident.milestones.mitigatedAt ?? event.at },
      );
    case 'closed':
      return reached({ ...incident, status: 'closed', closingNote: event.note }, { closedAt: event.at });
    case 'reopened':
      return reached(
        { ...reopened(incident, event.by), resolvedBy: null, reopenings: incident.reopenings + 1 },
        { ...back(incident, event), mitigatedAt: null, resolvedAt: null, closedAt: null },
      );
  }
}

function acknowledged(incident: Incident, at: number): Incident {
  const status = incident.status === 'triggered' ? 'acknowledged' : incident.status;
  const taken = status === 'mitigated' ? { isTaken: true } : {};
  return reached(
    { ...incident, status, overdueAt: null, ...taken },
    { acknowledgedAt: incident.milestones.acknowledgedAt ?? at },
  );
}

function mitigated(incident: Incident): Incident {
  const isTaken = incident.status === 'mitigated' ? wasTaken(incident) : incident.status === 'acknowledged';
  return { ...incident, status: 'mitigated', isTaken };
}

/** That it was acknowledged once does not count: it may have been given back since, or reopened by an alarm, and given to somebody. */
function wasTaken({ isTaken, milestones, owner }: Incident): boolean {
  return isTaken ?? (milestones.acknowledgedAt !== null && owner !== null);
}

/** Whoever had acknowledged it has it still. */
function backToWork(incident: Incident): Incident {
  const isTaken = wasTaken(incident);
  const status = isTaken ? 'acknowledged' : 'triggered';
  return { ...incident, status, watchUntil: null, noteAsked: false };
}

/** Whoever reopens has it. When an alarm does, nobody has it: its last owner may be asleep by now. */
function reopened(incident: Incident, by: Actor): Incident {
  const back = { ...incident, watchUntil: null, noteAsked: false };
  return by === TOCSIN ? { ...back, status: 'triggered', owner: null } : { ...back, status: 'acknowledged', owner: by };
}

/** Whoever reopens what nobody had acknowledged acknowledges it by that. */
function back({ milestones }: Incident, { by, at }: Extract<IncidentEvent, { type: 'reopened' }>): Partial<Milestones> {
  return by === TOCSIN ? {} : { acknowledgedAt: milestones.acknowledgedAt ?? at };
}

/** A recovery is not watched while an alarm fires or cannot tell: it is watched anew when all are well. */
function alarmsChanged(incident: Incident, event: AlarmsChanged): Incident {
  const members = withMembers(incident.members, event.changed, event.totals);
  const grew = event.joined + event.refired > 0;
  const isWell = members.firing + members.unknown === 0;
  return {
    ...incident,
    ...(isWell ? {} : { watchUntil: null, noteAsked: false }),
    members,
    lastAlarmAt: grew ? event.at : incident.lastAlarmAt,
    lastAlarmVersion: grew ? incident.version : incident.lastAlarmVersion,
  };
}

function reached(incident: Incident, milestones: Partial<Milestones>): Incident {
  return { ...incident, milestones: { ...incident.milestones, ...milestones } };
}

/** A milder severity that gets a little worse has lasted as long: so much was so all the time. */
function eased(before: Incident['easing'], { at, severity, dwellMs }: Easing): Incident['easing'] {
  return severity === null ? null : { severity, since: before?.since ?? at, dwellMs };
}

/** What a person chooses, they choose over all that alarms call for now, and over what an earlier choice was made over. */
function severitySet(incident: Incident, { by, severity }: SeveritySet): Incident {
  const set = { ...incident, severity, severityBy: by, easing: null, overdueAt: null };
  if (by === TOCSIN) return set;
  const before = incident.severityBy === TOCSIN ? incident.severity : (incident.chosen?.over ?? null);
  const called = incident.members.shown.map((member) => member.severity);
  return { ...set, chosen: { severity, over: worstOf(before ? [before, ...called] : called) } };
}

/** What is found out later takes the place of what was known; where nothing new was found, what was known stays. */
function withEvidence(
  before: Incident['evidence'],
  { at, facts, graph }: Extract<IncidentEvent, { type: 'evidence' }>,
): EvidenceShown {
  if (!before) return { at, facts, graph };
  return { at, facts: facts.length > 0 ? facts : before.facts, graph: graph ?? before.graph };
}

function withStep(steps: Incident['steps'], event: StepTicked | StepChecked): Incident['steps'] {
  const { runbook, step, text } = event;
  const isMe = (one: StepRecord) => one.runbook === runbook && one.step === step;
  const before = steps.find(isMe) ?? { runbook, step, text, done: null, answer: null };
  const after = { ...before, text, ...touched(event) };
  return steps.some(isMe) ? steps.map((one) => (isMe(one) ? after : one)) : [...steps, after];
}

function touched(event: StepTicked | StepChecked): Partial<StepRecord> {
  const { at, by } = event;
  return event.type === 'step_ticked'
    ? { done: event.isDone ? { by, at } : null }
    : { answer: { text: event.answer, isWell: event.isWell, at, by } };
}
