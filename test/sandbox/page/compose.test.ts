import { expect, it } from 'vitest';
import { completionsFor, usageFor } from '../../../sandbox/page/channel/completions.ts';
import { composeText } from '../../../sandbox/page/text/compose.ts';

const people = [
  { id: 'U0', name: 'Tocsin' },
  { id: 'U1', name: 'ana' },
];
const channels = [{ id: 'C1', name: 'incidents' }];
const commands = [{ command: '/incident', description: 'See and handle incidents', usageHint: '[show|ack]' }];

it.each([
  ['@tocsin ack', '<@U0> ack'],
  ['thanks @ana.', 'thanks <@U1>.'],
  ['mail ana@ana.example', 'mail ana@ana.example'],
  ['@nobody in #incidents', '@nobody in <#C1|incidents>'],
  ['<!channel> & co', '&lt;!channel&gt; &amp; co'],
  ['/incident assign @ana a & b', '/incident assign <@U1|ana> a & b'],
])('sends %j as Slack would', (typed, sent) => {
  expect(composeText(typed, people, channels)).toBe(sent);
});

it.each([
  ['/in', ['/incident ']],
  ['/incident a', []],
  ['hey @to', ['hey @Tocsin ']],
  ['hey @ana', []],
])('offers to complete %j', (typed, texts) => {
  const offers = completionsFor(typed, typed.length, commands, people);

  expect(offers.map((offer) => offer.text)).toEqual(texts);
});

it('keeps what stands behind the caret when it completes a name', () => {
  const [offer] = completionsFor('ask @an please', 7, commands, people);

  expect(offer?.text).toBe('ask @ana please');
});

it('shows the usage of the command that is being typed', () => {
  expect(usageFor('/incident ', commands)).toBe('/incident [show|ack]');
});
