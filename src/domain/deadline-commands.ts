import { type Deadline, type DeadlineEvent, openDeadlines } from './deadline.ts';
import { type FollowUp, followUpIn, followUpsIn } from './deadline-lines.ts';
import type { Actor, Incident } from './incident.ts';
import { ok, type Result, reject } from './result.ts';
import type { Calendar } from './service.ts';

/** What a person wants of the follow-ups of an incident, also when it is over. Times are epoch ms. */
export type DeadlineCommand =
  | {
      readonly type: 'set_deadline';
      readonly by: Actor;
      readonly text: string;
      readonly owner: Actor | null;
      readonly due: number;
    }
  /** The same as somebody typed it on one line: `load test @ana in 3d`. See `followUpIn`. */
  | { readonly type: 'add_follow_up'; readonly by: Actor; readonly line: string }
  /** What is absent stays. */
  | {
      readonly type: 'change_deadline';
      readonly by: Actor;
      readonly id: string;
      readonly owner?: Actor | null;
      readonly due?: number;
    }
  | { readonly type: 'finish_deadline'; readonly by: Actor; readonly id: string; readonly isDone: boolean };

const DAY_MS = 86_400_000;
/** An incident that is over is kept for 180 days, and its last reminder comes two weeks after the day that it is due. */
export const LONGEST_DEADLINE_MS = 120 * DAY_MS;
/** Of one incident: more is a project. */
export const MOST_OPEN = 20;
/** With those that are done: an incident must stay small. */
const MOST_EVER = 100;

/** The working hours in which an incident reminds people; `null`: it has none, and always does. */
export function calendarOf({ escalation }: Pick<Incident, 'escalation'>): Calendar | null {
  return escalation?.policy.calendar ?? null;
}

export function nextDeadlineId(deadlines: readonly Deadline[]): string {
  return String(deadlines.length + 1);
}

/** What a command about a deadline causes, or why it is refused. */
export function decideDeadline(
  incident: Incident,
  command: DeadlineCommand,
  now: number,
): Result<readonly DeadlineEvent[]> {
  switch (command.type) {
    case 'set_deadline':
      return set(incident, command.by, command, now);
    case 'add_follow_up': {
      const { by, line } = command;
      return set(incident, by, followUpIn(line, { owner: by, now, calendar: calendarOf(incident) }), now);
    }
    case 'change_deadline':
      return change(incident, command, now);
    case 'finish_deadline':
      return finish(incident, command, now);
  }
}

/** What the closing note says is to be done becomes deadlines, as far as there is room; what is one already does not become another. */
export function followUpEvents(
  incident: Incident,
  lines: string,
  { by, owner, now }: { readonly by: Actor; readonly owner: Actor; readonly now: number },
): DeadlineEvent[] {
  const open = openDeadlines(incident);
  const known = new Set(open.map(({ text }) => text.toLowerCase()));
  const room = Math.max(0, Math.min(MOST_OPEN - open.length, MOST_EVER - incident.deadlines.length));
  return followUpsIn(lines, { owner, now, calendar: calendarOf(incident) })
    .filter(({ text }) => !known.has(text.toLowerCase()) && known.add(text.toLowerCase()))
    .slice(0, room)
    .map((one, i) => ({
      ...{ type: 'deadline_set', at: now, by, id: String(incident.deadlines.length + 1 + i) },
      ...one,
    }));
}

function set(incident: Incident, by: Actor, { text, owner, due }: FollowUp, now: number) {
  const { id, deadlines } = incident;
  const words = text.trim();
  if (words === '') {
    return reject(
      'bad_input',
      'Say what must be done.',
      `For example: /incident followup ${id} add an alarm on memory in 3d`,
    );
  }
  if (openDeadlines(incident).length >= MOST_OPEN || deadlines.length >= MOST_EVER) {
    return reject(
      'bad_input',
      `${id} has as many follow-ups as it can hold.`,
      `Mark some as done: /incident followups ${id}`,
    );
  }
  const timely = isTimely(due, now);
  if (!timely.ok) return timely;
  return ok<DeadlineEvent[]>([
    { type: 'deadline_set', at: now, by, id: nextDeadlineId(deadlines), text: words, owner, due },
  ]);
}

function change(
  incident: Incident,
  { by, id, owner, due }: Extract<DeadlineCommand, { type: 'change_deadline' }>,
  now: number,
): Result<readonly DeadlineEvent[]> {
  const found = find(incident, id);
  if (!found.ok) return found;
  const { value: before } = found;
  if (before.done) return reject('nothing_to_do', doneWords(incident, before), 'Open it again first.');
  const after = { owner: owner === undefined ? before.owner : owner, due: due ?? before.due };
  if (after.owner === before.owner && after.due === before.due) return ok([]);
  if (after.due !== before.due) {
    const timely = isTimely(after.due, now);
    if (!timely.ok) return timely;
  }
  return ok([{ type: 'deadline_changed', at: now, by, id, ...after }]);
}

function finish(
  incident: Incident,
  { by, id, isDone }: Extract<DeadlineCommand, { type: 'finish_deadline' }>,
  now: number,
): Result<readonly DeadlineEvent[]> {
  const found = find(incident, id);
  if (!found.ok) return found;
  if ((found.value.done !== null) === isDone) {
    return isDone
      ? reject('nothing_to_do', doneWords(incident, found.value))
      : reject('nothing_to_do', `Follow-up ${id} of ${incident.id} is open already.`);
  }
  return ok([{ type: 'deadline_done', at: now, by, id, isDone }]);
}

function find({ id: incident, deadlines }: Incident, id: string): Result<Deadline> {
  const found = deadlines.find((one) => one.id === id);
  if (found) return ok(found);
  return reject('not_found', `${incident} has no follow-up ${id}.`, `See them: /incident followups ${incident}`);
}

function doneWords({ id: incident }: Incident, { id, done }: Deadline): string {
  return done ? `<@${done.by}> did follow-up ${id} of ${incident} already.` : `Follow-up ${id} of ${incident} is open.`;
}

function isTimely(due: number, now: number): Result<true> {
  if (due <= now) return reject('bad_input', 'That time is over already.', 'Give a later one, such as in 3d.');
  if (due <= now + LONGEST_DEADLINE_MS) return ok(true);
  return reject(
    'bad_input',
    'A follow-up is due in 120 days at most.',
    'What takes longer belongs into your issue tracker: make writing it down the follow-up.',
  );
}
