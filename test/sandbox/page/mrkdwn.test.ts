import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeText } from '../../../sandbox/page/text/compose.ts';
import { type Inline, type Paragraph, parseMrkdwn } from '../../../sandbox/page/text/mrkdwn.ts';

const text = (words: string): Inline => ({ kind: 'text', text: words });

it.each<[string, Inline[]]>([
  [
    '*bold* and _it_',
    [{ kind: 'bold', children: [text('bold')] }, text(' and '), { kind: 'italic', children: [text('it')] }],
  ],
  ['~old~', [{ kind: 'strike', children: [text('old')] }]],
  ['2*3*4 and snake_case_name', [text('2*3*4 and snake_case_name')]],
  ['`*raw* &lt;b&gt;`', [{ kind: 'code', text: '*raw* <b>' }]],
  ['<@U1> in <#C1|ops>', [{ kind: 'user', id: 'U1' }, text(' in '), { kind: 'channel', id: 'C1', name: 'ops' }]],
  ['<!subteam^S1|@oncall>', [{ kind: 'group', id: 'S1', name: '@oncall' }]],
  [
    '<!subteam^S1> <!here>',
    [{ kind: 'group', id: 'S1', name: '' }, text(' '), { kind: 'group', id: 'here', name: '' }],
  ],
  ['<https://a.example/?x=1&amp;y=2|there>', [{ kind: 'link', url: 'https://a.example/?x=1&y=2', label: 'there' }]],
  ['<!date^7^{time}|then>', [{ kind: 'date', unix: 7, format: '{time}', url: '', fallback: 'then' }]],
  [':tada: :no_such_emoji:', [text('🎉 :no_such_emoji:')]],
])('reads %s', (source, children) => {
  expect(parseMrkdwn(source)).toEqual([{ kind: 'line', children }]);
});

it.each<[string, Paragraph[]]>([
  ['&gt; said', [{ kind: 'quote', children: [text('said')] }]],
  ['> said', [{ kind: 'quote', children: [text('said')] }]],
  ['• one', [{ kind: 'item', marker: '•', children: [text('one')] }]],
  ['```\na *b*\n```', [{ kind: 'pre', text: 'a *b*' }]],
  [
    'never ```closed',
    [
      { kind: 'line', children: [text('never ')] },
      { kind: 'line', children: [text('```closed')] },
    ],
  ],
])('takes %j for a paragraph of its kind', (source, paragraphs) => {
  expect(parseMrkdwn(source)).toEqual(paragraphs);
});

it.each(['javascript:alert(1)', 'data:text/html,x', ' https://a.example'])('makes no link of %s', (url) => {
  const source = `<${url}|click me>`;

  expect(parseMrkdwn(source)).toEqual([{ kind: 'line', children: [text(source)] }]);
});

it('never fails, and never finds a mention or a link in escaped text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (typed) => {
      const kinds = parseMrkdwn(escapeText(typed)).flatMap(kindsOf);

      expect(kinds.filter((kind) => ['user', 'channel', 'group', 'link', 'date'].includes(kind))).toEqual([]);
    }),
  );
});

function kindsOf(part: Paragraph | Inline): string[] {
  return [part.kind, ...('children' in part ? part.children.flatMap(kindsOf) : [])];
}
