import type { IncidentEvent } from '../../domain/incident.ts';
import { ok, type Result, reject } from '../../domain/result.ts';

/** What happened to one incident, oldest first; the first event opened it. */
export interface History {
  readonly id: string;
  readonly service: string;
  readonly events: readonly [Extract<IncidentEvent, { type: 'opened' }>, ...IncidentEvent[]];
}

/** Every kind of event, so that what another version of Tocsin has written is left out. */
const KINDS: Readonly<Record<IncidentEvent['type'], true>> = {
  acknowledged: true,
  action_proposed: true,
  alarms: true,
  answer_overdue: true,
  asked_owner: true,
  assigned: true,
  closed: true,
  confirmed: true,
  deadline_changed: true,
  deadline_done: true,
  deadline_reminded: true,
  deadline_set: true,
  easing: true,
  escalated: true,
  evidence: true,
  graded: true,
  message_added: true,
  mitigated: true,
  note_asked: true,
  noted: true,
  opened: true,
  page_dropped: true,
  page_due: true,
  page_failed: true,
  page_passed: true,
  page_sent: true,
  posted: true,
  proposal_dismissed: true,
  recovered: true,
  relapsed: true,
  reopened: true,
  resolved: true,
  run_approved: true,
  run_began: true,
  run_cancel_asked: true,
  run_changed: true,
  run_ended: true,
  run_planned: true,
  run_progressed: true,
  run_sampled: true,
  run_sent: true,
  seen: true,
  severity_set: true,
  silence_ended: true,
  silenced: true,
  snooze_ended: true,
  snoozed: true,
  step_checked: true,
  step_ticked: true,
  unacknowledged: true,
  value_held: true,
};

/** Reads what `npm run export -- --format events` has printed: one incident in each line, those that began at `since` (epoch ms) or later. */
export function readHistories(text: string, since: number): Result<History[]> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const histories: History[] = [];
  for (const [i, line] of lines.entries()) {
    const history = historyIn(line);
    if (!history) {
      return reject(
        'bad_input',
        `Line ${i + 1} is not the history of an incident.`,
        'Print them with: npm run export -- --format events --since 30d > events.ndjson',
      );
    }
    if (history.events[0].at >= since) histories.push(history);
  }
  return ok(histories.toSorted((a, b) => a.events[0].at - b.events[0].at));
}

function historyIn(line: string): History | null {
  try {
    const { id, service, events } = JSON.parse(line) as Partial<Record<keyof History, unknown>>;
    if (typeof id !== 'string' || typeof service !== 'string' || !Array.isArray(events)) return null;
    const [first, ...others] = events.filter(isKnown);
    return first?.type === 'opened' ? { id, service, events: [first, ...others] } : null;
  } catch {
    return null;
  }
}

function isKnown(event: unknown): event is IncidentEvent {
  if (typeof event !== 'object' || event === null) return false;
  const { type, at } = event as { type?: unknown; at?: unknown };
  return typeof type === 'string' && Object.hasOwn(KINDS, type) && typeof at === 'number' && Number.isFinite(at);
}
