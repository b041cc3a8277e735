import type { ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import { placeOf, titleOf } from '../incident-words.ts';
import { choiceInput, form } from './form.ts';
import { problemView } from './sheets.ts';

/** To which incident a message is added. `draft` names the kept message; `open` is newest first, and at most 100 are offered. */
export function addMessageModal({
  open,
  draft,
}: {
  readonly open: readonly Incident[];
  readonly draft: string;
}): ModalView {
  if (open.length === 0)
    return problemView('Add to incident', 'No incident is open. Declare one first; then add the message to it.');
  return form(
    'addMessage',
    { draft },
    { title: 'Add to incident', submit: 'Add Message' },
    choiceInput({
      of: 'addMessage',
      id: 'incident',
      label: 'Incident',
      hint: 'The message is copied into its timeline, with a link.',
      choices: open.map((incident) => ({
        value: incident.id,
        text: `${incident.id} · ${titleOf(incident)}`,
        description: `${incident.severity} · ${placeOf(incident)}`,
      })),
      initial: open[0]?.id ?? null,
    }),
  );
}
