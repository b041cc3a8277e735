import { answerDueAt } from '../src/domain/escalation-next.ts';
import { situationOf } from '../src/domain/escalation-situation.ts';
import type { Incident, IncidentEvent } from '../src/domain/incident.ts';
import { type LetterButtonName, letters } from '../src/slack/protocol.ts';
import { lookOf, sinceWords, whatFired } from './incident-words.ts';
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
  targetButton,
  when,
} from './kit.ts';
import { BUDGET } from './limits.ts';
import { acknowledge, headline, isFree, toldMessage } from './page-message.ts';
import { written } from './phrase.ts';

type Question = Extract<IncidentEvent, { type: 'asked_owner' }>;
type HandOver = Extract<IncidentEvent, { type: 'assigned' }>;
type Loss = Extract<IncidentEvent, { type: 'unacknowledged' }>;

/**
 * The direct message that an event causes: a question to the owner, a hand-over, or that somebody has it no more. `incident` is as
 * it is when the letter is sent, and `permalink` leads to its card. `null`: it is not worth sending any more, or no letter of these.
 */
export function letter(
  event: IncidentEvent,
  incident: Incident,
  now: number,
  permalink: string | null = null,
): Message | null {
  switch (event.type) {
    case 'asked_owner':
      return isOpenQuestion(event, incident) ? question(incident, now, permalink) : null;
    case 'assigned':
      return incident.owner === event.to ? handOver(event, incident, now, permalink) : null;
    case 'unacknowledged':
      return isFree(incident) ? loss(event, incident, now, permalink) : null;
    default:
      return null;
  }
}

/** Whether the owner who was asked still has it, and has said nothing since. */
function isOpenQuestion({ owner, at }: Question, incident: Incident): boolean {
  const asked = incident.escalation?.state.progress.askedAt;
  return incident.status === 'acknowledged' && incident.owner === owner && asked === at;
}

function question(incident: Incident, now: number, permalink: string | null): Message {
  const { id, escalation, version } = incident;
  const due = escalation
    ? answerDueAt(escalation.policy, escalation.state, situationOf(incident, escalation.policy), now)
    : null;
  const ask = `${id}: how is it going?`;
  const since = escalation ? md`Nothing was heard of it since ${when(escalation.state.progress.at)}.` : null;
  const otherwise =
    due === null
      ? null
      : md`Please answer by ${when(due)}: without an answer nobody has it then, and escalation begins anew.`;
  const target = { incident: id, seen: version };
  return message(
    join([md`${incident.drill ? '🎓 DRILL ' : ''}${ask} ${headline(incident)}.`, otherwise], ' '),
    section(lines(md`❓ *${ask}*`, md`${headline(incident)}`, otherwise)),
    actions(
      targetButton(letters.confirm, target),
      targetButton(letters.snooze, target),
      targetButton(letters.giveBack, target),
    ),
    context(join([since, md`A note, a ticked step or a new severity counts as an answer too.`, card(permalink)], ' ')),
  );
}

function handOver({ by, note }: HandOver, incident: Incident, now: number, permalink: string | null): Message {
  const { icon, word } = lookOf(incident);
  const said = md`${mention(by)} gave you ${incident.id}.`;
  const words = note === undefined ? null : md`“${written(note, BUDGET.line)}”`;
  return message(
    join([md`${headline(incident)} is yours now: ${said}`, words], ' '),
    section(
      lines(
        md`🤝 *${said}*`,
        words,
        md`${headline(incident)}`,
        md`${icon} ${word}. ${whatFired(incident) ?? ''}`,
        sinceWords(incident, now),
      ),
    ),
    isFree(incident) ? actions(acknowledge(incident), showButton(incident.id)) : actions(showButton(incident.id)),
    context(join([isFree(incident) ? md`It waits for you to acknowledge.` : null, card(permalink)], ' · ')),
  );
}

function loss({ by, why }: Loss, incident: Incident, now: number, permalink: string | null): Message {
  const said =
    why === 'no_answer'
      ? md`${incident.id} is nobody’s again: you did not answer in time, and escalation began anew.`
      : md`${incident.id} is nobody’s again: ${mention(by)} gave it back for you.`;
  return message(
    md`${said} ${headline(incident)}`,
    section(lines(md`↩️ *${said}*`, md`${headline(incident)}`, sinceWords(incident, now))),
    actions(acknowledge(incident), showButton(incident.id)),
    context(join([md`Acknowledge if you have it after all.`, card(permalink)], ' ')),
  );
}

function card(permalink: string | null): Mrkdwn | null {
  return permalink === null ? null : link('Open the card', permalink);
}

/** What a question becomes once its owner has answered it. `incident` is as it is after the answer. */
export function answeredLetter(answer: LetterButtonName, incident: Incident, now: number): Message {
  if (answer === 'giveBack') return toldMessage([incident], now);
  const { id, escalation } = incident;
  const until = escalation?.state.hold?.until ?? now;
  const said = answer === 'confirm' ? md`✅ You are on ${id}.` : md`💤 ${id} is snoozed until ${when(until)}.`;
  return message(
    md`${said} ${headline(incident)}`,
    section(lines(md`*${said}*`, md`${headline(incident)}`), showButton(id)),
  );
}
