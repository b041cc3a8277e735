import type { Briefing } from '../src/domain/escalation-message.ts';
import { CLASS_WORDS, SEVERITY_WORDS } from '../src/domain/severity.ts';
import type { TimelineEntry } from '../src/domain/timeline.ts';
import { oneLine } from './foreign-text.ts';
import { countWords, lookOf, nextStep, placeOf, titleOf, whatFired } from './incident-words.ts';
import { join, lines, type Message, type Mrkdwn, md, message, openSection, roughly, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { phrase } from './phrase.ts';

/** The message that the runbooks want sent when somebody escalates, filled in. Nothing in it is left to be written. */
export function briefingWords({ incident, lastedMs, actions, earlier, nextSteps }: Briefing): Mrkdwn {
  const { severity, id, drill } = incident;
  return lines(
    md`*ALERT:* ${drill ? '🎓 DRILL ' : ''}${titleOf(incident)} (${id})`,
    md`*SEVERITY:* ${severity}, ${SEVERITY_WORDS[severity]}`,
    md`*DURATION:* ${roughly(lastedMs)}`,
    md`*IMPACT:* ${impact(incident)}`,
    actionsTaken(actions, earlier),
    md`*CURRENT STATUS:* ${lookOf(incident).word}. ${join([nextStep(incident)], ' ')}`,
    md`*NEXT STEPS:* ${nextSteps.length === 0 ? 'not known' : nextSteps.map((step) => oneLine(step, BUDGET.title)).join(' · ')}`,
  );
}

/** The same as a message of its own. */
export function briefingReply(briefing: Briefing): Message {
  const words = briefingWords(briefing);
  return message(words, openSection(words));
}

/** What people have done so far; says so when that is nothing. */
export function actionsTaken(actions: readonly TimelineEntry[], earlier: number): Mrkdwn {
  if (actions.length === 0) return md`*ACTIONS TAKEN:* none that somebody wrote down`;
  return lines(
    md`*ACTIONS TAKEN:*${earlier > 0 ? ` (and ${earlier.toLocaleString('en-US')} before)` : ''}`,
    ...actions.map(({ at, phrase: said }) => md`• ${when(at)} · ${phrase(said, ACTION)}`),
  );
}

/** What somebody wrote: eight of them fit into one block with all else. */
const ACTION = 150;

function impact(incident: Briefing['incident']): Mrkdwn {
  const { summary, members, incidentClass } = incident;
  return join(
    [
      md`${placeOf(incident)}, trouble with ${CLASS_WORDS[incidentClass]}.`,
      oneLine(summary, BUDGET.line) || null,
      whatFired(incident),
      members.total > 1 ? `${countWords(members)}.` : null,
    ],
    ' ',
  );
}
