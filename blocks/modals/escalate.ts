import type { ModalView } from '@slack/types';
import { nextSteps } from '../../src/domain/escalation-by-hand.ts';
import { targetsPhrase } from '../../src/domain/escalation-phrases.ts';
import { situationOf } from '../../src/domain/escalation-situation.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Step } from '../../src/domain/policy.ts';
import type { Target } from '../../src/slack/protocol.ts';
import { waysWords } from '../escalation-words.ts';
import { oneLine } from '../foreign-text.ts';
import { lines, type Mrkdwn, md, section } from '../kit.ts';
import { BUDGET } from '../limits.ts';
import { phrase } from '../phrase.ts';
import { about } from './changes.ts';
import { form, textInput } from './form.ts';

/** Says who will be told, and asks why. */
export function escalateModal(incident: Incident, target: Target): ModalView {
  return form(
    'escalate',
    target,
    { title: `Escalate ${incident.id}`, submit: 'Tell Them Now' },
    about(incident),
    section(lines(...whoIsTold(incident))),
    textInput({
      of: 'escalate',
      id: 'reason',
      label: 'Why more people are needed',
      hint: 'They read it, with what was done so far. It goes into the timeline and the thread.',
      multiline: true,
      max: 1_000,
    }),
  );
}

function whoIsTold(incident: Incident): Mrkdwn[] {
  if (!incident.escalation) return [md`It has no escalation: nobody can be told.`];
  const { policy, state } = incident.escalation;
  const steps = nextSteps(policy, state, situationOf(incident, policy));
  if (steps.length === 0) return [md`Every level has been told.`];
  return [md`*Told now, at whatever hour:*`, ...steps.slice(0, STEPS).map(stepLine)];
}

const STEPS = 10;

function stepLine({ level, notify, via }: Step): Mrkdwn {
  return md`• ${oneLine(level, BUDGET.name)}: ${phrase(targetsPhrase(notify), BUDGET.name)} ${waysWords(via)}`;
}
