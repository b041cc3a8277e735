import { z } from 'zod';
import type { ActionVerb } from '../domain/action.ts';
import { ActionName, decode, IncidentId, RunId } from './values.ts';

/** The part of the protocol that is about actions, their plans and their runs: see `protocol.ts`. */

/** What was said beside an action, by the name of the input; `to` is where it shall go. */
const Said = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,30}$/), z.string().max(100))
  .refine((said) => Object.keys(said).length <= 20);

export const OfferTarget = z.strictObject({ incident: IncidentId, action: ActionName, inputs: Said.optional() });
/** Something that can be done about an incident, by its name in the service file, and what was said beside it. */
export type OfferTarget = z.infer<typeof OfferTarget>;

export const RunTarget = z.strictObject({ run: RunId });
export type RunTarget = z.infer<typeof RunTarget>;

export const ApprovalTarget = z.strictObject({ run: RunId, hash: z.string().regex(/^[0-9a-f]{64}$/) });
/** A run with the hash of the plan that the person was shown: another plan is not approved by it. */
export type ApprovalTarget = z.infer<typeof ApprovalTarget>;

/** Buttons that lead to a plan, or do away with a proposal. Each carries an `OfferTarget`; that of `back` names the action that switches back, that of `over` the fallback. */
export const offers = {
  plan: { actionId: 'run.plan', label: 'Plan…' },
  review: { actionId: 'run.review', label: 'Review', style: 'primary' },
  dismiss: { actionId: 'proposal.dismiss', label: 'Not Now' },
  back: { actionId: 'fallback.back', label: 'Switch Back…' },
  over: { actionId: 'fallback.over', label: 'It Is Back Already' },
} as const;
export type OfferButtonName = keyof typeof offers;

/** What a button that plans says, by the verb of its action. `run` has no word of its own: its action's title tells more. */
export const PLAN_LABELS: Readonly<Record<ActionVerb, string>> = {
  rollback: 'Propose Rollback',
  retrain: 'Propose Retraining',
  run: offers.plan.label,
};

/** One block takes an action id once: where several plans are offered side by side, the second is `run.plan-2`. `place` counts from 0. */
export function planActionId(place: number): string {
  return place === 0 ? offers.plan.actionId : `${offers.plan.actionId}-${place + 1}`;
}

/** All that `planActionId` gives for the elements of one block. */
export const PLAN_ACTION_IDS = /^run\.plan(?:-\d{1,2})?$/;

/** Buttons of a run. `approve` carries an `ApprovalTarget`, the others a `RunTarget`. */
export const runs = {
  approve: { actionId: 'run.approve', label: 'Approve', style: 'primary' },
  reject: { actionId: 'run.reject', label: 'Reject' },
  cancel: { actionId: 'run.cancel', label: 'Cancel Run' },
  details: { actionId: 'run.details', label: 'Details' },
} as const;
export type RunButtonName = keyof typeof runs;

/** Buttons of the one switch of all autopilots. They carry nothing. */
export const autopilot = {
  off: { actionId: 'autopilot.off', label: 'Autopilot Off', style: 'danger' },
  on: { actionId: 'autopilot.on', label: 'Autopilot On' },
} as const;
export type AutopilotButtonName = keyof typeof autopilot;

/** Longer than Slack keeps, what was said is left out: it is asked for again then. */
const LONGEST_VALUE = 2000;

export function encodeOffer(target: OfferTarget): string {
  const { incident, action } = target;
  const whole = JSON.stringify(OfferTarget.parse(target));
  return whole.length <= LONGEST_VALUE ? whole : JSON.stringify({ incident, action });
}

export function decodeOffer(value: string | undefined): OfferTarget | null {
  return decode(OfferTarget, value);
}

export function encodeRun(target: RunTarget): string {
  return JSON.stringify(RunTarget.parse(target));
}

export function decodeRun(value: string | undefined): RunTarget | null {
  return decode(RunTarget, value);
}

export function encodeApproval(target: ApprovalTarget): string {
  return JSON.stringify(ApprovalTarget.parse(target));
}

export function decodeApproval(value: string | undefined): ApprovalTarget | null {
  return decode(ApprovalTarget, value);
}

/** Modals about actions, in the form of `modals` in `protocol.ts`. Inputs of an action itself have ids of their own: `inputId`. */
export const runModals = {
  /** Which action, where a verb did not say. */
  chooseAction: {
    callbackId: 'modal.choose-action',
    meta: z.strictObject({ inputs: Said }),
    inputs: ['offer'],
  },
  /** What an action must be told before it can be planned. */
  askInputs: {
    callbackId: 'modal.ask-inputs',
    meta: z.strictObject({ incident: IncidentId, action: ActionName, inputs: Said }),
    inputs: [],
  },
  plan: {
    callbackId: 'modal.plan',
    meta: z.strictObject({ incident: IncidentId, action: ActionName, inputs: Said, draft: z.uuid() }),
    inputs: ['typed', 'breakGlass', 'reason'],
  },
  approve: { callbackId: 'modal.approve', meta: ApprovalTarget, inputs: ['typed', 'breakGlass'] },
  reject: { callbackId: 'modal.reject', meta: RunTarget, inputs: ['reason'] },
} as const;
export type RunModalName = keyof typeof runModals;

/** The id of an input that a service file names, apart from all others. */
export function inputId(name: string): string {
  return `input.${name}`;
}

/** A choice's value has only 150 characters, so it is written short: `INC-7/restart`. */
export function encodeOfferChoice({ incident, action }: OfferTarget): string {
  return `${incident}/${action}`;
}

export function decodeOfferChoice(value: string | undefined): OfferTarget | null {
  const [incident, action, ...more] = (value ?? '').split('/');
  const target = OfferTarget.safeParse({ incident, action });
  return target.success && more.length === 0 ? target.data : null;
}
