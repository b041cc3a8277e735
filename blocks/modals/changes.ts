import type { ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import type { Service } from '../../src/domain/service.ts';
import { SEVERITIES, SEVERITY_WORDS } from '../../src/domain/severity.ts';
import { SILENCE_CHOICES, type Target } from '../../src/slack/protocol.ts';
import { placeOf, titleOf } from '../incident-words.ts';
import { context, lines, md } from '../kit.ts';
import { ask, choiceInput, form, textInput } from './form.ts';

/** Forms that change one thing of an incident. */

export function severityModal(
  incident: Incident,
  target: Target,
  service: Pick<Service, 'severities'> | null = null,
): ModalView {
  return form(
    'severity',
    target,
    { title: `Severity ${incident.id}`, submit: 'Change Severity' },
    about(incident),
    choiceInput({
      of: 'severity',
      id: 'severity',
      label: 'Severity',
      hint: `It is ${incident.severity} now.`,
      choices: SEVERITIES.map((severity) => ({
        value: severity,
        text: `${severity} · ${SEVERITY_WORDS[severity]}`,
        description: service?.severities[severity].means ?? '',
      })),
      initial: incident.severity,
    }),
  );
}

export function noteModal(incident: Incident, target: Target): ModalView {
  return form(
    'note',
    target,
    { title: `Note on ${incident.id}`, submit: 'Add Note' },
    about(incident),
    textInput({
      of: 'note',
      id: 'note',
      label: 'Note',
      hint: 'It goes into the timeline and the thread.',
      multiline: true,
    }),
  );
}

export function silenceModal(incident: Incident, target: Target): ModalView {
  return form(
    'silence',
    target,
    { title: `Silence ${incident.id}`, submit: 'Silence' },
    about(incident),
    choiceInput({
      of: 'silence',
      id: 'duration',
      label: 'For how long',
      hint: 'New alarms still join this incident, without a word in the thread.',
      choices: Object.entries(SILENCE_CHOICES).map(([value, text]) => ({ value, text })),
      initial: '1h',
    }),
  );
}

export function assignModal(incident: Incident, target: Target): ModalView {
  const id = 'person';
  return form(
    'assign',
    target,
    { title: `Assign ${incident.id}`, submit: 'Assign' },
    about(incident),
    ask({ of: 'assign', id, label: 'Who takes it' }, { type: 'users_select', action_id: id }),
    textInput({
      of: 'assign',
      id: 'note',
      label: 'What they should know',
      hint: 'They get it by direct message; it goes into the timeline and the thread.',
      multiline: true,
      optional: true,
    }),
  );
}

export function reopenModal(incident: Incident, target: Target): ModalView {
  return form(
    'reopen',
    target,
    { title: `Reopen ${incident.id}`, submit: 'Reopen' },
    about(incident),
    textInput({ of: 'reopen', id: 'reason', label: 'Why', hint: 'It will be yours.', multiline: true, optional: true }),
  );
}

/** Says which incident a form is about. */
export function about(incident: Incident) {
  return context(lines(md`*${incident.severity} · ${placeOf(incident)}*`, titleOf(incident)));
}
