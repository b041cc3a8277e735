import type { KnownBlock, SectionBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { homeTab } from '../../blocks/home-tab.ts';
import { incidentCard } from '../../blocks/incident-card.ts';
import { resolveModal } from '../../blocks/modals/closing-note.ts';
import { declareModal } from '../../blocks/modals/declare.ts';
import { violations } from '../../blocks/validate.ts';
import { blockProblems } from '../../sandbox/slack/block-limits.ts';
import { viewProblems } from '../../sandbox/slack/view-limits.ts';
import { PLAIN_SERVICE } from '../support/plain.ts';
import { everyState } from './hostile.ts';
import { incident, NOW } from './incidents.ts';
import { report } from './reports.ts';

const words = (text: string) => ({ type: 'mrkdwn' as const, text });
const plain = (text: string) => ({ type: 'plain_text' as const, text });
const section = (text: string): SectionBlock => ({ type: 'section', text: words(text) });
const button = (changes: object = {}) => ({ type: 'button' as const, action_id: 'a', text: plain('Go'), ...changes });
const options = (count: number, value = (i: number) => String(i)) =>
  Array.from({ length: count }, (_, i) => ({ text: plain('x'), value: value(i) }));

describe('the check of messages', () => {
  it.each<[string, KnownBlock[], RegExp]>([
    ['too many blocks', Array.from({ length: 51 }, () => section('x')), /^blocks: 51 > 50$/],
    ['a section that is too long', [section('x'.repeat(3001))], /3001 > 3000/],
    ['an empty section', [section(' ')], /empty/],
    ['a section of nothing', [{ type: 'section' }], /neither text nor fields/],
    ['broken unicode', [section('\uD800')], /broken unicode/],
    ['a ping of everybody', [section('<!channel>')], /<!channel>/],
    ['a bracket that does not close', [section('a < b')], /< b/],
    ['a link that is none', [section('<javascript:alert(1)|x>')], /javascript/],
    ['a header that is too long', [{ type: 'header', text: plain('x'.repeat(151)) }], /151 > 150/],
    ['too many fields', [{ type: 'section', fields: Array.from({ length: 11 }, () => words('x')) }], /fields: 11 > 10/],
    [
      'a block id that occurs twice',
      [
        { ...section('x'), block_id: 'b' },
        { ...section('x'), block_id: 'b' },
      ],
      /block_id: occurs twice/,
    ],
    [
      'an action id that occurs twice in a block',
      [{ type: 'actions', elements: [button(), button()] }],
      /action_id: occurs twice/,
    ],
    ['a picture from elsewhere', [{ type: 'image', image_url: 'https://x.example/a.png', alt_text: 'a' }], /missing/],
    ['a picture of a file that is none', [{ type: 'image', slack_file: { id: 'x' }, alt_text: 'a' }], /slack_file: x/],
    ['a picture without words', [{ type: 'image', slack_file: { id: 'F01234567' }, alt_text: ' ' }], /alt_text: empty/],
    [
      'a rich text that is not to be copied',
      [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [] }] }],
      /rich_text_section is not used/,
    ],
    ['controls without any', [{ type: 'actions', elements: [] }], /elements: empty/],
    ['a label that is too long', [{ type: 'actions', elements: [button({ text: plain('x'.repeat(76)) })] }], /76 > 75/],
    ['a value that is too long', [{ type: 'actions', elements: [button({ value: 'x'.repeat(2001) })] }], /2001 > 2000/],
    ['an address that is none', [{ type: 'actions', elements: [button({ url: 'nowhere' })] }], /not a web address/],
    [
      'a menu that is too long',
      [{ type: 'actions', elements: [{ type: 'overflow', action_id: 'o', options: options(6) }] }],
      /options: 6 > 5/,
    ],
    [
      'choices of one value',
      [{ type: 'actions', elements: [{ type: 'overflow', action_id: 'o', options: options(2, () => 'same') }] }],
      /occurs twice/,
    ],
    [
      'a form in a message',
      [{ type: 'input', label: plain('x'), element: { type: 'users_select', action_id: 'u' } }],
      /inputs stand in views/,
    ],
    ['a block that we do not use', [{ type: 'markdown', text: 'x' }], /not used/],
  ])('finds %s', (_, blocks, expected) => {
    expect(violations({ text: 'x', blocks }).join('\n')).toMatch(expected);
  });

  it('finds a text that is missing or too long', () => {
    expect(violations({ text: ' ', blocks: [] })).toEqual(['text: empty']);
    expect(violations({ text: 'x'.repeat(4001), blocks: [] })).toEqual(['text: 4001 > 4000']);
  });

  it('takes people, dates, links and one action id in several blocks', () => {
    const row: KnownBlock = {
      ...section('<@U0ANA> <!date^1^{ago}|then> <https://example.com/?a=1&amp;b|label>'),
      accessory: button(),
    };

    expect(violations({ text: 'x', blocks: [row, row] })).toEqual([]);
  });
});

