import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../src/paging/tokens.ts';
import { clockAt } from '../app/given.ts';

function tokensAt() {
  const clock = clockAt();
  return { clock, tokens: createTokens(clock.now) };
}

describe('what one address can take', () => {
  it('is three messages at once, and then one a second', () => {
    const { clock, tokens } = tokensAt();
    expect(tokens.take('ana', 10)).toBe(3);
    expect(tokens.take('ana', 1)).toBe(0);
    expect(tokens.nextAt('ana')).toBe(clock.now() + 1_000);

    clock.pass(1_000);
    expect(tokens.nextAt('ana')).toBe(clock.now());
    expect(tokens.take('ana', 2)).toBe(1);

    clock.pass(60_000);
    expect(tokens.take('ana', 10)).toBe(3);
  });

  it('is its own: nobody waits because somebody else gets many', () => {
    const { tokens } = tokensAt();
    tokens.take('ana', 3);

    expect(tokens.take('ben', 1)).toBe(1);
  });

  it('is never more than three and one for each second since, whatever is asked for when', () => {
    const asks = fc.array(fc.record({ after: fc.nat(5_000), wanted: fc.integer({ min: 1, max: 5 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(asks, (all) => {
        const { clock, tokens } = tokensAt();
        const start = clock.now();
        let taken = 0;
        for (const { after, wanted } of all) {
          clock.pass(after);
          taken += tokens.take('ana', wanted);
          expect(taken).toBeLessThanOrEqual(3 + (clock.now() - start) / 1_000);
        }
      }),
    );
  });

  it('comes back in a second also when the clock is put back by an hour', () => {
    const { clock, tokens } = tokensAt();
    tokens.take('ana', 3);
    clock.pass(-3_600_000);
    expect(tokens.nextAt('ana')).toBeLessThanOrEqual(clock.now() + 1_000);

    clock.pass(1_000);
    expect(tokens.take('ana', 1)).toBe(1);
  });
});
