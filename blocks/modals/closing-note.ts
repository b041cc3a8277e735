import type { InputBlock, ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import { symptomsOf } from '../../src/domain/timeline.ts';
import type { Target } from '../../src/slack/protocol.ts';
import { placeOf, titleOf } from '../incident-words.ts';
import { context, lines, md, section } from '../kit.ts';
import { form, textInput } from './form.ts';

/** Resolves and writes the closing note in one go. `target.seen` is what the person looked at when they decided that it is over. */
export function resolveModal(incident: Incident, target: Target): ModalView {
  const firing = incident.members.firing;
  return form(
    'resolve',
    target,
    { title: `Resolve ${incident.id}`, submit: 'Resolve' },
    about(incident),
    firing === 0
      ? null
      : section(
          md`⚠️ *${firing === 1 ? '1 alarm is' : `${firing} alarms are`} still firing.* Resolve only if that is expected.`,
        ),
    ...noteInputs('resolve', incident),
  );
}

/** Writes the closing note of an incident that is resolved already. */
export function closeModal(incident: Incident, target: Target): ModalView {
  return form(
    'close',
    target,
    { title: `Close ${incident.id}`, submit: 'Save Note' },
    about(incident),
    ...noteInputs('close', incident),
  );
}

function about(incident: Incident) {
  return context(lines(md`*${incident.severity} · ${placeOf(incident)}*`, titleOf(incident)));
}

/** What is known already is filled in: at the end of a night nobody should have to type what Tocsin has seen. */
function noteInputs(of: 'resolve' | 'close', incident: Incident): InputBlock[] {
  return [
    textInput({
      of,
      id: 'symptoms',
      label: 'Symptoms',
      hint: 'What was seen, and by whom.',
      multiline: true,
      initial: symptomsOf(incident),
    }),
    textInput({ of, id: 'cause', label: 'Cause', hint: 'A guess is fine; say that it is one.', multiline: true }),
    textInput({ of, id: 'fix', label: 'Fix', hint: 'What ended it.', multiline: true, initial: incident.resolution }),
    textInput({
      of,
      id: 'followUps',
      label: 'Follow-ups',
      hint: 'One on each line.',
      multiline: true,
      optional: true,
    }),
  ];
}
