import type { App, BlockButtonAction } from '@slack/bolt';
import type { Message } from '../blocks/kit.ts';
import { IncidentId, links } from '../src/slack/protocol.ts';
import { type Click, clicked, modalOf, outdated } from './clicks.ts';
import { DECLARE_TITLE, fillDeclare } from './declare.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm, refillView } from './forms.ts';
import { guard } from './guard.ts';
import { showCard, showSheet } from './show.ts';

/** Buttons outside of cards: in lists and in App Home. */
export function registerLinks(app: App, deps: HandlerDeps): void {
  app.action<BlockButtonAction>({ type: 'block_actions', action_id: links.show.actionId }, async (click) => {
    const id = IncidentId.safeParse(click.action.value);
    await show(deps, click, id.success ? id.data : null);
  });

  app.action<BlockButtonAction>({ type: 'block_actions', action_id: links.declare.actionId }, async (click) => {
    const { asker, say } = clicked(deps, click, 'home.declare');
    const request = {
      ...{
        kind: 'home.declare',
        asker,
        say,
        client: click.client,
        triggerId: click.body.trigger_id,
        title: DECLARE_TITLE,
      },
      ack: () => click.ack(),
    };
    const fill = () => fillDeclare(deps, { channel: null, title: '' });
    const viewId = modalOf(click);
    if (viewId === null) await openForm(deps, request, fill);
    else await refillView(deps, request, viewId, fill);
  });
}

/** The card, for whoever asked: as a message where there is room for one, and in App Home as a modal. */
async function show(deps: HandlerDeps, click: Click, id: string | null): Promise<void> {
  const kind = 'button.show';
  const exchange = clicked<Message>(deps, click, kind, (message) => message);
  if (id === null) return guard(deps, exchange, async () => outdated(click.body.message));

  const { asker, say } = exchange;
  if (!click.body.view) return guard(deps, exchange, () => showCard(deps, asker, id));
  const request = {
    kind,
    asker,
    say,
    client: click.client,
    triggerId: click.body.trigger_id,
    title: id,
    ack: () => click.ack(),
  };
  await openForm(deps, request, () => showSheet(deps, asker, id));
}
