import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { FACT_KINDS, FACTS_SHOWN, type Fact } from '../../src/domain/evidence.ts';
import { createBreaker } from '../../src/evidence/breaker.ts';
import { mostTelling } from '../../src/evidence/most-telling.ts';
import { factsOf } from '../../src/evidence/source.ts';
import { clockAt } from '../app/given.ts';
import { MINUTE } from '../domain/given.ts';

const fact = (kind: Fact['kind'], text: string): Fact => ({ kind, text, at: null, url: null });

describe('the most telling facts', () => {
  const facts = fc.array(
    fc.record({ kind: fc.constantFrom(...FACT_KINDS), text: fc.uuid() }).map(({ kind, text }) => fact(kind, text)),
    { maxLength: 30 },
  );

  it('are as many as the card shows, none twice, and always one of what could not be told', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const shown = mostTelling(all);

        expect(shown).toHaveLength(Math.min(all.length, FACTS_SHOWN));
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.some(({ kind }) => kind === 'missing')).toBe(all.some(({ kind }) => kind === 'missing'));
      }),
    );
  });

  it('leave room for each kind before they tell more of one', () => {
    const many = (kind: Fact['kind']) => Array.from({ length: 5 }, (_, i) => fact(kind, `${kind} ${i}`));

    const shown = mostTelling([...many('history'), ...many('change'), ...many('value'), fact('endpoint', 'up')]);

    expect(shown.map(({ text }) => text)).toEqual(
      ['value 0', 'value 1', 'change 0', 'change 1', 'endpoint up', 'history 0'].map((one) =>
        one.replace('endpoint up', 'up'),
      ),
    );
  });
});

describe('a breaker', () => {
  it('rests five minutes after what a person must mend, and half a minute after three times of no answer', () => {
    const clock = clockAt();
    const breaker = createBreaker(clock.now);
    const late = new TransientError('late', { cause: undefined });
    breaker.failed('denied', new SetupError('allow it'));
    for (let i = 0; i < 2; i++) breaker.failed('slow', late);
    expect([breaker.offBecause('denied')?.message, breaker.offBecause('slow')]).toEqual(['allow it', null]);

    breaker.failed('slow', late);
    expect(breaker.offBecause('slow')).toBe(late);

    clock.pass(MINUTE);
    expect([breaker.offBecause('denied')?.message, breaker.offBecause('slow')]).toEqual(['allow it', null]);
    clock.pass(5 * MINUTE);
    expect(breaker.offBecause('denied')).toBeNull();
  });

  it('forgets failures with the first answer', () => {
    const breaker = createBreaker(clockAt().now);
    const late = new TransientError('late', { cause: undefined });
    for (const _ of [1, 2]) breaker.failed('slow', late);
    breaker.worked('slow');
    breaker.failed('slow', late);

    expect(breaker.offBecause('slow')).toBeNull();
  });
});

describe('sources', () => {
  const asking = (bugs: unknown[] = []) => ({
    breaker: createBreaker(clockAt().now),
    budgetMs: 50,
    onBug: (error: unknown) => void bugs.push(error),
  });
  const source = (title: string, ask: () => Promise<Fact[]>) => ({ title, name: title, ask });

  it('cost only themselves, whatever goes wrong with them', async () => {
    const bugs: unknown[] = [];
    const bug = new TypeError('secret detail');

    const facts = await factsOf(
      [
        source('good', async () => [fact('value', 'well\nknown')]),
        source('denied', async () => Promise.reject(new SetupError('Allow it.'))),
        source('hanging', () => new Promise(() => undefined)),
        source('broken', async () => Promise.reject(bug)),
      ],
      asking(bugs),
    );

    expect(facts.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'value well known',
      'missing denied: Allow it.',
      'missing hanging: no answer within 0.05 s',
      'missing broken: a mistake of Tocsin; its log has the reason',
    ]);
    expect(bugs).toEqual([bug]);
  });

  it('that say the same are told once', async () => {
    const same = async () => [fact('value', 'same')];

    expect(await factsOf([source('a', same), source('b', same)], asking())).toHaveLength(1);
  });
});
