import type { Deadline, DeadlineEvent } from '../src/domain/deadline.ts';
import { LAST_REMINDER } from '../src/domain/deadline-reminders.ts';
import { type Incident, type IncidentEvent, TOCSIN } from '../src/domain/incident.ts';
import { comesFrom, dueWords, followUpButton, whatOf } from './deadline-words.ts';
import {
  actions,
  context,
  join,
  lines,
  link,
  type Message,
  type Mrkdwn,
  md,
  mention,
  message,
  section,
  showButton,
} from './kit.ts';

/**
 * What is said to one person (or to the channel) about a follow-up: that it is theirs, or a reminder. `incident` is as it is when the
 * letter is sent. `null`: it is not worth sending any more, or no letter of these.
 */
export function deadlineLetter(
  event: IncidentEvent,
  incident: Incident,
  now: number,
  permalink: string | null = null,
): Message | null {
  const deadline = 'id' in event ? incident.deadlines.find(({ id }) => id === event.id) : undefined;
  if (!deadline || deadline.done) return null;
  switch (event.type) {
    case 'deadline_set':
    case 'deadline_changed':
      return event.owner !== null && event.owner === deadline.owner
        ? drawn(incident, deadline, given(event), { now, permalink })
        : null;
    case 'deadline_reminded':
      return isStillMeant(event, deadline)
        ? drawn(incident, deadline, reminder(event, deadline, now), { now, permalink })
        : null;
    default:
      return null;
  }
}

/** The same letter when it has been answered: what is done needs no more of anybody. */
export function doneLetter(incident: Incident, deadline: Deadline, now: number): Message {
  const said = join([md`*${whatOf(deadline)}*`, dueWords(deadline, now)], ' · ');
  return message(
    md`${said} (${incident.id})`,
    section(said),
    actions(followUpButton('undone', { incident: incident.id, followUp: deadline.id, on: 'letter' })),
    context(comesFrom(incident, deadline)),
  );
}

/** The letter of a follow-up as it is now, whatever caused it. */
export function openLetter(incident: Incident, deadline: Deadline, now: number): Message {
  const said =
    deadline.owner === null ? md`Nobody has this follow-up:` : md`A follow-up of ${mention(deadline.owner)}:`;
  return drawn(incident, deadline, said, { now, permalink: null });
}

/** Another time, or another owner, has another reminder. */
function isStillMeant(
  { count, to }: Extract<DeadlineEvent, { type: 'deadline_reminded' }>,
  { owner, reminders }: Deadline,
): boolean {
  return reminders === count && (to === null || to === owner);
}

function given({ by, type }: Extract<DeadlineEvent, { type: 'deadline_set' | 'deadline_changed' }>): Mrkdwn {
  if (by === TOCSIN) return md`📌 A rule asks this of you, because you have the incident:`;
  return type === 'deadline_set'
    ? md`📌 ${mention(by)} gave you a follow-up:`
    : md`📌 ${mention(by)} changed your follow-up:`;
}

function reminder(
  { count, to }: Extract<DeadlineEvent, { type: 'deadline_reminded' }>,
  { owner, due }: Deadline,
  now: number,
): Mrkdwn {
  if (count === LAST_REMINDER) {
    return owner === null
      ? md`⏰ Nobody has done this, and nobody has it. I will not remind anybody again:`
      : md`⏰ Nobody has done this. I will not remind ${mention(owner)} again:`;
  }
  if (to === null) return md`⏰ Nobody has this follow-up. *Change…* gives it to somebody:`;
  return now > due ? md`⏰ Is this done?` : md`⏰ A reminder:`;
}

function drawn(
  incident: Incident,
  deadline: Deadline,
  said: Mrkdwn,
  { now, permalink }: { readonly now: number; readonly permalink: string | null },
): Message {
  const what = md`*${whatOf(deadline)}*`;
  const due = dueWords(deadline, now);
  const target = { incident: incident.id, followUp: deadline.id, on: 'letter' } as const;
  return message(
    join([said, what, due, md`(${incident.id})`], ' '),
    section(lines(said, what, due)),
    actions(followUpButton('done', target), followUpButton('change', target), showButton(incident.id)),
    context(join([comesFrom(incident, deadline), permalink === null ? null : link('Open the card', permalink)], ' · ')),
  );
}
