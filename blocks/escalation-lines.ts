import { pagingOf } from '../src/domain/escalation.ts';
import { type Coming, outlook, type Waiting } from '../src/domain/escalation-outlook.ts';
import { keyPhrase } from '../src/domain/escalation-phrases.ts';
import { situationOf } from '../src/domain/escalation-situation.ts';
import { type Incident, isOver } from '../src/domain/incident.ts';
import { PAGING } from '../src/domain/service.ts';
import {
  type ComingPage,
  comingFor,
  comingPageWords,
  quietTargets,
  unlessWords,
  waitWords,
} from './escalation-words.ts';
import { oneLine } from './foreign-text.ts';
import { lines, type Mrkdwn, md, mention, when } from './kit.ts';
import { BUDGET } from './limits.ts';

/** What the card says of the escalation at `now` (epoch ms), each on a line: what comes next, and what one would not expect. */
export function escalationLines(incident: Incident, now: number): Mrkdwn {
  if (isOver(incident)) return lines();
  if (!incident.escalation) return lines(pagesNobody(incident));
  const { hold } = incident.escalation.state;
  const isSnoozed = hold?.kind === 'snooze' && now < hold.until;
  return lines(
    isSnoozed ? md`💤 Snoozed until ${when(hold.until)}: nobody is told or asked.` : nextLine(incident, now),
    ...unreachedLines(incident),
  );
}

/** Only where somebody would expect to be woken. */
function pagesNobody({ severity, status, service }: Incident): Mrkdwn | null {
  if (status !== 'triggered' || PAGING[severity] === 'never') return null;
  return md`📵 Pages nobody: services/${oneLine(service, BUDGET.name)}.yml has no escalation.`;
}

function nextLine(incident: Incident, now: number): Mrkdwn | null {
  const coming = comingFor(incident, now);
  const [next] = coming;
  if (!next) return incident.status === 'triggered' ? nobodyLeft(incident, now) : null;
  const outlasting = coming.find((one) => one.kind === 'page' && one !== next && one.unless !== 'acknowledged');
  return lines(comingLine(next, incident), outlasting && incident.status === 'triggered' ? alsoLine(outlasting) : null);
}

function comingLine(next: Coming, { status }: Incident): Mrkdwn {
  switch (next.kind) {
    case 'page':
      return status === 'triggered' && next.unless !== 'acknowledged'
        ? md`⏭️ Next: ${alsoWords(next)}`
        : md`⏭️ Next: ${comingPageWords(next)}.`;
    case 'question':
      return md`⏭️ ${mention(next.owner)} is asked ${when(next.at)} how it goes, unless something is done before.`;
    case 'unacknowledgement':
      return md`❓ ${mention(next.owner)} was asked how it goes. Without an answer by ${when(next.at)} nobody has it, and escalation begins anew.`;
  }
}

/** What an acknowledgement does not stop is said before somebody presses it. */
function alsoLine(coming: Coming): Mrkdwn | null {
  return coming.kind === 'page' ? md`Then: ${alsoWords(coming)}` : null;
}

function alsoWords({ level, notify, at, unless }: ComingPage): Mrkdwn {
  return md`${oneLine(level, BUDGET.name)} ${quietTargets(notify)} ${when(at)}, even when acknowledged, unless ${unlessWords(unless)}.`;
}

/** Nobody has it, and no page has a time. */
function nobodyLeft(incident: Incident, now: number): Mrkdwn | null {
  if (!incident.escalation) return null;
  const { policy, state } = incident.escalation;
  const situation = situationOf(incident, policy);
  if (pagingOf(situation) === 'never') return null;
  const waiting = outlook(policy, state, situation, now).find(({ next }) => next.kind === 'waiting' && waits(next.for));
  if (waiting?.next.kind !== 'waiting') return md`⚠️ *Nobody is left to tell.*`;
  const { level, notify } = waiting.step;
  return md`⏸️ ${oneLine(level, BUDGET.name)} ${quietTargets(notify)}: ${waitWords(waiting.next.for)}.`;
}

/** Whether something may still make the step come, as the incident is. */
function waits({ kind }: Waiting): boolean {
  return kind !== 'severity' && kind !== 'ended';
}

/** Whom no way has reached, while nobody has it. */
function unreachedLines({ status, escalation }: Incident): Mrkdwn[] {
  if (status !== 'triggered' || !escalation) return [];
  return escalation.state.unreached.slice(-UNREACHED_SHOWN).map(({ level, target, why }) => {
    const words = keyPhrase(target);
    const who = typeof words === 'string' ? oneLine(words, BUDGET.name) : 'one of them';
    return md`⚠️ ${oneLine(level, BUDGET.name)}: ${who} could not be told: ${oneLine(why, REASON)}.`;
  });
}

const UNREACHED_SHOWN = 3;
const REASON = 120;
