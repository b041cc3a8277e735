import { z } from 'zod';
import { SEVERITIES } from '../domain/severity.ts';
import { runModals } from './protocol-runs.ts';
import { decode, IncidentId } from './values.ts';

export { IncidentId } from './values.ts';

/** Every id that Slack sends back to us is declared in this file and `protocol-runs.ts` (and the words people type in `grammar.ts`), nowhere else. */

/** What every control of a card carries: which incident, and the version that the person was looking at. */
const Target = z.strictObject({ incident: IncidentId, seen: z.int().min(1) });
export type Target = z.infer<typeof Target>;

interface ButtonSpec {
  readonly actionId: string;
  /** Title Case, verb and object; at most 30 characters are shown. */
  readonly label: string;
  readonly style?: 'primary' | 'danger';
}

/** Buttons of the card. Each carries a `Target`. */
export const buttons = {
  acknowledge: { actionId: 'incident.acknowledge', label: 'Acknowledge', style: 'primary' },
  mitigate: { actionId: 'incident.mitigate', label: 'Mark Mitigated' },
  resolve: { actionId: 'incident.resolve', label: 'Resolve' },
  close: { actionId: 'incident.close', label: 'Write Closing Note', style: 'primary' },
  reopen: { actionId: 'incident.reopen', label: 'Reopen' },
  timeline: { actionId: 'incident.timeline', label: 'Show Timeline' },
  runbook: { actionId: 'incident.runbook', label: 'Open Runbook' },
} as const satisfies Record<string, ButtonSpec>;
export type ButtonName = keyof typeof buttons;

/** Buttons of the question to the owner. Each carries a `Target`. */
export const letters = {
  confirm: { actionId: 'letter.confirm', label: 'I’m on It', style: 'primary' },
  snooze: { actionId: 'letter.snooze', label: 'Snooze 30 Min' },
  giveBack: { actionId: 'letter.give-back', label: 'Give Back' },
} as const satisfies Record<string, ButtonSpec>;
export type LetterButtonName = keyof typeof letters;

/** How long the button of a letter puts things off. */
export const LETTER_SNOOZE_MS = 30 * 60_000;

/** Buttons that stand outside of a card and carry an `IncidentId` or nothing. */
export const links = {
  show: { actionId: 'incident.show', label: 'Show' },
  declare: { actionId: 'home.declare', label: 'Declare Incident' },
  refreshHome: { actionId: 'home.refresh', label: 'Refresh' },
} as const;

/** Buttons in a view about one incident that show another side of it in the same view. Each carries a `Target`. */
export const sides = {
  timeline: { actionId: 'side.timeline', label: 'Show Timeline' },
  evidence: { actionId: 'side.evidence', label: 'Show Evidence' },
  runbook: { actionId: 'side.runbook', label: 'Open Runbook' },
  escalation: { actionId: 'side.escalation', label: 'Show Escalation' },
} as const;
export type SideName = keyof typeof sides;

const StepTarget = z.strictObject({
  incident: IncidentId,
  runbook: z.string().min(1).max(80),
  step: z.string().min(1).max(80),
});
/** A step of a runbook in one incident, by its id. */
export type StepTarget = z.infer<typeof StepTarget>;

/** Buttons beside the steps of a runbook. Each carries a `StepTarget`. */
export const steps = {
  tick: { actionId: 'step.tick', label: 'Mark Done' },
  untick: { actionId: 'step.untick', label: 'Open Again' },
  check: { actionId: 'step.check', label: 'Check Now' },
} as const;
export type StepButtonName = keyof typeof steps;

const RotationName = z.string().regex(/^[^/\s]{1,80}\/[^/\s]{1,80}$/);
const RotationTarget = z.strictObject({ rotation: RotationName, id: z.string().min(1).max(300) });
/** An override, a cover request or, by its time in epoch ms, a hand-off of a rotation. */
export type RotationTarget = z.infer<typeof RotationTarget>;

/** Buttons about who is on call. Those of `onRotation` carry a `RotationTarget`, the others nothing. */
export const onRotation = {
  takeCover: { actionId: 'cover.take', label: 'I Take It' },
  withdrawCover: { actionId: 'cover.withdraw', label: 'Withdraw' },
  takeBack: { actionId: 'override.take-back', label: 'Take Back' },
  haveIt: { actionId: 'handoff.have', label: 'I Have It' },
} as const;
export type RotationButtonName = keyof typeof onRotation;

