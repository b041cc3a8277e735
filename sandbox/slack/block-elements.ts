import type { Check } from './shape.ts';
import {
  address,
  anything,
  both,
  byType,
  characters,
  distinct,
  exactlyOne,
  fields,
  listOf,
  oneOf,
  whole,
  yesOrNo,
} from './shape.ts';

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function plain(max: number): Check {
  return byType(
    { plain_text: fields({ type: anything, text: characters(max) }, { emoji: yesOrNo }) },
    'must be plain_text, not',
  );
}

export function anyText(max: number): Check {
  return byType({
    plain_text: fields({ type: anything, text: characters(max) }, { emoji: yesOrNo }),
    mrkdwn: fields({ type: anything, text: characters(max) }, { verbatim: yesOrNo }),
  });
}

const confirm = fields(
  { title: plain(100), text: anyText(300), confirm: plain(30), deny: plain(30) },
  { style: oneOf('primary', 'danger') },
);

/** Option texts are plain in selects and may be mrkdwn in checkboxes and radio buttons. */
function option(text: Check, extra: Record<string, Check> = {}): Check {
  return fields({ text, value: characters(150) }, { description: anyText(75), ...extra });
}

const plainOption = option(plain(75));
const choice = option(anyText(75));
const group = fields({ label: plain(75), options: listOf(plainOption, 100) });

/** Fields that all interactive elements share. */
const interactive = { action_id: characters(255), confirm, focus_on_load: yesOrNo };
const placeholder = { placeholder: plain(150) };
const type = { type: anything };

function choices(checkOf: Check, max: number, initial: Record<string, Check>): Check {
  return both(fields({ ...type, options: listOf(checkOf, max) }, { ...interactive, ...initial }), (value, at) =>
    distinct('value')((value as { options?: unknown }).options, `${at}/options`),
  );
}

function select(required: Record<string, Check>, optional: Record<string, Check>): Check {
  return fields({ ...type, ...required }, { ...interactive, ...placeholder, ...optional });
}

const many = { max_selected_items: whole(1, 100) };
const ids = listOf(characters(255), 100, 0);
const options = { options: listOf(plainOption, 100), option_groups: listOf(group, 100) };
const filter = fields(
  {},
  {
    include: listOf(oneOf('im', 'mpim', 'private', 'public'), 4),
    exclude_external_shared_channels: yesOrNo,
    exclude_bot_users: yesOrNo,
  },
);
const conversationOptions = { default_to_current_conversation: yesOrNo, filter };
const input = { ...interactive, ...placeholder, dispatch_action_config: anything };
const length = { min_length: whole(0, 3000), max_length: whole(1, 3000) };

/** Block elements and what each may hold. https://docs.slack.dev/reference/block-kit/block-elements */
export const ELEMENTS: Readonly<Record<string, Check>> = {
  button: fields(
    { ...type, text: plain(75) },
    {
      ...interactive,
      url: address(3000),
      value: characters(2000),
      style: oneOf('primary', 'danger'),
      accessibility_label: characters(75),
    },
  ),
  overflow: fields({ ...type, options: listOf(option(plain(75), { url: address(3000) }), 5) }, interactive),
  checkboxes: choices(choice, 10, { initial_options: listOf(choice, 10) }),
  radio_buttons: choices(choice, 10, { initial_option: choice }),
  static_select: both(select({}, { ...options, initial_option: plainOption }), exactlyOne('options', 'option_groups')),
  multi_static_select: both(
    select({}, { ...options, ...many, initial_options: listOf(plainOption, 100) }),
    exactlyOne('options', 'option_groups'),
  ),
  external_select: select({}, { initial_option: plainOption, min_query_length: whole(0, 255) }),
  multi_external_select: select(
    {},
    { ...many, initial_options: listOf(plainOption, 100), min_query_length: whole(0, 255) },
  ),
  users_select: select({}, { initial_user: characters(255) }),
  multi_users_select: select({}, { ...many, initial_users: ids }),
  conversations_select: select(
    {},
    { ...conversationOptions, initial_conversation: characters(255), response_url_enabled: yesOrNo },
  ),
  multi_conversations_select: select({}, { ...conversationOptions, ...many, initial_conversations: ids }),
  channels_select: select({}, { initial_channel: characters(255), response_url_enabled: yesOrNo }),
  multi_channels_select: select({}, { ...many, initial_channels: ids }),
  datepicker: select({}, { initial_date: characters(10) }),
  timepicker: select({}, { initial_time: characters(5), timezone: characters(100) }),
  datetimepicker: fields(type, { ...interactive, initial_date_time: whole(1_000_000_000, 9_999_999_999) }),
  plain_text_input: fields(type, { ...input, ...length, initial_value: characters(3000), multiline: yesOrNo }),
  number_input: fields(
    { ...type, is_decimal_allowed: yesOrNo },
    { ...input, initial_value: characters(100), min_value: characters(100), max_value: characters(100) },
  ),
  email_text_input: fields(type, { ...input, initial_value: characters(3000) }),
  url_text_input: fields(type, { ...input, initial_value: characters(3000) }),
  rich_text_input: fields(type, {
    ...input,
    initial_value: anything,
    min_lines: whole(1, 100),
    max_lines: whole(1, 100),
  }),
  file_input: fields(type, { action_id: characters(255), filetypes: ids, max_files: whole(1, 10) }),
  workflow_button: fields(
    { ...type, text: plain(75), workflow: anything },
    { action_id: characters(255), style: oneOf('primary', 'danger'), accessibility_label: characters(75) },
  ),
  image: both(
    fields({ ...type, alt_text: characters(2000) }, { image_url: address(3000), slack_file: anything }),
    exactlyOne('image_url', 'slack_file'),
  ),
};

/** The named elements only. */
export function elements(...names: string[]): Check {
  return byType(Object.fromEntries(names.map((name) => [name, ELEMENTS[name] ?? anything])));
}

const SELECTS = ['static', 'external', 'users', 'conversations', 'channels'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const PICKERS = ['datepicker', 'timepicker', 'datetimepicker'];
const CHOICES = ['checkboxes', 'radio_buttons'];

/** What an `actions` block may hold. */
export const ACTION_ELEMENTS = [
  'button',
  'overflow',
  'workflow_button',
  'rich_text_input',
  ...CHOICES,
  ...PICKERS,
  ...SELECTS,
];
/** What may stand at the right of a section. */
export const ACCESSORIES = ['button', 'overflow', 'workflow_button', 'image', ...CHOICES, ...PICKERS, ...SELECTS];
/** What an `input` block may hold. */
export const INPUT_ELEMENTS = [
  'plain_text_input',
  'number_input',
  'email_text_input',
  'url_text_input',
  'rich_text_input',
  'file_input',
  ...CHOICES,
  ...PICKERS,
  ...SELECTS,
];
