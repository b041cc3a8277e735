import type { ModalView } from '@slack/types';
import { assignModal, noteModal, reopenModal, severityModal, silenceModal } from '../blocks/modals/changes.ts';
import { closeModal, resolveModal } from '../blocks/modals/closing-note.ts';
import { escalateModal } from '../blocks/modals/escalate.ts';
import { snoozeModal } from '../blocks/modals/snooze.ts';
import { runbookOf } from '../src/domain/checklist.ts';
import { decide, type PersonCommand } from '../src/domain/decide.ts';
import { parseDuration } from '../src/domain/duration.ts';
import type { Actor, ClosingNote, Incident } from '../src/domain/incident.ts';
import { ok, type Result } from '../src/domain/result.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import type { Service } from '../src/domain/service.ts';
import { SEVERITIES } from '../src/domain/severity.ts';
import { type ModalName, SeverityWord, type SideName, type Target } from '../src/slack/protocol.ts';
import type { RunModalName } from '../src/slack/protocol-runs.ts';
import { incidentToChange, noteSeen } from './act.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { withNotice } from './second-look.ts';
import { fillSide, isSide, sideTitles } from './sides.ts';
import type { Answers } from './view-answers.ts';

/** Modals about one incident. */
export type CardForm = Exclude<ModalName, 'declare' | 'addMessage' | 'followUp' | OnCallForm | RunModalName>;
/** Modals about who is on call, and how people are reached. */
export type OnCallForm = 'override' | 'cover' | 'contact' | 'contactCode';
/** Those of them that change it. */
export type ChangeForm = Exclude<CardForm, SideName>;

/** Shown while a form is being filled. Slack takes 24 characters. */
export const titles: { readonly [N in CardForm]: string } = {
  resolve: 'Resolve incident',
  close: 'Write closing note',
  severity: 'Change severity',
  note: 'Add note',
  silence: 'Silence incident',
  assign: 'Assign incident',
  escalate: 'Escalate incident',
  snooze: 'Snooze incident',
  reopen: 'Reopen incident',
  timeline: sideTitles.timeline,
  evidence: sideTitles.evidence,
  runbook: sideTitles.runbook,
  escalation: sideTitles.escalation,
};

/** What an input that cannot be taken is answered with, by the input's name. Never empty. */
export type Mistakes = Readonly<Record<string, string>>;

interface ChangeFormSpec {
  readonly view: (
    incident: Incident,
    target: Target,
    of: { runbook: Runbook | null; service: Service | null },
  ) => ModalView;
  /** A command like the one that the form will give: when it is refused now, the form is not worth filling in. */
  readonly probe: (incident: Incident, by: Actor) => PersonCommand | null;
  readonly read: (answers: Answers, target: Target, by: Actor) => PersonCommand | Mistakes;
}

