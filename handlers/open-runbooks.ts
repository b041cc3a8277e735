import type { KnownBlock, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { runbookModal } from '../blocks/modals/runbook.ts';
import { runbookOf } from '../src/domain/checklist.ts';
import { decodeMeta, modals } from '../src/slack/protocol.ts';
import type { HandlerDeps } from './deps.ts';
import { slackCode } from './slack-code.ts';

type Deps = Pick<HandlerDeps, 'actions' | 'log' | 'now' | 'openViews' | 'services' | 'store'>;

/** Remembers that a view shows a runbook now, or that it shows something else. It is not worth a failure. */
export async function rememberView(
  { openViews, log }: Pick<HandlerDeps, 'log' | 'openViews'>,
  { callback_id, private_metadata }: ModalView,
  viewId: string,
): Promise<void> {
  const side = decodeMeta('timeline', private_metadata); // all views about one incident carry the same
  if (!side) return;
  try {
    if (callback_id === modals.runbook.callbackId) await openViews.opened(side.incident, viewId);
    else await openViews.closed(side.incident, viewId);
  } catch (error) {
    log.warn({ err: error, incident: side.incident }, 'an open runbook could not be remembered');
  }
}

/** Whoever pressed something, and what they alone are to be told beside the step. */
export interface Presser {
  readonly view: string;
  readonly step: string;
  readonly notice: readonly KnownBlock[];
}

/**
 * Draws an incident's runbook anew wherever it is open, from the newest state. Never throws: what was ticked is ticked, and shows
 * with the next press.
 */
export async function redrawRunbooks(deps: Deps, client: WebClient, id: string, presser: Presser): Promise<void> {
  try {
    const open = await deps.openViews.of(id);
    const incident = await deps.store.load(id);
    const runbook = incident && runbookOf(incident, deps.services());
    if (!incident || !runbook) return;
    const checklist = { incident, runbook, offered: deps.actions.offered(incident), now: deps.now() };
    const aside = { step: presser.step, blocks: presser.notice };
    await Promise.all(
      [...new Set([presser.view, ...open])].map((viewId) => {
        const view = runbookModal(presser.view === viewId ? { ...checklist, aside } : checklist);
        return redraw(deps, client, view, { id, viewId });
      }),
    );
  } catch (error) {
    deps.log.warn({ err: error, incident: id }, 'open runbooks could not be drawn anew');
  }
}

async function redraw(
  { openViews, log }: Deps,
  client: WebClient,
  view: ModalView,
  { id, viewId }: { readonly id: string; readonly viewId: string },
): Promise<void> {
  try {
    await client.views.update({ view_id: viewId, view });
  } catch (error) {
    if (slackCode(error) === 'not_found') await openViews.closed(id, viewId);
    else log.warn({ err: error, incident: id }, 'an open runbook could not be drawn anew');
  }
}
