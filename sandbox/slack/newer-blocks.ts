import { anyText, elements, plain } from './block-elements.ts';
import type { Check } from './shape.ts';
import { address, anything, byType, characters, fields, listOf, oneOf, problem, yesOrNo } from './shape.ts';

const type = { type: anything };
const id = { block_id: characters(255, 0) };
const picture = elements('image');

/** A card's texts are mrkdwn. https://docs.slack.dev/reference/block-kit/blocks/card-block */
const card = fields(type, {
  ...id,
  hero_image: picture,
  icon: picture,
  title: anyText(150),
  subtitle: anyText(150),
  body: anyText(200),
  actions: listOf(elements('button'), 3),
});

const taskCard = fields(
  {
    ...type,
    task_id: characters(255),
    title: characters(255),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  {
    ...id,
    details: anything,
    output: anything,
    sources: listOf(fields({ ...type, url: address(3000), text: characters(255) }), 20),
  },
);

const feedback = fields({ text: plain(75), value: characters(2000) }, { accessibility_label: characters(75) });

const contextAction = byType({
  feedback_buttons: fields(
    { ...type, positive_button: feedback, negative_button: feedback },
    { action_id: characters(255) },
  ),
  icon_button: fields(
    { ...type, icon: characters(75), text: plain(75) },
    {
      action_id: characters(255),
      value: characters(2000),
      accessibility_label: characters(75),
      confirm: anything,
      visible_to_user_ids: listOf(characters(255), 100),
    },
  ),
});

/** Blocks that Slack has added since 2025. https://docs.slack.dev/reference/block-kit/blocks */
export const NEWER_BLOCKS: Readonly<Record<string, Check>> = {
  card,
  carousel: fields({ ...type, elements: listOf(byType({ card }), 10) }, id),
  context_actions: fields({ ...type, elements: listOf(contextAction, 5) }, id),
  task_card: taskCard,
  plan: fields({ ...type, title: characters(255) }, { ...id, tasks: listOf(byType({ task_card: taskCard }), 50, 0) }),
};

const CHILDREN = [
  'actions',
  'context',
  'divider',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
];

/** A container holds up to ten of the older blocks. */
export function container(blocks: Readonly<Record<string, Check>>): Check {
  const child = byType(Object.fromEntries(CHILDREN.map((name) => [name, blocks[name] ?? anything])));
  return fields(
    { ...type, child_blocks: listOf(child, 10) },
    {
      ...id,
      title: plain(150),
      rich_text_title: anything,
      subtitle: anyText(150),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: picture,
      is_collapsible: yesOrNo,
      default_collapsed: yesOrNo,
      has_header_divider: yesOrNo,
    },
  );
}

/** Rows of one length, of which the first is the header and holds no rich text. */
export const dataRows: Check = (value, at) => {
  const rows: unknown[][] = Array.isArray(value) ? value.filter(Array.isArray) : [];
  const width = rows[0]?.length;
  const isRich = JSON.stringify(rows[0] ?? []).includes('"type":"rich_text"');
  return [
    ...(rows.some((row) => row.length !== width) ? [problem(at, 'all rows must have the same length')] : []),
    ...(isRich ? [problem(`${at}/0`, 'header cells must not be rich_text')] : []),
  ];
};
