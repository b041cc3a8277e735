import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { decodeMeta } from '../src/slack/protocol.ts';
import { change } from './act.ts';
import type { Asker } from './asker.ts';
import { type ChangeForm, changeForms, isMistakes, type Mistakes } from './card-forms.ts';
import type { HandlerDeps } from './deps.ts';
import { secondLook } from './second-look.ts';
import type { Answers } from './view-answers.ts';

/** What was submitted, read. */
export interface Submitted {
  readonly asker: Asker;
  readonly answers: Answers;
  readonly view: ViewOutput;
}

/**
 * What a submission asks for: mistakes of the inputs, found without looking anything up, or work to do. The work is done with
 * `null`, or there is another view to look at.
 */
export type Submit = (deps: HandlerDeps, submitted: Submitted) => Mistakes | (() => Promise<Result<ModalView | null>>);

export function submitCardForm(form: ChangeForm): Submit {
  return (deps, { asker, answers, view }) => {
    const target = decodeMeta(form, view.private_metadata);
    if (!target) return async () => unreadable();

    const command = changeForms[form].read(answers, target, asker.user);
    if (isMistakes(command)) return command;
    return async () => {
      const changed = await change(deps, asker, target.incident, command);
      if (changed.ok) return ok(null);
      return changed.rejection.code === 'changed_since_seen'
        ? secondLook(deps, view, target.incident, changed.rejection)
        : changed;
    };
  };
}

/** A form of an older version, or one that was tampered with. */
export function unreadable(): Result<never> {
  return reject(
    'bad_input',
    'This form belongs to an older version of Tocsin.',
    'Copy what you have written, close the form and open it again.',
  );
}