export const onCallLinks = {
  override: { actionId: 'oncall.override', label: 'Override' },
  cover: { actionId: 'oncall.cover', label: 'Ask for Cover' },
  contact: { actionId: 'contact.change', label: 'Change' },
  forgetContact: { actionId: 'contact.forget', label: 'Forget My Number' },
  calendar: { actionId: 'calendar.get', label: 'Get' },
  revokeCalendar: { actionId: 'calendar.revoke', label: 'Revoke' },
} as const;
export type OnCallLinkName = keyof typeof onCallLinks;

const FollowUpTarget = z.strictObject({
  incident: IncidentId,
  followUp: z.string().regex(/^[1-9]\d{0,3}$/),
  /** Where its button stands, which is drawn anew: a letter, the list of its incident, somebody's own list, App Home. */
  on: z.enum(['letter', 'list', 'mine', 'home']),
});
/** A follow-up of an incident, by its number. */
export type FollowUpTarget = z.infer<typeof FollowUpTarget>;

/** Buttons beside follow-ups. Each carries a `FollowUpTarget`. */
export const followUps = {
  done: { actionId: 'followup.done', label: 'Mark Done' },
  undone: { actionId: 'followup.undone', label: 'Open Again' },
  change: { actionId: 'followup.change', label: 'Change…' },
} as const satisfies Record<string, ButtonSpec>;
export type FollowUpButtonName = keyof typeof followUps;

export function encodeFollowUp(target: FollowUpTarget): string {
  return JSON.stringify(FollowUpTarget.parse(target));
}

export function decodeFollowUp(value: string | undefined): FollowUpTarget | null {
  return decode(FollowUpTarget, value);
}

/** Choices of the card's overflow menu, of which Slack takes five at once. The timeline leads on to evidence and escalation. */
export const overflow = {
  actionId: 'incident.more',
  options: {
    assign: 'Assign to Me',
    severity: 'Change Severity',
    note: 'Add Note',
    silence: 'Silence for…',
    escalate: 'Escalate…',
    snooze: 'Snooze or Silence…',
    timeline: 'Show Timeline',
  },
} as const;
export type OverflowName = keyof typeof overflow.options;

/** Ids of cards that are still in channels but no longer drawn. They get a polite answer. */
export const retiredActionIds: readonly string[] = [];

export function encodeTarget(target: Target): string {
  return JSON.stringify(Target.parse(target));
}

export function encodeStep(target: StepTarget): string {
  return JSON.stringify(StepTarget.parse(target));
}

export function decodeStep(value: string | undefined): StepTarget | null {
  return decode(StepTarget, value);
}

export function encodeRotationTarget(target: RotationTarget): string {
  return JSON.stringify(RotationTarget.parse(target));
}

export function decodeRotationTarget(value: string | undefined): RotationTarget | null {
  return decode(RotationTarget, value);
}

export function decodeTarget(value: string | undefined): Target | null {
  return decode(Target, value);
}

/** An overflow option's value has only 150 characters, so it is written short: `note:INC-7:12`. */
export function encodeChoice(name: OverflowName, { incident, seen }: Target): string {
  return `${name}:${incident}:${seen}`;
}

export function decodeChoice(
  value: string | undefined,
): { readonly name: OverflowName; readonly target: Target } | null {
  const [name = '', incident, seen, ...more] = (value ?? '').split(':');
  const target = Target.safeParse({ incident, seen: Number(seen) });
  if (!target.success || more.length > 0 || !Object.hasOwn(overflow.options, name)) return null;
  return { name: name as OverflowName, target: target.data };
}

