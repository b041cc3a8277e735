import { describe, expect, it } from 'vitest';
import type { Message } from '../../blocks/kit.ts';
import { pageMessage, toldMessage } from '../../blocks/page-message.ts';
import { channelPage, pageMention } from '../../blocks/page-post.ts';
import { violations } from '../../blocks/validate.ts';
import type { Notice } from '../../src/app/page-way.ts';
import { decodeTarget } from '../../src/slack/protocol.ts';
import { escalating, notice } from './escalations.ts';
import { poisoned, texts } from './hostile.ts';
import { ANA, BEN, events, incident, MINUTE, NOW } from './incidents.ts';

const LATER = NOW + 18 * MINUTE;
const CARD = 'https://example.slack.com/archives/C0BIKES/p1';
const triggered = escalating('triggered');
const PHONE = 100;

/** Incidents of which each has the button named, by id. */
function buttonsOf({ blocks }: Message, actionId: string): string[] {
  const elements = blocks.flatMap((block): unknown[] => {
    if (block.type === 'actions') return block.elements;
    return block.type === 'section' && block.accessory ? [block.accessory] : [];
  });
  const buttons = elements as { readonly action_id?: string; readonly value?: string }[];
  return buttons.flatMap((one) => (one.action_id === actionId ? [one.value ?? ''] : []));
}

const acknowledged = (message: Message) =>
  buttonsOf(message, 'incident.acknowledge').map((value) => decodeTarget(value)?.incident);

describe('the direct message of a page', () => {
  it('looks as it did', () => {
    const drawn = pageMessage([notice(triggered)], LATER, CARD, events);

    expect(violations(drawn)).toEqual([]);
    expect(drawn).toMatchSnapshot();
  });

  it('says on a locked phone what is wrong, where, how bad, and why one is told', () => {
    const shown = pageMessage([notice(triggered)], LATER).text.slice(0, PHONE);

    expect(shown).toContain('P1 Bikeshare prod: p95 latency is high (INC-7). L2: nobody has answered in 30 min.');
  });

  it('says that it is a drill before anything else', () => {
    const { text, blocks } = pageMessage([notice(escalating('triggered', { drill: true }))], LATER);

    expect(text).toMatch(/^🎓 DRILL P1/);
    expect(JSON.stringify(blocks[0])).toContain('🎓 DRILL P1');
    expect(JSON.stringify(blocks[1])).toContain('This is a drill');
  });

  it('says who is told next, and mentions nobody of them', () => {
    const { text } = pageMessage([notice(triggered, { step: 'page/L1.1', level: 'L1', at: NOW - 12 * MINUTE })], NOW);

    expect(text).toContain('L1: nobody has it yet.');
    expect(text).toMatch(/Next: L2 @senior .+ unless acknowledged/);
    expect(text).not.toContain('<@');
  });

  it('says that it comes again, that a person asked for it, or that it goes on after an acknowledgement', () => {
    const has = escalating('acknowledged');
    const why = (given: Notice) => pageMessage([given], LATER).text;

    expect(why(notice(triggered, { repeat: 2 }))).toContain('L2 again: nobody has answered in 30 min.');
    expect(why(notice(triggered, { isByHand: true }))).toContain('L2: somebody asked for more people.');
    expect(why(notice(has, { step: 'page/L3.1', level: 'L3', at: NOW + 48 * MINUTE }))).toContain(
      'L3: it is not mitigated after 1 h.',
    );
  });

  it('has no button that would be refused', () => {
    const has = escalating('acknowledged');

    expect(acknowledged(pageMessage([notice(triggered)], LATER))).toEqual(['INC-7']);
    expect(acknowledged(pageMessage([notice(has)], LATER))).toEqual([]);
    expect(pageMessage([notice(has)], LATER).text).toContain(`<@${ANA}> has it.`);
  });

  it('tells those who come later what was done, the newest last', () => {
    const { blocks } = pageMessage([notice(triggered)], LATER, null, events);
    const drawn = JSON.stringify(blocks);

    expect(drawn).toContain('ACTIONS TAKEN');
    expect(drawn).not.toContain('looked at it');
    expect(drawn.indexOf('marked it mitigated')).toBeLessThan(drawn.indexOf('reopened it'));
  });
});

