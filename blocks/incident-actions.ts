import type { ActionsBlock, Overflow } from '@slack/types';
import { type Incident, isOver, type Status } from '../src/domain/incident.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import { type ButtonName, encodeChoice, type OverflowName, overflow, type Target } from '../src/slack/protocol.ts';
import { actions, button, plain } from './kit.ts';
import { LIMITS } from './limits.ts';

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

/** The card's controls. The block's id changes with every version, so that no client keeps the old ones. */
export function incidentActions(incident: Incident, runbook: Runbook | null = null): ActionsBlock {
  const target = { incident: incident.id, seen: incident.version };
  const buttons = legalButtons(incident, runbook).map((name) => button(name, target));
  const elements = isOver(incident) ? buttons : [...buttons, more(incident, target)];
  return { ...actions(...elements), block_id: `card:${incident.id}:${incident.version}` };
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
