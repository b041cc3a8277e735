import type { ModalView } from '@slack/types';
import { context, md } from '../kit.ts';
import { form } from './form.ts';
import { noteInput, type OverrideAsked, rotationInput, timeInputs } from './override.ts';

/** The form that asks the others for cover. */
export function coverModal(asked: Omit<OverrideAsked, 'person'>): ModalView {
  return form(
    'cover',
    { channel: asked.channel },
    { title: 'Ask for cover', submit: 'Ask the Channel' },
    context(
      md`Your shifts within this time are offered in the channel of the service. Until somebody takes them you stay on call.`,
    ),
    rotationInput('cover', asked),
    ...timeInputs('cover', asked),
    noteInput('cover'),
  );
}