/** Modals: callback id, what they carry (`private_metadata`), and the ids of their inputs (block id and action id are equal). */
export const modals = {
  resolve: {
    callbackId: 'modal.resolve',
    meta: Target,
    inputs: ['symptoms', 'cause', 'fix', 'followUps', 'followUpsBy'],
  },
  close: { callbackId: 'modal.close', meta: Target, inputs: ['symptoms', 'cause', 'fix', 'followUps', 'followUpsBy'] },
  followUp: { callbackId: 'modal.follow-up', meta: FollowUpTarget, inputs: ['owner', 'due'] },
  severity: { callbackId: 'modal.severity', meta: Target, inputs: ['severity'] },
  note: { callbackId: 'modal.note', meta: Target, inputs: ['note'] },
  silence: { callbackId: 'modal.silence', meta: Target, inputs: ['duration'] },
  assign: { callbackId: 'modal.assign', meta: Target, inputs: ['person', 'note'] },
  escalate: { callbackId: 'modal.escalate', meta: Target, inputs: ['reason'] },
  snooze: { callbackId: 'modal.snooze', meta: Target, inputs: ['duration', 'what'] },
  reopen: { callbackId: 'modal.reopen', meta: Target, inputs: ['reason'] },
  declare: {
    callbackId: 'modal.declare',
    meta: z.strictObject({ channel: z.string().nullable() }),
    inputs: ['service', 'severity', 'incidentClass', 'environment', 'runbook', 'title', 'summary', 'drill'],
  },
  addMessage: {
    callbackId: 'modal.add-message',
    meta: z.strictObject({ draft: z.string().max(64) }),
    inputs: ['incident'],
  },
  override: {
    callbackId: 'modal.override',
    meta: z.strictObject({ channel: z.string().nullable() }),
    inputs: ['rotation', 'person', 'from', 'to', 'note'],
  },
  cover: {
    callbackId: 'modal.cover',
    meta: z.strictObject({ channel: z.string().nullable() }),
    inputs: ['rotation', 'from', 'to', 'note'],
  },
  contact: { callbackId: 'modal.contact', meta: z.strictObject({}), inputs: ['phone'] },
  contactCode: { callbackId: 'modal.contact-code', meta: z.strictObject({}), inputs: ['code'] },
  timeline: { callbackId: 'modal.timeline', meta: Target, inputs: [] },
  evidence: { callbackId: 'modal.evidence', meta: Target, inputs: [] },
  runbook: { callbackId: 'modal.runbook', meta: Target, inputs: [] },
  escalation: { callbackId: 'modal.escalation', meta: Target, inputs: [] },
  ...runModals,
} as const;
export type ModalName = keyof typeof modals;
export type ModalMeta<N extends ModalName> = z.infer<(typeof modals)[N]['meta']>;

export function encodeMeta<N extends ModalName>(name: N, meta: ModalMeta<N>): string {
  return JSON.stringify(modals[name].meta.parse(meta));
}

export function decodeMeta<N extends ModalName>(name: N, value: string | undefined): ModalMeta<N> | null {
  return decode(modals[name].meta as unknown as z.ZodType<ModalMeta<N>>, value); // the schema is the one of this name
}

/** Shortcuts of the manifest. */
export const shortcuts = {
  declare: { callbackId: 'shortcut.declare', type: 'global', name: 'Declare incident' },
  addMessage: { callbackId: 'shortcut.add-message', type: 'message', name: 'Add to incident' },
} as const;

/** Message metadata: lets an unanswered post be found again, so that it is not made twice. Visible to all apps: no secrets. */
export const metadata = {
  card: 'tocsin_card_posted',
  note: 'tocsin_note_posted',
  storm: 'tocsin_storm_posted',
  notice: 'tocsin_notice_posted',
  page: 'tocsin_page_posted',
  letter: 'tocsin_letter_posted',
  onCall: 'tocsin_on_call_posted',
} as const;

export const SILENCE_CHOICES = {
  '30m': '30 minutes',
  '1h': '1 hour',
  '4h': '4 hours',
  '8h': '8 hours',
  '24h': '24 hours',
} as const;

export const SNOOZE_CHOICES = {
  '15m': '15 minutes',
  '30m': '30 minutes',
  '1h': '1 hour',
  '2h': '2 hours',
  '4h': '4 hours',
  '8h': '8 hours',
  '24h': '24 hours',
} as const;

/** What is put off: pages alone, or the noise of alarms with them. */
export const SNOOZE_WHAT = {
  snooze: 'Page and ask nobody',
  silence: 'That, and keep its alarms quiet',
} as const;

export const SeverityWord = z.enum(SEVERITIES);
