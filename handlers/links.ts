import type { App, BlockButtonAction } from '@slack/bolt';
import { incidentCard } from '../blocks/incident-card.ts';
import type { Message } from '../blocks/kit.ts';
import { ok, type Result } from '../src/domain/result.ts';
import { IncidentId, links } from '../src/slack/protocol.ts';
import { findIncident, noteSeen } from './act.ts';
import type { Asker } from './asker.ts';
import { type Click, clicked, openByClick, outdated } from './clicks.ts';
import { DECLARE_TITLE, fillDeclare } from './declare.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm } from './forms.ts';
import { guard, notAcked } from './guard.ts';

/** Buttons outside of cards: in lists and in App Home. */
export function registerLinks(app: App, deps: HandlerDeps): void {
  app.action<BlockButtonAction>({ type: 'block_actions', action_id: links.open.actionId }, async ({ ack }) => {
    await ack().catch((error: unknown) => notAcked(deps, 'link.open', error));
  });

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
    await openForm(deps, request, () => fillDeclare(deps, { channel: null, title: '' }));
  });
}

/** The card, for whoever asked: as a message where there is room for one, and in App Home as a modal. */
async function show(deps: HandlerDeps, click: Click, id: string | null): Promise<void> {
  const kind = 'button.show';
  if (id !== null && click.body.view) return openByClick(deps, click, kind, 'timeline', { incident: id, seen: 1 });

  const exchange = clicked<Message>(deps, click, kind, (message) => message);
  await guard(deps, exchange, async () =>
    id === null ? outdated(click.body.message) : card(deps, exchange.asker, id),
  );
}

async function card(deps: HandlerDeps, asker: Asker, id: string): Promise<Result<Message>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  await noteSeen(deps, asker, found.value);
  return ok(incidentCard(found.value, deps.now()));
}
