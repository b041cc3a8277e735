import { ACCESSORIES, ACTION_ELEMENTS, anyText, elements, INPUT_ELEMENTS, plain } from './block-elements.ts';
import type { Json } from './json.ts';
import { objectsOf, stringOf } from './json.ts';
import { container, dataRows, NEWER_BLOCKS } from './newer-blocks.ts';
import type { Check, Problem } from './shape.ts';
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
  problem,
  whole,
  yesOrNo,
} from './shape.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

const base = { type: anything, block_id: characters(255, 0) };

function block(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  return fields({ type: anything, ...required }, { ...base, ...optional });
}

function elementList(check: Check, max: number): Check {
  return both(listOf(check, max), distinct('action_id'));
}

const richText = listOf(
  byType({
    rich_text_section: fields({ type: anything, elements: listOf(anything, 1000, 0) }),
    rich_text_list: fields(
      { type: anything, elements: listOf(anything, 1000, 0), style: oneOf('bullet', 'ordered') },
      { indent: whole(0, 8), border: whole(0, 1), offset: whole(0, 10_000) },
    ),
    rich_text_quote: fields({ type: anything, elements: listOf(anything, 1000, 0) }, { border: whole(0, 1) }),
    rich_text_preformatted: fields(
      { type: anything, elements: listOf(anything, 1000, 0) },
      { border: whole(0, 1), language: characters(100) },
    ),
  }),
  1000,
  0,
);

const cell = byType({
  raw_text: fields({ type: anything, text: characters(10_000, 0) }),
  raw_number: fields({ type: anything, value: anything }, { text: characters(100) }),
  rich_text: fields({ type: anything, elements: richText }, { block_id: characters(255) }),
});

/** Blocks and what each may hold. https://docs.slack.dev/reference/block-kit/blocks */
const OLDER_BLOCKS: Readonly<Record<string, Check>> = {
  section: both(
    block(
      {},
      { text: anyText(3000), fields: listOf(anyText(2000), 10), accessory: elements(...ACCESSORIES), expand: yesOrNo },
    ),
    (value, at) => {
      const { text, fields: columns } = value as Json;
      return text === undefined && columns === undefined ? [problem(at, 'missing required field: text or fields')] : [];
    },
  ),
  header: block({ text: plain(150) }),
  context: block({
    elements: listOf(byType({ plain_text: anyText(3000), mrkdwn: anyText(3000), image: elements('image') }), 10),
  }),
  actions: block({ elements: elementList(elements(...ACTION_ELEMENTS), 25) }),
  divider: block({}),
  image: both(
    block({ alt_text: characters(2000) }, { image_url: address(3000), slack_file: anything, title: plain(2000) }),
    exactlyOne('image_url', 'slack_file'),
  ),
  input: block(
    { label: plain(2000), element: elements(...INPUT_ELEMENTS) },
    { hint: plain(2000), optional: yesOrNo, dispatch_action: yesOrNo },
  ),
  rich_text: block({ elements: richText }),
  markdown: block({ text: characters(12_000) }),
  table: block({ rows: listOf(listOf(cell, 20), 100) }, { column_settings: listOf(anything, 20, 0) }),
  data_table: block(
    { rows: both(listOf(listOf(cell, 20), 100), dataRows), caption: characters(2000) },
    { page_size: whole(1, 100), row_header_column_index: whole(0, 19) },
  ),
  video: block(
    { alt_text: characters(2000), title: plain(199), thumbnail_url: address(3000), video_url: address(3000) },
    {
      author_name: characters(49),
      description: plain(200),
      provider_icon_url: address(3000),
      provider_name: characters(200),
      title_url: address(3000),
    },
  ),
  alert: block({ text: anyText(200) }, { level: oneOf('default', 'info', 'warning', 'error', 'success') }),
};

const BLOCKS = { ...OLDER_BLOCKS, ...NEWER_BLOCKS, container: container(OLDER_BLOCKS) };

/** Blocks that only some surfaces draw; the others are drawn everywhere. */
const ONLY_ON: Readonly<Record<string, readonly Surface[]>> = {
  markdown: ['message'],
  table: ['message', 'home'],
  data_table: ['message', 'home'],
  alert: ['modal'],
  container: ['message', 'home'],
  carousel: ['message', 'home'],
  context_actions: ['message'],
  plan: ['message'],
  task_card: ['message'],
};

/**
 * What Slack would refuse in these blocks: counts, lengths, required and unknown fields, ids that occur twice, blocks that the
 * surface does not draw. Empty when all is well.
 */
export function blockProblems(blocks: unknown, surface: Surface, at = '/blocks'): Problem[] {
  const check = both(listOf(byType(surfaceBlocks(surface)), MAX_BLOCKS[surface], 0), distinct('block_id'));
  const wrong = check(blocks, at);
  return wrong.length > 0 ? wrong : together(objectsOf(blocks), at);
}

function surfaceBlocks(surface: Surface): Record<string, Check> {
  return Object.fromEntries(Object.entries(BLOCKS).filter(([type]) => ONLY_ON[type]?.includes(surface) ?? true));
}

/** Rules about all blocks together. */
function together(blocks: Json[], at: string): Problem[] {
  const markdown = blocks.filter(({ type }) => type === 'markdown').reduce((sum, b) => sum + String(b.text).length, 0);
  const tables = blocks.filter(({ type }) => type === 'table').length;
  const focused = JSON.stringify(blocks).split('"focus_on_load":true').length - 1;
  return [
    ...tooMuchTable(blocks, at),
    ...(markdown > 12_000 ? [problem(at, 'all markdown blocks together must be less than 12001 characters')] : []),
    ...(tables > 1 ? [problem(at, 'only_one_table_allowed')] : []),
    ...(focused > 1 ? [problem(at, 'no more than 1 element may have focus_on_load')] : []),
  ];
}

/** Characters of all tables of one kind together. */
const TABLE_TEXT = { table: 10_000, data_table: 20_000 } as const;

function tooMuchTable(blocks: Json[], at: string): Problem[] {
  return Object.entries(TABLE_TEXT).flatMap(([type, max]) => {
    const cells = blocks
      .filter((one) => one.type === type)
      .flatMap(({ rows }) => (Array.isArray(rows) ? rows.flat() : []));
    const length = objectsOf(cells).reduce((sum, { text }) => sum + stringOf(text).length, 0);
    return length > max ? [problem(at, `all ${type} blocks together must be less than ${max + 1} characters`)] : [];
  });
}

/** Problems as Slack words them in `errors` and, marked, in `response_metadata.messages`. */
export function worded(problems: readonly Problem[]): { errors: string[]; response_metadata: { messages: string[] } } {
  const errors = problems.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`);
  return { errors, response_metadata: { messages: errors.map((error) => `[ERROR] ${error}`) } };
}
