import { describe, expect, it } from 'vitest';
import { blockProblems } from '../../../sandbox/slack/block-limits.ts';
import { viewProblems } from '../../../sandbox/slack/view-limits.ts';

const text = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const button = (more: object = {}) => ({ type: 'button', text: text(5), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (value = 'v', more: object = {}) => ({ text: text(5), value, ...more });
const select = (count: number) => ({
  type: 'static_select',
  options: Array.from({ length: count }, (_, i) => option(String(i))),
});
const input = { type: 'input', label: text(5), element: { type: 'plain_text_input' } };

describe('blocks of a message', () => {
  it.each([
    ['a section', { type: 'section', text: mrkdwn(3000), accessory: button() }],
    ['fields', { type: 'section', fields: Array.from({ length: 10 }, () => mrkdwn(2000)) }],
    ['a header', { type: 'header', text: text(150) }],
    [
      'a context',
      { type: 'context', elements: [mrkdwn(10), { type: 'image', image_url: 'https://a.b/c', alt_text: 'c' }] },
    ],
    ['actions', actions(button({ action_id: 'a', value: 'x'.repeat(2000), style: 'danger' }), select(100))],
    ['an image', { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }],
    ['an overflow', actions({ type: 'overflow', options: [1, 2, 3, 4, 5].map((n) => option(String(n))) })],
    [
      'rich text',
      { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }] },
    ],
    [
      'a container',
      { type: 'container', title: text(150), child_blocks: Array.from({ length: 10 }, () => ({ type: 'divider' })) },
    ],
    [
      'a data table',
      {
        type: 'data_table',
        caption: 'c',
        rows: [[{ type: 'raw_text', text: 'x' }], [{ type: 'raw_number', value: 1 }]],
      },
    ],
    ['a table', { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }],
  ])('takes %s at its limits', (_case, block) => {
    expect(blockProblems([block], 'message')).toEqual([]);
  });

  it.each([
    ['a section without anything', { type: 'section' }, '/blocks/0'],
    ['a section text that is too long', { type: 'section', text: mrkdwn(3001) }, '/blocks/0/text/text'],
    ['an empty text', { type: 'section', text: mrkdwn(0) }, '/blocks/0/text/text'],
    ['eleven fields', { type: 'section', fields: Array.from({ length: 11 }, () => mrkdwn(1)) }, '/blocks/0/fields'],
    ['a field that is too long', { type: 'section', fields: [mrkdwn(2001)] }, '/blocks/0/fields/0/text'],
    ['a header that is too long', { type: 'header', text: text(151) }, '/blocks/0/text/text'],
    ['a header in mrkdwn', { type: 'header', text: mrkdwn(5) }, '/blocks/0/text/type'],
    ['emoji in mrkdwn', { type: 'section', text: { ...mrkdwn(1), emoji: true } }, '/blocks/0/text'],
    [
      'eleven context elements',
      { type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn(1)) },
      '/blocks/0/elements',
    ],
    ['26 action elements', actions(...Array.from({ length: 26 }, () => button())), '/blocks/0/elements'],
    ['actions without elements', actions(), '/blocks/0/elements'],
    [
      'an action id twice',
      actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
      '/blocks/0/elements/1/action_id',
    ],
    ['a button value that is too long', actions(button({ value: 'x'.repeat(2001) })), '/blocks/0/elements/0/value'],
    ['a button text that is too long', actions({ type: 'button', text: text(76) }), '/blocks/0/elements/0/text/text'],
    ['a button style of its own', actions(button({ style: 'default' })), '/blocks/0/elements/0/style'],
    ['a button to nowhere', actions(button({ url: 'nowhere' })), '/blocks/0/elements/0/url'],
    [
      'six overflow options',
      actions({ type: 'overflow', options: Array.from({ length: 6 }, () => option()) }),
      '/blocks/0/elements/0/options',
    ],
    [
      'an option text that is too long',
      actions({ type: 'static_select', options: [{ text: text(76), value: 'v' }] }),
      '/blocks/0/elements/0/options/0/text/text',
    ],
    [
      'an option value that is too long',
      actions({ type: 'static_select', options: [option('x'.repeat(151))] }),
      '/blocks/0/elements/0/options/0/value',
    ],
    ['101 options', actions(select(101)), '/blocks/0/elements/0/options'],
    ['a select without options', actions({ type: 'static_select' }), '/blocks/0/elements/0'],
    ['an image without alt text', { type: 'image', image_url: 'https://a.b/c' }, '/blocks/0'],
    [
      'an image of two sources',
      { type: 'image', image_url: 'https://a.b/c', slack_file: { id: 'F' }, alt_text: 'a' },
      '/blocks/0',
    ],
    [
      'a confirm text that is too long',
      actions(button({ confirm: { title: text(5), text: text(301), confirm: text(5), deny: text(5) } })),
      '/blocks/0/elements/0/confirm/text/text',
    ],
    ['a field that Slack does not know', { type: 'divider', colour: 'red' }, '/blocks/0'],
    ['a text input among actions', actions({ type: 'plain_text_input' }), '/blocks/0/elements/0/type'],
    [
      'a container in a container',
      { type: 'container', child_blocks: [{ type: 'container', child_blocks: [] }] },
      '/blocks/0/child_blocks/0/type',
    ],
    [
      'a data table of uneven rows',
      {
        type: 'data_table',
        caption: 'c',
        rows: [
          [{ type: 'raw_text', text: 'x' }],
          [
            { type: 'raw_text', text: 'x' },
            { type: 'raw_text', text: 'y' },
          ],
        ],
      },
      '/blocks/0/rows',
    ],
    [
      'a table that says too much',
      { type: 'table', rows: [[1, 2].map(() => ({ type: 'raw_text', text: 'x'.repeat(6000) }))] },
      '/blocks',
    ],
    ['a block that only modals draw', { type: 'alert', text: text(5) }, '/blocks/0/type'],
  ])('refuses %s', (_case, block, pointer) => {
    expect(blockProblems([block], 'message').map((problem) => problem.pointer)).toContain(pointer);
  });

  it('refuses a block id that occurs twice', () => {
    const block = { type: 'divider', block_id: 'b' };

    expect(blockProblems([block, block], 'message')).toHaveLength(1);
  });

  it('refuses a second table', () => {
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] };

    expect(blockProblems([table, table], 'message')[0]?.message).toBe('only_one_table_allowed');
  });
});

