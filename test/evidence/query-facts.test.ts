import { describe, expect, it } from 'vitest';
import type { Answer, Ask, Query } from '../../src/domain/query.ts';
import { answerFacts } from '../../src/evidence/query-facts.ts';
import { T0 } from '../domain/given.ts';

const query = (ask: Ask, more: Partial<Query> = {}): Query => ({
  ...{ name: 'q', label: 'Model that serves', unit: null, ask, expect: null },
  ...more,
});
const said = (text: string, more: Partial<Answer> = {}): Answer => ({
  ...{ text, value: null, at: null, rows: [], series: [] },
  ...more,
});
const PAGE: Ask = { kind: 'http', url: 'https://api.example.com/healthz', pick: 'version' };
const PROMETHEUS: Ask = { kind: 'prometheus', query: 'max(data_drift_psi)' };

describe('the answer of a query, as a fact', () => {
  it('may be a word, where a page is asked for one', () => {
    expect(answerFacts(query(PAGE), said('v0.3'))).toEqual([
      { kind: 'value', text: 'Model that serves v0.3', at: null, url: null },
    ]);
  });

  it('could not be told, where a number was asked for and none came', () => {
    expect(answerFacts(query(PROMETHEUS), said('no data in this time'))).toMatchObject([{ kind: 'missing' }]);
  });

  it('says what it should be, where it is not', () => {
    const wanted = { kind: 'number', direction: 'below', limit: 0.2, inclusive: true } as const;
    const drifted = query(PROMETHEUS, { label: 'PSI', expect: wanted });

    const [bad] = answerFacts(drifted, said('0.42', { value: 0.42, at: T0 }));
    const [good] = answerFacts(drifted, said('0.2', { value: 0.2, at: T0 }));

    expect(bad).toEqual({ kind: 'value', text: 'PSI 0.42 (should be at or below 0.2)', at: T0, url: null });
    expect(good?.text).toBe('PSI 0.2');
  });
});
