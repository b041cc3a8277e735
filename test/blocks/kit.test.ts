import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, oneLine, tame } from '../../blocks/foreign-text.ts';
import {
  ago,
  clipped,
  join,
  lines,
  link,
  md,
  mention,
  plain,
  roughly,
  spoken,
  webAddress,
  when,
} from '../../blocks/kit.ts';
import { written } from '../../blocks/phrase.ts';

describe('the mrkdwn template', () => {
  it('escapes what it is given and nothing of its own', () => {
    expect(md`*${'<!channel> & <b>'}*`.text).toBe('*&lt;!channel&gt; &amp; &lt;b&gt;*');
  });

  it('takes what is mrkdwn already as it is', () => {
    expect(md`${mention('U0ANA')} has ${md`${'<it>'}`}`.text).toBe('<@U0ANA> has &lt;it&gt;');
  });

  it('never lets a bracket of a stranger through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: made } = md`${text}`;

        return !/[<>]/.test(made) && made.isWellFormed();
      }),
    );
  });

  it('leaves out separators where there is nothing to separate', () => {
    expect(join(['a', null, '', md``, 'b'], ' · ').text).toBe('a · b');
    expect(lines(null, 'one', null).text).toBe('one');
  });
});

describe('cutting mrkdwn', () => {
  it('keeps mentions, dates, links and entities whole, or leaves them out', () => {
    const text = md`${'& < >'} ${mention('U0ANA')} ${when(0)} ${link('label', 'https://example.com/')} ${'😀😀😀'}`;

    for (let max = 1; max <= text.text.length; max++) {
      const cut = clipped(text, max);

      expect(cut.length).toBeLessThanOrEqual(max);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut).not.toMatch(/<[^>]*$|&(?!(?:amp|lt|gt);)/);
    }
  });

  it('changes nothing that fits', () => {
    const text = md`${'short'}`;

    expect(clipped(text, 5)).toBe('short');
  });
});

describe('a mention', () => {
  it.each([
    ['U0ANA', '<@U0ANA>'],
    ['W0ORG', '<@W0ORG>'],
    ['tocsin', 'Tocsin'],
    ['U1|x> <!channel', 'U1|x&gt; &lt;!channel'],
    ['u0lower', 'u0lower'],
    ['', ''],
  ])('of %j is %j', (actor, expected) => {
    expect(mention(actor).text).toBe(expected);
  });

  it('is made of people in our own sentences, and of nothing else there', () => {
    expect(spoken('<@U0ANA|ana> & <!here> <#C1> <@X> “<b>”').text).toBe(
      '<@U0ANA> &amp; &lt;!here&gt; &lt;#C1&gt; &lt;@X&gt; “&lt;b&gt;”',
    );
  });
});

describe('a link', () => {
  it.each([
    ['https://example.com/a?b=1&c=2', '<https://example.com/a?b=1&amp;c=2|label>'],
    ['http://localhost:3000/', '<http://localhost:3000/|label>'],
    ['https://example.com/a|b>c', '<https://example.com/a%7Cb%3Ec|label>'],
    ['javascript:alert(1)', 'label'],
    ['https://user:pass@example.com/', 'label'],
    ['nothing', 'label'],
    [null, 'label'],
  ])('to %j is %j', (url, expected) => {
    expect(link('label', url).text).toBe(expected);
  });

  it('shows the host where its label says nothing', () => {
    expect(link(' \u200B', 'https://example.com/x').text).toBe('<https://example.com/x|example.com>');
  });

  it('is never clipped: an address that is too long is no link', () => {
    expect(webAddress(`https://example.com/${'a'.repeat(2950)}`)).toBeNull();
  });

  it('is made of addresses that people write', () => {
    expect(written('see https://example.com/x?a=1&b=<2> ok', 100).text).toBe(
      'see <https://example.com/x?a=1&amp;b=|https://example.com/x?a=1&amp;b=>&lt;2&gt; ok',
    );
  });

  it('is not made of an address that was cut', () => {
    expect(written('see https://example.com/long/path', 25).text).toBe('see https://example.com/…');
  });
});

describe('foreign text', () => {
  it.each([
    ['broken surrogates', 'a\uD800b', 'a\uFFFDb'],
    ['overrides', 'a\u202Eb\u2066c\u200Fd', 'abcd'],
    ['control characters', 'a\u0000\u001B[1mb', 'a[1mb'],
    ['backticks', '```x`', "'''x'"],
    ['an emoji of several parts', '👩‍💻', '👩‍💻'],
    ['right-to-left script', 'ab שגיאה', '\u2068ab שגיאה\u2069'],
  ])('with %s is tamed', (_, text, expected) => {
    expect(tame(text)).toBe(expected);
  });

  it('is brought to one line and clipped between characters', () => {
    expect(oneLine(' a\n\n b ', 10)).toBe('a b');
    expect(oneLine('😀😀', 4)).toBe('😀😀');
    expect(oneLine('😀😀', 3)).toBe('😀…');
    expect(oneLine('שגיאה חמורה', 8)).toHaveLength(8);
  });

  it('is as long as it may be, and well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 3, max: 40 }), (text, max) => {
        const line = oneLine(text, max);

        return line.length <= max && line.isWellFormed() && clip(text, max).length <= max;
      }),
    );
  });

  it('is never empty nor a mention as plain text', () => {
    expect(plain(' \u200B', 10).text).toBe('–');
    expect(plain('<!channel> a < b', 50).text).toBe('‹!channel> a < b');
  });
});

describe('times', () => {
  const at = Date.UTC(2026, 10, 22, 3, 0);

  it('are drawn by each reader’s own Slack', () => {
    expect(when(at).text).toBe(`<!date^${at / 1000}^{date_short_pretty} {time}|2026-11-22 03:00 UTC>`);
    expect(ago(at, at + 125_000).text).toBe(`<!date^${at / 1000}^{ago}|2 min ago>`);
  });

  it.each([
    [-5, 'less than 1 min'],
    [59_999, 'less than 1 min'],
    [60_000, '1 min'],
    [12 * 60_000 + 31_000, '12 min'],
    [185 * 60_000, '3 h 5 min'],
  ])('%d ms are %s', (ms, expected) => {
    expect(roughly(ms)).toBe(expected);
  });
});
