import type { Button } from '@slack/types';
import type { Action } from '../src/domain/action.ts';
import type { Run } from '../src/domain/run.ts';
import {
  encodeApproval,
  encodeOffer,
  encodeRun,
  type OfferButtonName,
  type OfferTarget,
  offers,
  PLAN_LABELS,
  type RunButtonName,
  runs,
} from '../src/slack/protocol-runs.ts';
import { clip, oneLine } from './foreign-text.ts';
import { plain } from './kit.ts';
import { LIMITS } from './limits.ts';

/** What a phone shows of a label. */
const SHORT = 30;

/** A button that leads to a plan, or does away with a proposal. */
export function offerButton(name: OfferButtonName, target: OfferTarget): Button {
  return made(offers[name], encodeOffer(target), target.action);
}

/** Opens the plan of an action: says the verb, or the action's title where the verb tells nothing. */
export function planButton({ name, title, verb }: Action, incident: string): Button {
  const label =
    verb === 'run' ? `${clip(oneLine(title, BUTTON_TITLE), SHORT)}…`.replace(/…+$/, '…') : PLAN_LABELS[verb];
  return made({ ...offers.plan, label }, encodeOffer({ incident, action: name }), `${title}, ${incident}`);
}

const BUTTON_TITLE = 60;

/** A button of a run. `isOneOfSeveral`: its label says which. */
export function runButton(name: RunButtonName, run: Run, isOneOfSeveral = false): Button {
  const spec: Spec = runs[name];
  const value = name === 'approve' ? encodeApproval({ run: run.id, hash: run.plan.hash }) : encodeRun({ run: run.id });
  const button = made(spec, value, `${run.id}, ${run.plan.title}`);
  return isOneOfSeveral ? { ...button, text: plain(`${spec.label} ${run.id}`, LIMITS.buttonLabel) } : button;
}

interface Spec {
  readonly actionId: string;
  readonly label: string;
  readonly style?: 'primary' | 'danger';
}

function made({ actionId, label, style }: Spec, value: string, about: string): Button {
  return {
    type: 'button',
    action_id: actionId,
    text: plain(label, LIMITS.buttonLabel),
    value,
    accessibility_label: plain(`${label.replace(/…$/, '')}: ${about}`, LIMITS.buttonLabel).text,
    ...(style && { style }),
  };
}
