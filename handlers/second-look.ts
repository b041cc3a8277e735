import type { ViewOutput } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import { section, spoken } from '../blocks/kit.ts';
import { ok, type Rejection, type Result } from '../src/domain/result.ts';
import { encodeMeta } from '../src/slack/protocol.ts';
import { findIncident } from './act.ts';
import type { HandlerDeps } from './deps.ts';

const NOTICE = 'second-look';

/**
 * The same form again, with what was typed, and above it what has happened meanwhile. It carries the newest version: whoever
 * submits it once more has been told.
 */
export async function secondLook(
  deps: Pick<HandlerDeps, 'store'>,
  view: ViewOutput,
  id: string,
  { message, hint = '' }: Rejection,
): Promise<Result<ModalView>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;

  const blocks = view.blocks.filter(({ block_id }) => block_id !== NOTICE) as KnownBlock[]; // drawn by us, sent back as drawn
  const again: ModalView = {
    ...{ type: 'modal', callback_id: view.callback_id, title: view.title },
    ...(view.submit && { submit: view.submit }),
    ...(view.close && { close: view.close }),
    private_metadata: encodeMeta('resolve', { incident: id, seen: found.value.version }),
    blocks: blocks.map((block) => withTyped(block, view)),
  };
  return ok(withNotice(again, `${message} ${hint}`));
}

/** Says something above a form. */
export function withNotice(view: ModalView, words: string): ModalView {
  return { ...view, blocks: [{ ...section(spoken(`⚠️ ${words}`)), block_id: NOTICE }, ...view.blocks] };
}

function withTyped(block: KnownBlock, { state }: ViewOutput): KnownBlock {
  if (block.type !== 'input' || block.element.type !== 'plain_text_input' || block.block_id === undefined) return block;
  const typed = state.values[block.block_id]?.[block.element.action_id ?? '']?.value;
  return typed ? { ...block, element: { ...block.element, initial_value: typed } } : block;
}
