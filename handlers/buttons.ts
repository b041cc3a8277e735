import type { App, BlockButtonAction } from '@slack/bolt';
import type { PersonCommand } from '../src/domain/decide.ts';
import type { Actor } from '../src/domain/incident.ts';
import { type ButtonName, buttons, decodeTarget, type Target } from '../src/slack/protocol.ts';
import type { CardForm } from './card-forms.ts';
import { changeByClick, openByClick } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';

/** What a control of the card does: change the incident at once, or open a form. */
export type ControlDoes =
  | { readonly command: (target: Target, by: Actor) => PersonCommand }
  | { readonly form: CardForm };

/** One line per button: forgetting one is a compile error. */
const does: { readonly [N in ButtonName]: ControlDoes } = {
  acknowledge: { command: (_, by) => ({ type: 'acknowledge', by }) },
  mitigate: { command: (_, by) => ({ type: 'mitigate', by }) },
  resolve: { form: 'resolve' },
  close: { form: 'close' },
  reopen: { form: 'reopen' },
  timeline: { form: 'timeline' },
  runbook: { form: 'runbook' },
};

export function registerButtons(app: App, deps: HandlerDeps): void {
  for (const name of Object.keys(does) as ButtonName[]) {
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: buttons[name].actionId }, async (args) => {
      const target = decodeTarget(args.action.value);
      const kind = `button.${name}`;
      const what = does[name];
      if ('form' in what) await openByClick(deps, args, kind, what.form, target);
      else await changeByClick(deps, args, kind, target, what.command);
    });
  }
}