describe('views', () => {
  const modal = { type: 'modal', title: text(24), submit: text(24), blocks: [input] };

  it('takes a modal at its limits', () => {
    expect(viewProblems({ ...modal, private_metadata: 'x'.repeat(3000) }, 'modal')).toEqual([]);
  });

  it.each([
    ['a title that is too long', { ...modal, title: text(25) }, '/view/title/text'],
    ['a submit that is too long', { ...modal, submit: text(25) }, '/view/submit/text'],
    ['inputs without submit', { type: 'modal', title: text(5), blocks: [input] }, '/view'],
    ['private metadata that is too long', { ...modal, private_metadata: 'x'.repeat(3001) }, '/view/private_metadata'],
    ['no title', { type: 'modal', blocks: [] }, '/view'],
    [
      'a table',
      { ...modal, blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }] },
      '/view/blocks/0/type',
    ],
    ['101 blocks', { ...modal, blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }, '/view/blocks'],
    ['a Home tab in its place', { type: 'home', blocks: [] }, '/view/type'],
  ])('refuses a modal with %s', (_case, view, pointer) => {
    expect(viewProblems(view, 'modal').map((problem) => problem.pointer)).toContain(pointer);
  });

  it('refuses a title on the Home tab', () => {
    expect(viewProblems({ type: 'home', title: text(5), blocks: [] }, 'home')).toHaveLength(1);
  });
});
