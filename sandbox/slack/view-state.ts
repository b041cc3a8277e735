import type { Json } from './json.ts';
import { isJson, objectsOf, stringOf } from './json.ts';

export type Values = Record<string, Record<string, unknown>>;

/** What each stateful element holds when nothing was entered, from its `initial_…` fields. */
const INITIAL: Readonly<Record<string, (element: Json) => Json>> = {
  plain_text_input: (e) => ({ value: e.initial_value ?? null }),
  number_input: (e) => ({ value: e.initial_value ?? null }),
  email_text_input: (e) => ({ value: e.initial_value ?? null }),
  url_text_input: (e) => ({ value: e.initial_value ?? null }),
  rich_text_input: (e) => ({ rich_text_value: e.initial_value ?? null }),
  checkboxes: (e) => ({ selected_options: e.initial_options ?? [] }),
  radio_buttons: (e) => ({ selected_option: e.initial_option ?? null }),
  static_select: (e) => ({ selected_option: e.initial_option ?? null }),
  external_select: (e) => ({ selected_option: e.initial_option ?? null }),
  multi_static_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  multi_external_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  users_select: (e) => ({ selected_user: e.initial_user ?? null }),
  multi_users_select: (e) => ({ selected_users: e.initial_users ?? [] }),
  conversations_select: (e) => ({ selected_conversation: e.initial_conversation ?? null }),
  multi_conversations_select: (e) => ({ selected_conversations: e.initial_conversations ?? [] }),
  channels_select: (e) => ({ selected_channel: e.initial_channel ?? null }),
  multi_channels_select: (e) => ({ selected_channels: e.initial_channels ?? [] }),
  datepicker: (e) => ({ selected_date: e.initial_date ?? null }),
  timepicker: (e) => ({ selected_time: e.initial_time ?? null }),
  datetimepicker: (e) => ({ selected_date_time: e.initial_date_time ?? null }),
};

const INTERACTIVE_LISTS: ReadonlySet<string> = new Set(['actions', 'card', 'context_actions']);

/** The blocks and those inside containers. */
export function flatBlocks(blocks: readonly Json[]): Json[] {
  return blocks.flatMap((block) => [block, ...objectsOf(block.child_blocks)]);
}

/** The interactive elements of a block. */
export function elementsOf(block: Json): Json[] {
  const single = [block.element, block.accessory].filter(isJson);
  const listed = block.type === 'card' ? block.actions : block.elements;
  const own = INTERACTIVE_LISTS.has(stringOf(block.type)) ? objectsOf(listed) : [];
  return [...own, ...single];
}

/** `state.values` as Slack sends it: every stateful element of the blocks, with what was entered or its initial value. */
export function stateValues(blocks: readonly Json[], entered: Values): Values {
  const values: Values = {};
  for (const block of flatBlocks(blocks)) {
    for (const element of elementsOf(block)) {
      const initial = INITIAL[stringOf(element.type)];
      if (initial === undefined) continue;
      const blockId = stringOf(block.block_id);
      const actionId = stringOf(element.action_id);
      const given = entered[blockId]?.[actionId];
      const value = isJson(given) ? given : initial(element);
      values[blockId] = { ...values[blockId], [actionId]: { ...value, type: element.type } };
    }
  }
  return values;
}

/** What Slack's client itself refuses before the app hears of a submission, by block id. */
export function inputErrors(blocks: readonly Json[], values: Values): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input' || !isJson(block.element)) continue;
    const blockId = stringOf(block.block_id);
    const error = inputError(block, block.element, values[blockId]?.[stringOf(block.element.action_id)]);
    if (error !== null) errors[blockId] = error;
  }
  return errors;
}

function inputError(block: Json, element: Json, state: unknown): string | null {
  const entered = isJson(state) ? Object.entries(state).filter(([name]) => name !== 'type') : [];
  const value = entered[0]?.[1];
  if (isEmpty(value)) return block.optional === true ? null : 'Please complete this required field.';
  return typeof value === 'string' && stringOf(element.type).endsWith('_input') ? textError(element, value) : null;
}

function textError(element: Json, value: string): string | null {
  if (value.length < Number(element.min_length ?? 0)) return `Please enter at least ${element.min_length} characters.`;
  if (value.length > Number(element.max_length ?? 3000))
    return `Please enter at most ${element.max_length ?? 3000} characters.`;
  return element.type === 'number_input' && !Number.isFinite(Number(value)) ? 'Please enter a number.' : null;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
