import type { App, BlockButtonAction } from '@slack/bolt';
import { decodeTarget, type SideName, sides } from '../src/slack/protocol.ts';
import { clicked, outdated } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { refillView } from './forms.ts';
import { guard } from './guard.ts';
import { fillSide, sideTitles } from './sides.ts';

/** Turns a view to another side of the same incident. */
export function registerSides(app: App, deps: HandlerDeps): void {
  for (const side of Object.keys(sides) as SideName[]) {
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: sides[side].actionId }, async (click) => {
      const kind = `side.${side}`;
      const exchange = clicked(deps, click, kind);
      const target = decodeTarget(click.action.value);
      const viewId = click.body.view?.id;
      if (!target || viewId === undefined) return guard(deps, exchange, async () => outdated(click.body.message));

      const { asker, say } = exchange;
      const request = { kind, asker, say, client: click.client, title: sideTitles[side], ack: () => click.ack() };
      await refillView(deps, request, viewId, () => fillSide(deps, asker, side, target.incident));
    });
  }
}