describe('the check of views', () => {
  const input = (element: object) => ({ type: 'input', block_id: 'b', label: plain('x'), element }) as KnownBlock; // wrong on purpose
  const modal = (changes: object = {}) => ({
    type: 'modal' as const,
    title: plain('x'),
    submit: plain('Go'),
    blocks: [section('x')],
    ...changes,
  });

  it.each<[string, object, RegExp]>([
    ['a title that is too long', { title: plain('x'.repeat(25)) }, /title: 25 > 24/],
    ['too many blocks', { blocks: Array.from({ length: 101 }, () => section('x')) }, /101 > 100/],
    [
      'a question without a way to answer',
      { submit: undefined, blocks: [input({ type: 'users_select', action_id: 'u' })] },
      /submit: missing/,
    ],
    ['too much to carry', { private_metadata: 'x'.repeat(3001) }, /3001 > 3000/],
    ['too many bytes', { blocks: Array.from({ length: 100 }, () => section('й'.repeat(1500))) }, /view bytes/],
    [
      'a select of nothing',
      { blocks: [input({ type: 'static_select', action_id: 's', options: [] })] },
      /options: empty/,
    ],
    [
      'groups of nothing',
      { blocks: [input({ type: 'static_select', action_id: 's', option_groups: [] })] },
      /option_groups: empty/,
    ],
    [
      'groups that share a value',
      {
        blocks: [
          input({
            ...{ type: 'static_select', action_id: 's' },
            option_groups: ['A', 'B'].map((label) => ({ label: plain(label), options: options(1) })),
          }),
        ],
      },
      /option_groups: value: occurs twice/,
    ],
    [
      'a choice that is not offered',
      {
        blocks: [input({ type: 'static_select', action_id: 's', options: options(2), initial_option: options(3)[2] })],
      },
      /does not offer/,
    ],
    [
      'words that do not fit their box',
      { blocks: [input({ type: 'plain_text_input', action_id: 't', max_length: 3, initial_value: 'four' })] },
      /4 > 3/,
    ],
    ['an input that we do not use', { blocks: [input({ type: 'datepicker', action_id: 'd' })] }, /not used/],
  ])('finds %s', (_, changes, expected) => {
    expect(violations(modal(changes)).join('\n')).toMatch(expected);
  });

  it('takes a view that is whole', () => {
    expect(violations(modal())).toEqual([]);
  });
});

describe('the sandbox, which has its own reading of Slack’s limits,', () => {
  it.each(everyState)('takes the card of an incident that is %s', (_, state) => {
    expect(blockProblems(incidentCard(state, NOW).blocks, 'message')).toEqual([]);
  });

  it('takes forms and App Home', () => {
    const service = { ...PLAIN_SERVICE, name: 'a', title: 'A', channel: 'C', rules: [] };

    expect(viewProblems(resolveModal(incident('acknowledged'), { incident: 'INC-7', seen: 1 }), 'modal')).toEqual([]);
    expect(
      viewProblems(
        declareModal({ services: [service], recent: [incident('triggered')], channel: null, title: 'x' }),
        'modal',
      ),
    ).toEqual([]);
    expect(
      viewProblems(
        homeTab({ mine: [incident('triggered')], others: [], openCount: 1, week: report(), onCall: null, now: NOW }),
        'home',
      ),
    ).toEqual([]);
  });
});
