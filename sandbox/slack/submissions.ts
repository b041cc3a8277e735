import type { Act, ActResult } from '../api.ts';
import type { Acting } from './acting.ts';
import { DONE, refuse } from './acting.ts';
import { ApiError } from './api-error.ts';
import type { Json } from './json.ts';
import { objectOf, objectsOf, stringOf } from './json.ts';
import { commonPayload } from './payloads.ts';
import { viewOut } from './presentation.ts';
import { inputErrors, stateValues } from './view-state.ts';
import { checkedView, closeModals, pushModal, replaceView } from './views.ts';
import type { View, World } from './world.ts';

/** What a modal shows when its submission got no good answer. */
const TROUBLE = 'We had some trouble connecting. Try again?';

/** The person pressed a modal's submit button: `view_submission`, and what the app answers to it. */
export async function submit(acting: Acting, user: string, act: Extract<Act, { type: 'submit' }>): Promise<ActResult> {
  const { world } = acting;
  const view = openModalOf(world, user, act.viewId);
  if (view === undefined) return { ok: false, error: 'It is not open any more.' };
  const blocks = objectsOf(view.content.blocks);
  view.values = stateValues(blocks, { ...view.values, ...act.values });
  view.errors = inputErrors(blocks, view.values);
  world.changed();
  if (Object.keys(view.errors).length > 0) return { ok: false, error: 'Some answers are missing or not valid.' };
  const payload = {
    type: 'view_submission',
    ...commonPayload(world, user),
    trigger_id: acting.triggers.create(user),
    view: viewOut(world, view),
    response_urls: [],
  };
  const delivery = await acting.transport.deliver({ type: 'interactive', payload });
  if (delivery.outcome !== 'acked') return refuse(acting, user, TROUBLE);
  try {
    return obey(acting, user, view, objectOf(delivery.payload));
  } catch (error) {
    if (error instanceof ApiError) return refuse(acting, user, TROUBLE);
    throw error;
  }
}

/** Does what the acknowledgement asks for; an empty one closes this view. */
function obey(acting: Acting, user: string, view: View, answer: Json): ActResult {
  const { world } = acting;
  switch (answer.response_action) {
    case 'errors':
      return showErrors(world, view, objectOf(answer.errors));
    case 'update':
      replaceView(world, view, checkedView(world, answer.view, 'modal', view));
      return DONE;
    case 'push':
      pushModal(world, user, checkedView(world, answer.view, 'modal'));
      return DONE;
    case 'clear':
      notify(acting, user, closeModals(world, user, view, true), true);
      return DONE;
    default:
      closeModals(world, user, view, false);
      return DONE;
  }
}

/** Errors belong to input blocks; any other block id makes Slack refuse the whole answer. */
function showErrors(world: World, view: View, errors: Json): ActResult {
  const inputs = new Set(objectsOf(view.content.blocks).flatMap((b) => (b.type === 'input' ? [b.block_id] : [])));
  const entries = Object.entries(errors).map(([id, text]) => [id, stringOf(text)] as const);
  if (entries.length === 0 || entries.some(([id]) => !inputs.has(id))) throw new ApiError('invalid_errors');
  view.errors = Object.fromEntries(entries);
  world.changed();
  return { ok: false, error: entries.map(([, text]) => text).join(' ') };
}

/** The person closed a modal; the app hears of it when the view asked for that. */
export function close(acting: Acting, user: string, act: Extract<Act, { type: 'close' }>): ActResult {
  const view = openModalOf(acting.world, user, act.viewId);
  if (view === undefined) return DONE;
  const all = view.content.clear_on_close === true;
  notify(acting, user, closeModals(acting.world, user, view, all), all);
  return DONE;
}

/** `view_closed` for the views that want it. Slack does not wait for the app here. */
function notify(acting: Acting, user: string, views: readonly View[], isCleared: boolean): void {
  for (const view of views.filter(({ content }) => content.notify_on_close === true)) {
    const shown = viewOut(acting.world, view);
    const payload = { type: 'view_closed', ...commonPayload(acting.world, user), view: shown, is_cleared: isCleared };
    void acting.transport.deliver({ type: 'interactive', payload });
  }
}

function openModalOf(world: World, user: string, viewId: string): View | undefined {
  return world.modals.get(user)?.find(({ id }) => id === viewId);
}