/** One entry per form: forgetting one is a compile error. */
export const changeForms: { readonly [N in ChangeForm]: ChangeFormSpec } = {
  resolve: {
    view: (incident, target, { runbook }) => resolveModal(incident, target, runbook),
    probe: (_, by) => ({ type: 'resolve', by, seen: null, text: '', note: null }),
    read: (answers, { seen }, by) => {
      const note = closingNote(answers);
      const whose = followUpsBy(answers);
      return { type: 'resolve', by, seen, text: note.fix, note: isEmpty(note) ? null : note, ...whose };
    },
  },
  close: {
    view: (incident, target, { runbook }) => closeModal(incident, target, runbook),
    probe: (_, by) => ({ type: 'close', by, note: closingNote({}) }),
    read: (answers, _, by) => {
      const note = closingNote(answers);
      if (isEmpty(note)) return { symptoms: 'Write at least what was seen, or what the cause was.' };
      return { type: 'close', by, note, ...followUpsBy(answers) };
    },
  },
  severity: {
    view: (incident, target, { service }) => severityModal(incident, target, service),
    probe: ({ severity }, by) => ({
      type: 'set_severity',
      by,
      severity: SEVERITIES.find((one) => one !== severity) ?? severity,
    }),
    read: ({ severity }, _, by) => {
      const word = SeverityWord.safeParse(severity);
      return word.success ? { type: 'set_severity', by, severity: word.data } : { severity: 'Choose one of P0 to P3.' };
    },
  },
  note: {
    view: noteModal,
    probe: () => null,
    read: ({ note = '' }, _, by) =>
      note.trim() === '' ? { note: 'Write a few words.' } : { type: 'note', by, text: note },
  },
  silence: {
    view: silenceModal,
    probe: (_, by) => ({ type: 'silence', by, forMs: 60_000 }),
    read: ({ duration = '' }, _, by) => {
      const forMs = parseDuration(duration);
      return forMs === null ? { duration: 'Choose how long.' } : { type: 'silence', by, forMs };
    },
  },
  assign: {
    view: assignModal,
    probe: ({ owner }, by) => ({ type: 'assign', by, to: owner === by ? 'somebody else' : by }),
    read: ({ person, note = '' }, _, by) =>
      person === undefined ? { person: 'Choose a person.' } : { type: 'assign', by, to: person, note },
  },
  escalate: {
    view: escalateModal,
    probe: (_, by) => ({ type: 'escalate', by, reason: 'as asked' }),
    read: ({ reason = '' }, _, by) =>
      reason.trim() === ''
        ? { reason: 'Say in a few words why it needs more people.' }
        : { type: 'escalate', by, reason },
  },
  snooze: {
    view: snoozeModal,
    probe: (_, by) => ({ type: 'snooze', by, forMs: 60_000 }),
    read: ({ duration = '', what }, _, by) => {
      const forMs = parseDuration(duration);
      if (forMs === null) return { duration: 'Choose how long.' };
      return { type: what === 'silence' ? 'silence' : 'snooze', by, forMs };
    },
  },
  reopen: {
    view: reopenModal,
    probe: (_, by) => ({ type: 'reopen', by, reason: '' }),
    read: ({ reason = '' }, _, by) => ({ type: 'reopen', by, reason }),
  },
};

export function isMistakes(read: PersonCommand | Mistakes): read is Mistakes {
  return !('type' in read && 'by' in read);
}

/**
 * What goes into a form about an incident, or why there is none for this person now. The form shows the incident as it is and
 * carries that version; `seen` is the one that the card showed, and what has come since is said above the form.
 */
export async function fillCardForm(
  deps: HandlerDeps,
  asker: Asker,
  form: CardForm,
  { incident: id, seen }: { readonly incident: string; readonly seen: number | null },
): Promise<Result<ModalView>> {
  if (isSide(form)) return fillSide(deps, asker, form, id);

  const found = await incidentToChange(deps, asker, id);
  if (!found.ok) return found;
  const { probe, view } = changeForms[form];
  const command = probe(found.value, asker.user);
  const decision = command && decide(found.value, command, deps.now());
  if (decision && !decision.ok) return decision;

  await noteSeen(deps, asker, found.value);
  const { version, lastAlarmVersion } = found.value;
  const service = deps.services().find(({ name }) => name === found.value.service) ?? null;
  const runbook = runbookOf(found.value, deps.services());
  const drawn = view(found.value, { incident: id, seen: version }, { runbook, service });
  const isNews = form === 'resolve' && seen !== null && seen < lastAlarmVersion;
  return ok(isNews ? withNotice(drawn, 'Another alarm fired after the card that you pressed was drawn.') : drawn);
}

function closingNote({ symptoms = '', cause = '', fix = '', followUps = '' }: Answers): ClosingNote {
  return { symptoms: symptoms.trim(), cause: cause.trim(), fix: fix.trim(), followUps: followUps.trim() };
}

function followUpsBy({ followUpsBy: person }: Answers): { readonly followUpsBy?: Actor } {
  return person === undefined ? {} : { followUpsBy: person };
}

function isEmpty(note: ClosingNote): boolean {
  return Object.values(note).every((text) => text === '');
}
