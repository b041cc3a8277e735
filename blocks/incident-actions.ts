import type { ActionsBlock, Button, Overflow } from '@slack/types';
import type { Action } from '../src/domain/action.ts';
import { type Incident, isOver, type Status } from '../src/domain/incident.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import { type ButtonName, encodeChoice, type OverflowName, overflow, type Target } from '../src/slack/protocol.ts';
import { actions, button, plain } from './kit.ts';
import { LIMITS } from './limits.ts';
import { planButton } from './run-buttons.ts';

/** What each state offers: nothing that would be refused, the most likely first, never more than three. */
const LEGAL: Readonly<Record<Status, readonly ButtonName[]>> = {
  triggered: ['acknowledge', 'runbook', 'resolve'],
  acknowledged: ['runbook', 'mitigate', 'resolve'],
  mitigated: ['resolve', 'runbook'],
  resolved: ['close', 'reopen', 'timeline'],
  closed: ['reopen', 'timeline'],
};

export function legalButtons(
  incident: Pick<Incident, 'status'>,
  runbook: Pick<Runbook, 'steps'> | null = null,
): readonly ButtonName[] {
  const hasSteps = (runbook?.steps.length ?? 0) > 0;
  return LEGAL[incident.status].filter((name) => name !== 'runbook' || hasSteps);
}

/**
 * The card's controls, with `remedy` as a button of its own: the runbook's then stands beside the runbook's line. The block's id changes
 * with every version, so that no client keeps the old ones.
 */
export function incidentActions(
  incident: Incident,
  runbook: Runbook | null = null,
  remedy: Action | null = null,
): ActionsBlock {
  const target = { incident: incident.id, seen: incident.version };
  const buttons = legalButtons(incident, remedy ? null : runbook).map((name) => button(name, target));
  const all = remedy ? withRemedy(incident, planButton(remedy, incident.id), buttons) : buttons;
  const elements = isOver(incident) ? all : [...all, more(incident, target)];
  return { ...actions(...elements), block_id: `card:${incident.id}:${incident.version}` };
}

/** Once somebody has it, doing something about it comes first; before that, having it, and after its impact is over, ending it. */
function withRemedy({ status }: Incident, remedy: Button, [first, ...others]: readonly Button[]): Button[] {
  if (!first) return [remedy];
  return status === 'acknowledged' ? [remedy, first, ...others] : [first, remedy, ...others];
}

/** The card's menu, of which Slack takes five choices. Where nobody is paged there is nothing to escalate or to put off. */
export function choicesOf({ escalation, status }: Pick<Incident, 'escalation' | 'status'>): readonly OverflowName[] {
  if (!escalation) return ['assign', 'severity', 'note', 'silence', 'timeline'];
  if (status === 'triggered') return ['escalate', 'snooze', 'severity', 'note', 'timeline']; // “Acknowledge” takes it
  return ['escalate', 'snooze', 'assign', 'severity', 'timeline']; // notes are written in the thread
}

function more(incident: Incident, target: Target): Overflow {
  return {
    type: 'overflow',
    action_id: overflow.actionId,
    options: choicesOf(incident).map((name) => ({
      text: plain(overflow.options[name], LIMITS.optionText),
      value: encodeChoice(name, target),
    })),
  };
}
