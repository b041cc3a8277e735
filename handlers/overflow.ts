import type { App, BlockOverflowAction } from '@slack/bolt';
import { decodeChoice, type OverflowName, overflow } from '../src/slack/protocol.ts';
import type { ControlDoes } from './buttons.ts';
import { changeByClick, clicked, openByClick, outdated } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { guard } from './guard.ts';

/** One line per choice of the card's menu: forgetting one is a compile error. */
const does: { readonly [N in OverflowName]: ControlDoes } = {
  assign: { command: (_, by) => ({ type: 'assign', by, to: by }) },
  severity: { form: 'severity' },
  note: { form: 'note' },
  silence: { form: 'silence' },
  escalate: { form: 'escalate' },
  snooze: { form: 'snooze' },
  timeline: { form: 'timeline' },
};

export function registerOverflow(app: App, deps: HandlerDeps): void {
  app.action<BlockOverflowAction>({ type: 'block_actions', action_id: overflow.actionId }, async (args) => {
    const choice = decodeChoice(args.action.selected_option?.value);
    if (!choice) return guard(deps, clicked(deps, args, 'menu.unknown'), async () => outdated(args.body.message));

    const kind = `menu.${choice.name}`;
    const what = does[choice.name];
    if ('form' in what) await openByClick(deps, args, kind, what.form, choice.target);
    else await changeByClick(deps, args, kind, choice.target, what.command);
  });
}
