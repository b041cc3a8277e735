import { progressOf } from './checklist.ts';
import { type Incident, type IncidentEvent, isOver, TOCSIN } from './incident.ts';
import { beganAt } from './milestones.ts';
import type { Runbook } from './runbook.ts';
import { type Phrase, phraseOf, type TimelineEntry } from './timeline.ts';

/**
 * What whoever is asked for help must know, in the fields that the runbooks of the five systems ask for: alert, severity, duration,
 * impact, actions taken, current status, next steps. The first four and the status are the incident's own; this adds what needs
 * its story. Times are epoch ms.
 */
export interface Briefing {
  readonly incident: Incident;
  /** How long it has lasted, or did. */
  readonly lastedMs: number;
  /** What people did and found out, oldest first: the newest ones. */
  readonly actions: readonly TimelineEntry[];
  /** Actions before those. */
  readonly earlier: number;
  /** What the alarm's own rule advises, then what the runbook has next. Plain text; foreign. */
  readonly nextSteps: readonly string[];
}

const ACTIONS = 8;

/** `events` are all events of the incident, in order; `runbook` is the one that `runbookOf` finds. */
export function briefingOf(
  incident: Incident,
  events: readonly IncidentEvent[],
  runbook: Runbook | null,
  now: number,
): Briefing {
  const all = actionsOf(events);
  const actions = all.slice(-ACTIONS);
  const end = isOver(incident) ? (incident.milestones.resolvedAt ?? now) : now;
  return {
    incident,
    lastedMs: Math.max(0, end - beganAt(incident.milestones)),
    actions,
    earlier: all.length - actions.length,
    nextSteps: nextStepsOf(incident, runbook),
  };
}

/** What people did, without what they only looked at. */
export function actionsOf(events: readonly IncidentEvent[]): TimelineEntry[] {
  return events.flatMap((event) => {
    const phrase = actionPhrase(event);
    return phrase ? [{ at: event.at, phrase }] : [];
  });
}

const ACTS: ReadonlySet<IncidentEvent['type']> = new Set([
  'acknowledged',
  'assigned',
  'noted',
  'message_added',
  'severity_set',
  'step_ticked',
  'step_checked',
  'mitigated',
  'reopened',
  'escalated',
  'unacknowledged',
]);

/** What was done to systems counts whoever let it run, and so does what came of it. */
const RUNS: ReadonlySet<IncidentEvent['type']> = new Set(['run_planned', 'run_approved', 'run_ended']);

function actionPhrase(event: IncidentEvent): Phrase | null {
  const isPersons = ACTS.has(event.type) && 'by' in event && event.by !== TOCSIN;
  return isPersons || RUNS.has(event.type) ? phraseOf(event) : null;
}

function nextStepsOf(incident: Incident, runbook: Runbook | null): string[] {
  if (isOver(incident)) return [];
  const advice = incident.members.shown.find(({ ruling }) => ruling.advice !== null)?.ruling.advice ?? null;
  const next = runbook ? progressOf(incident, runbook).next : null;
  const step = next && runbook ? `${runbook.title}, step ${next.number}: ${next.step.text}` : null;
  return [advice, step].filter((one) => one !== null);
}
