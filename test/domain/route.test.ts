import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches, route } from '../../src/domain/route.ts';
import { alert, rule, service, T0 } from './given.ts';

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

describe('the route of an alarm', () => {
  const first = service('bikes', { rules: [rule('bikes-*', { severity: 'P1' }), rule('bikes-drift-*')] });
  const second = service('all', {
    rules: [rule('*-drift-*', { environment: { kind: 'fixed', name: 'staging' } })],
    fallback: false,
  });
  const fallback = service('ops', { rules: [], fallback: true });

  it('is the first rule of the first service that knows its name', () => {
    const found = route(alert('bikes-drift-psi', 'firing', T0), [first, second, fallback]);

    expect(found).toMatchObject({ service: { name: 'bikes' }, severity: 'P1' });
  });

  it('minds case, as CloudWatch does', () => {
    expect(route(alert('Bikes-x', 'firing', T0), [first, fallback]).service.name).toBe('ops');
  });

  it.each([
    ['cloudwatch' as const, 'P2'],
    ['sns' as const, 'P3'],
  ])('of an unknown alarm from %s is the fallback service, as %s', (source, severity) => {
    const found = route(alert('nobody-knows', 'firing', T0, { source }), [first, fallback]);

    expect(found).toMatchObject({ service: { name: 'ops' }, environment: 'unknown', severity });
  });

  it('of an unknown alarm is the first service when none is the fallback', () => {
    expect(route(alert('nobody-knows', 'firing', T0), [second, first]).service.name).toBe('all');
  });

  it('cannot be without any service', () => {
    expect(() => route(alert('x', 'firing', T0), [])).toThrow('No service');
  });
});
