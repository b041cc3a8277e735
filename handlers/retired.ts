import type { App, BlockAction } from '@slack/bolt';
import {
  buttons,
  followUps,
  letters,
  links,
  onCallLinks,
  onRotation,
  overflow,
  retiredActionIds,
  sides,
  steps,
} from '../src/slack/protocol.ts';
import { autopilot, offers, PLAN_ACTION_IDS, runs } from '../src/slack/protocol-runs.ts';
import { clicked, outdated } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { guard, notAcked } from './guard.ts';

/** Everything in a message or in App Home that we hear of and have a listener for. */
const ANSWERED: readonly string[] = [
  ...Object.values(buttons).map(({ actionId }) => actionId),
  ...Object.values(letters).map(({ actionId }) => actionId),
  ...Object.values(links).map(({ actionId }) => actionId),
  ...Object.values(onRotation).map(({ actionId }) => actionId),
  ...Object.values(onCallLinks).map(({ actionId }) => actionId),
  ...Object.values(sides).map(({ actionId }) => actionId),
  ...Object.values(steps).map(({ actionId }) => actionId),
  ...Object.values(followUps).map(({ actionId }) => actionId),
  ...Object.values(offers).map(({ actionId }) => actionId),
  ...Object.values(runs).map(({ actionId }) => actionId),
  ...Object.values(autopilot).map(({ actionId }) => actionId),
  overflow.actionId,
];

/** Bolt runs every listener that matches, so this one matches only what no other does. */
const EVERYTHING_ELSE = new RegExp(
  `^(?!(?:${ANSWERED.map((id) => id.replaceAll('.', '\\.')).join('|')})$)(?!${PLAN_ACTION_IDS.source.slice(1)})`,
);

export function registerRetired(app: App, deps: HandlerDeps): void {
  app.action<BlockAction>({ type: 'block_actions', action_id: EVERYTHING_ELSE }, async (args) => {
    const id = args.action.action_id;
    if (args.body.view?.type === 'modal') return args.ack().catch((error: unknown) => notAcked(deps, 'input', error)); // typing

    const known = retiredActionIds.includes(id);
    if (!known) deps.log.warn({ action: id.slice(0, 80) }, 'somebody pressed what nobody draws');
    await guard(deps, clicked(deps, args, known ? 'retired' : 'unknown'), async () => outdated(args.body.message));
  });
}
