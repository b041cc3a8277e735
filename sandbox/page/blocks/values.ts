import { isJson, type Json, objectAt, objectsAt, stringAt } from './json.ts';

/** Slack's `state.values`: block id → action id → what the element holds. */
export type Values = Record<string, Record<string, Record<string, unknown>>>;

/** An element that holds something, with the ids under which the app finds it. */
export interface Field {
  readonly blockId: string;
  readonly actionId: string;
  readonly element: Json;
}

const INITIAL: Readonly<Record<string, (element: Json) => Record<string, unknown>>> = {
  plain_text_input: ({ initial_value: value = null }) => ({ value }),
  number_input: ({ initial_value: value = null }) => ({ value }),
  email_text_input: ({ initial_value: value = null }) => ({ value }),
  url_text_input: ({ initial_value: value = null }) => ({ value }),
  static_select: ({ initial_option: selected_option = null }) => ({ selected_option }),
  radio_buttons: ({ initial_option: selected_option = null }) => ({ selected_option }),
  checkboxes: ({ initial_options: selected_options = [] }) => ({ selected_options }),
  multi_static_select: ({ initial_options: selected_options = [] }) => ({ selected_options }),
  users_select: ({ initial_user: selected_user = null }) => ({ selected_user }),
  multi_users_select: ({ initial_users: selected_users = [] }) => ({ selected_users }),
  channels_select: ({ initial_channel: selected_channel = null }) => ({ selected_channel }),
  conversations_select: ({ initial_conversation: selected_conversation = null }) => ({ selected_conversation }),
  datepicker: ({ initial_date: selected_date = null }) => ({ selected_date }),
  timepicker: ({ initial_time: selected_time = null }) => ({ selected_time }),
  datetimepicker: ({ initial_date_time: selected_date_time = null }) => ({ selected_date_time }),
};

/** What an element holds before anybody touched it, with its `type`, or `null` for elements that hold nothing (buttons). */
export function initialValue(element: Json): Record<string, unknown> | null {
  const type = stringAt(element, 'type');
  const initial = Object.hasOwn(INITIAL, type) ? INITIAL[type] : undefined;
  return initial ? { type, ...initial(element) } : null;
}

/** The block's id, or a stand-in by position for blocks that came without one. */
export function blockIdOf(block: Json, index: number): string {
  return stringAt(block, 'block_id') || `block-${index}`;
}

/** All elements of a view that hold something, in order. */
export function fieldsOf(blocks: readonly Json[]): Field[] {
  return blocks.flatMap((block, i) =>
    elementsOf(block)
      .filter((element) => initialValue(element) !== null)
      .map((element) => ({ blockId: blockIdOf(block, i), actionId: stringAt(element, 'action_id'), element })),
  );
}

/**
 * `state.values` of a view, as Slack submits it: every element that holds something is there, touched or not. What was typed
 * into an element of the same block and action id survives an update of the view.
 */
export function collectValues(blocks: readonly Json[], typed: Values): Values {
  const values: Values = {};
  for (const { blockId, actionId, element } of fieldsOf(blocks)) {
    const own = typed[blockId]?.[actionId];
    const kept = own?.type === element.type ? own : undefined;
    values[blockId] = { ...values[blockId], [actionId]: kept ?? initialValue(element) ?? {} };
  }
  return values;
}

/** Block ids of required inputs that are still empty: what Slack's own client refuses before the app is asked. */
export function missingInputs(blocks: readonly Json[], values: Values): string[] {
  return blocks.flatMap((block, i) => {
    if (block.type !== 'input' || block.optional === true) return [];
    const blockId = blockIdOf(block, i);
    const held = Object.values(values[blockId] ?? {});
    return held.some(isEmpty) ? [blockId] : [];
  });
}

function isEmpty(held: Record<string, unknown>): boolean {
  return Object.entries(held).every(([key, value]) => {
    if (key === 'type') return true;
    if (Array.isArray(value)) return value.length === 0;
    return value === null || (typeof value === 'string' && value.trim() === '');
  });
}

function elementsOf(block: Json): Json[] {
  const one = objectAt(block, block.type === 'input' ? 'element' : 'accessory');
  return [...(one ? [one] : []), ...(block.type === 'actions' ? objectsAt(block, 'elements') : [])].filter(isJson);
}
