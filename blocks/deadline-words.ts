import type { Button } from '@slack/types';
import { type Deadline, openDeadlines } from '../src/domain/deadline.ts';
import type { Actor, Incident } from '../src/domain/incident.ts';
import { encodeFollowUp, type FollowUpButtonName, type FollowUpTarget, followUps } from '../src/slack/protocol.ts';
import { oneLine } from './foreign-text.ts';
import { placeOf, titleOf } from './incident-words.ts';
import { join, lines, type Mrkdwn, md, mention, plain, when } from './kit.ts';
import { BUDGET, LIMITS } from './limits.ts';

/** What is to be done, for one line. Plain text: escape it. */
export function whatOf({ text }: Pick<Deadline, 'text'>): string {
  return oneLine(text, BUDGET.line) || 'A follow-up without words';
}

/** Until when, or since when it is overdue, or who has done it: never by an icon alone. */
export function dueWords({ due, done }: Deadline, now: number): Mrkdwn {
  if (done) return md`✅ done by ${mention(done.by)} ${when(done.at)}`;
  return now > due ? md`⏰ *overdue since ${when(due)}*` : md`due ${when(due)}`;
}

/** `*Load test* · @ana · due tomorrow`; in a list of one's own (`reader`) without one's own name. */
export function followUpLine(deadline: Deadline, now: number, reader: Actor | null = null): Mrkdwn {
  const who = reader !== null && deadline.owner === reader ? null : holder(deadline);
  return join([md`*${whatOf(deadline)}*`, who, dueWords(deadline, now)], ' · ');
}

function holder({ owner }: Deadline): Mrkdwn {
  return owner === null ? md`nobody has it` : mention(owner);
}

/** Which incident it comes from. */
export function comesFrom(incident: Incident, { id }: Pick<Deadline, 'id'>): Mrkdwn {
  return md`Follow-up ${id} of ${incident.id} · ${placeOf(incident)}: ${oneLine(titleOf(incident), 120)}`;
}

export function followUpButton(name: FollowUpButtonName, target: FollowUpTarget): Button {
  const { actionId, label } = followUps[name];
  return {
    type: 'button',
    action_id: actionId,
    text: plain(label, LIMITS.buttonLabel),
    value: encodeFollowUp(target),
    accessibility_label: `${label}: follow-up ${target.followUp} of ${target.incident}`,
  };
}

const ON_CARD = 5;

/** What a closed card says of its follow-ups: those that are open, and how many are done. `null`: there are none. */
export function followUpsOnCard(incident: Pick<Incident, 'deadlines'>): Mrkdwn | null {
  const open = openDeadlines(incident).toSorted((a, b) => a.due - b.due);
  const done = incident.deadlines.length - open.length;
  if (incident.deadlines.length === 0) return null;
  if (open.length === 0) return md`*Follow-ups:* ${done === 1 ? 'done' : `all ${done} done`}`;
  const hidden = open.length - ON_CARD;
  return lines(
    md`*Follow-ups${done > 0 ? ` (${done} of ${incident.deadlines.length} done)` : ''}:*`,
    ...open.slice(0, ON_CARD).map((one) => md`• ${oneLine(one.text, 150)} · ${holder(one)} · due ${when(one.due)}`),
    hidden > 0 ? `and ${hidden} more` : null,
  );
}
