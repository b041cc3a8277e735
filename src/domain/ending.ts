import { followUpEvents } from './deadline-commands.ts';
import type { Decision, PersonCommand } from './decide.ts';
import { type Actor, type ClosingNote, type Incident, type IncidentEvent, isOver } from './incident.ts';
import { ok, type Result, reject } from './result.ts';

/** Resolves it, with a closing note or without. */
export function resolve(
  incident: Incident,
  command: Extract<PersonCommand, { type: 'resolve' }>,
  now: number,
): Result<Decision> {
  const { by, seen, text, note: closing, followUpsBy } = command;
  if (isOver(incident)) return closing ? close(incident, by, closing, now, followUpsBy) : over(incident);
  if (seen !== null && seen < incident.lastAlarmVersion) {
    return reject(
      'changed_since_seen',
      `Another alarm of ${incident.id} fired after you opened this.`,
      'Look at the card again; if it is over all the same, resolve once more.',
    );
  }
  const events: IncidentEvent[] = incident.status === 'triggered' ? [{ type: 'acknowledged', at: now, by }] : [];
  events.push({ type: 'resolved', at: now, by, text: text.trim() });
  if (closing) events.push(...closed(incident, by, closing, now, followUpsBy));
  return happens(...events);
}

/** Each line of the follow-ups becomes one, with an owner and a time. */
function closed(incident: Incident, by: Actor, note: ClosingNote, now: number, owner: Actor = by): IncidentEvent[] {
  return [{ type: 'closed', at: now, by, note }, ...followUpEvents(incident, note.followUps, { by, owner, now })];
}

/** Writes the closing note of what is resolved. */
export function close(
  incident: Incident,
  by: Actor,
  closing: ClosingNote,
  now: number,
  followUpsBy?: Actor,
): Result<Decision> {
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
  return happens(...closed(incident, by, closing, now, followUpsBy));
}

/** Why nothing more can be done about what is over. */
export function over({ id, resolvedBy, milestones }: Incident): Result<never> {
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

function happens(...events: IncidentEvent[]): Result<Decision> {
  return ok({ events, alerts: [] });
}
