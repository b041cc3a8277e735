import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches } from '../../src/domain/glob.ts';

describe('a pattern', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '(', '\\') });
  const words = fc.string({ unit: fc.constantFrom('a', 'b', '.', '(', '\\') });

  it('matches what the regular expression of the same meaning matches', () => {
    fc.assert(
      fc.property(letters, words, (pattern, text) => {
        const source = pattern
          .split('*')
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('[^]*');

        expect(globMatches(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('matches every text that it was made from', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1 }), fc.array(words, { minLength: 1 }), (parts, gaps) => {
        const text = parts.map((part, i) => (i === 0 ? part : `${gaps[i % gaps.length] ?? ''}${part}`)).join('');

        expect(globMatches(parts.join('*'), text)).toBe(true);
      }),
    );
  });

  it.each([
    ['many stars that almost match', `${'*a'.repeat(2_000)}b`, 'a'.repeat(40_000)],
    ['only stars', '*'.repeat(40_000), 'a'.repeat(40_000)],
    ['long parts that almost match', `*${'a'.repeat(200)}b*${'a'.repeat(200)}b*`, 'a'.repeat(40_000)],
  ])('of %s is answered without going back', (_, pattern, text) => {
    // A regular expression of the first kind takes longer than the age of the universe: to end at all is the proof.
    expect(globMatches(pattern, text)).toBe(pattern.replaceAll('*', '') === '');
  });
});
