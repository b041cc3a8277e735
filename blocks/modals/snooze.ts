import type { ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import { SNOOZE_CHOICES, SNOOZE_WHAT, type Target } from '../../src/slack/protocol.ts';
import { context, md } from '../kit.ts';
import { about } from './changes.ts';
import { choiceInput, form } from './form.ts';

/** For how long nobody is paged, and whether its alarms are quiet as well. */
export function snoozeModal(incident: Incident, target: Target): ModalView {
  return form(
    'snooze',
    target,
    { title: `Snooze ${incident.id}`, submit: 'Snooze' },
    about(incident),
    incident.status === 'triggered' ? context(md`Nobody has it yet: if you snooze it, you have it.`) : null,
    choiceInput({
      of: 'snooze',
      id: 'duration',
      label: 'For how long',
      hint: 'A worse severity ends it.',
      choices: choices(SNOOZE_CHOICES),
      initial: '30m',
    }),
    choiceInput({
      of: 'snooze',
      id: 'what',
      label: 'What is put off',
      choices: choices(SNOOZE_WHAT),
      initial: 'snooze',
    }),
  );
}

function choices(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, text]) => ({ value, text }));
}