describe('many pages for one person', () => {
  const many = (count: number): [Notice, ...Notice[]] => {
    const all = Array.from({ length: count }, (_, i) =>
      notice(escalating('triggered', { id: `INC-${i + 1}`, severity: i === 20 ? 'P0' : 'P1', openedAt: NOW + i })),
    );
    const [first, ...others] = all;
    if (!first) throw new Error('at least one');
    return [first, ...others];
  };

  it('are one message: the worst first, fifteen with a button each, the others counted', () => {
    const drawn = pageMessage(many(27), LATER);

    expect(violations(drawn)).toEqual([]);
    expect(acknowledged(drawn)).toHaveLength(15);
    expect(acknowledged(drawn)[0]).toBe('INC-21');
    expect(drawn.text.slice(0, PHONE)).toContain('27 incidents need somebody. The worst: P0 Bikeshare prod');
    expect(drawn.text).toContain('and 12 more: /incident');
  });

  it('look as they did', () => {
    expect(pageMessage(many(2), LATER)).toMatchSnapshot();
  });

  it('of one incident are one page: the newest level', () => {
    const { text } = pageMessage([notice(triggered, { level: 'L1' }), notice(triggered, { level: 'L2' })], LATER, CARD);

    expect(text).toContain('L2: nobody');
    expect(text).not.toContain('incidents need');
  });
});

describe('a page in a channel', () => {
  const people = { people: [ANA, BEN], groups: [{ id: 'S0LEADS', alias: null }] };

  it('mentions whoever is meant, and says it in one breath', () => {
    const drawn = pageMention(notice(triggered), people);

    expect(drawn.text).toMatch(
      /^<@U0ANA> <@U0BEN> <!subteam\^S0LEADS> P1 Bikeshare prod: p95 latency is high \(INC-7\)\. L2:/,
    );
    expect(acknowledged(drawn)).toEqual(['INC-7']);
    expect(violations(drawn)).toEqual([]);
    expect(drawn).toMatchSnapshot();
  });

  it('writes the alias of a group that Slack has not got', () => {
    const drawn = pageMention(notice(triggered), { people: [], groups: [{ id: null, alias: 'oncall' }] });

    expect(drawn.text).toMatch(/^!oncall P1/);
  });

  it('mentions nobody where the channel itself is told', () => {
    const drawn = channelPage(notice(escalating('acknowledged')));

    expect(drawn.text).toMatch(/^📣 P1/);
    expect(JSON.stringify(drawn)).not.toMatch(/<@|<!subteam|<!here/);
    expect(acknowledged(drawn)).toEqual([]);
  });
});

describe('what a page becomes', () => {
  it.each([
    ['nobody has it again', escalating('triggered'), 'Nobody has it.', ['INC-7']],
    ['somebody has it', escalating('acknowledged'), `<@${ANA}> has it.`, []],
    ['it is mitigated', escalating('mitigated'), `Mitigated. <@${ANA}> has it.`, []],
    ['it is resolved', incident('resolved'), `<@${ANA}> resolved it.`, []],
    ['it resolved by itself', incident('resolved', { resolvedBy: 'tocsin' }), 'Resolved by itself.', []],
  ] as const)('when %s', (_, state, words, buttons) => {
    const drawn = toldMessage([state], NOW);

    expect(violations(drawn)).toEqual([]);
    expect(drawn.text.startsWith(words)).toBe(true);
    expect(acknowledged(drawn)).toEqual(buttons);
  });

  it('names all of its incidents, each with what may be done', () => {
    const drawn = toldMessage([escalating('acknowledged'), escalating('triggered', { id: 'INC-8' })], NOW);

    expect(acknowledged(drawn)).toEqual(['INC-8']);
    expect(buttonsOf(drawn, 'incident.show')).toEqual(['INC-7']);
    expect(drawn).toMatchSnapshot();
  });
});

describe.each(Object.entries(texts))('every page survives %s', (_, text) => {
  const given = notice(poisoned(triggered, text, 'javascript:alert(1)'), { level: text }, text);
  const other = notice(poisoned(escalating('triggered', { id: 'INC-8' }), text, text), { level: text }, text);

  it.each<[string, Message]>([
    ['one', pageMessage([given], LATER, text)],
    ['many', pageMessage([given, other], LATER)],
    ['told', toldMessage([given.incident, other.incident], LATER)],
    ['posted', pageMention(given, { people: [text], groups: [{ id: text, alias: text }] })],
    ['told to the channel', channelPage(given)],
  ])('%s', (_name, drawn) => {
    expect(violations(drawn)).toEqual([]);
    expect(JSON.stringify(drawn)).not.toMatch(/<!(?!date)|<@U0EVIL|<#/);
  });
});
