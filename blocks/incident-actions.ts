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
  const elements = isOver(incident) ? buttons : [...buttons, more(target)];
  return { ...actions(...elements), block_id: `card:${incident.id}:${incident.version}` };
}

function more(target: Target): Overflow {
  const names = Object.keys(overflow.options) as OverflowName[]; // the keys of a literal object
  return {
    type: 'overflow',
    action_id: overflow.actionId,
    options: names.map((name) => ({
      text: plain(overflow.options[name], LIMITS.optionText),
      value: encodeChoice(name, target),
    })),
  };
}
