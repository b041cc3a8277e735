import { describe, expect, it } from 'vitest';
import { rulingWords } from '../../blocks/ruling-words.ts';
import type { Limit, Ruling } from '../../src/domain/grading.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { BY_RULE } from '../support/plain.ts';
import { member } from './incidents.ts';
import { graded } from './triage.ts';

const above = (limit: number, inclusive = false): Limit => ({ direction: 'above', limit, inclusive });
const below = (limit: number, inclusive = false): Limit => ({ direction: 'below', limit, inclusive });
const drift = { measure: 'PSI of temperature', unit: null };
const relative = { measure: 'F1 against its baseline', unit: 'Percent' };

const table: readonly (readonly [Severity, Ruling, string])[] = [
  ['P1', graded(), 'P1 because the error rate is 5.4 %, above 5 %. Next: P0 above 10 %.'],
  ['P0', graded({ value: 12, reached: above(10), next: null }), 'P0 because the error rate is 12 %, above 10 %.'],
  [
    'P3',
    graded({ value: 0.4, reached: null, next: { ...above(1), severity: 'P2' } }),
    'P3 because the error rate is 0.4 %, within every limit. Next: P2 above 1 %.',
  ],
  [
    'P2',
    graded({ ...drift, value: 0.3, reached: above(0.2), next: { ...above(0.3), severity: 'P1' } }),
    'P2 because the PSI of temperature is 0.3, above 0.2. Next: P1 above 0.3.',
  ],
  [
    'P1',
    graded({ ...drift, value: 0.3, reached: above(0.3, true), next: null }),
    'P1 because the PSI of temperature is 0.3, at or above 0.3.',
  ],
  [
    'P2',
    graded({ ...relative, value: -7.25, reached: below(-5), next: { ...below(-10, true), severity: 'P1' } }),
    'P2 because the F1 against its baseline is -7.25 %, below -5 %. Next: P1 at or below -10 %.',
  ],
  [
    'P2',
    graded({ measure: 'Share of failed rows', unit: 'Share', value: 0.0504, reached: above(0.05), next: null }),
    'P2 because the share of failed rows is 5.04 %, above 5 %.',
  ],
  [
    'P2',
    graded({ next: { ...above(8), severity: 'P2' } }),
    'P2 because the error rate is 5.4 %, above 5 %.', // the next grade changes the advice alone
  ],
  [
    'P1',
    graded({ measure: null, unit: null, value: 2_400_000, reached: above(2_000_000), next: null }),
    'P1 because it is 2.4 s, above 2 s.', // of ModelLatency, which AWS measures in microseconds
  ],
  ['P2', { ...BY_RULE, rule: 'sm-prod-latency' }, 'P2 by rule sm-prod-latency.'],
  ['P2', { ...BY_RULE, rule: 'sm-prod-latency', isGraded: true }, 'P2 by rule sm-prod-latency; value unknown.'],
  ['P3', { ...BY_RULE, by: 'nobody', rule: '' }, 'P3: no rule claims this alarm.'],
];

describe('why an alarm is as bad as it is', () => {
  it.each(table)('%s %# reads as people say it', (severity, ruling, words) => {
    expect(rulingWords(member({ severity, ruling }))).toBe(words);
  });
});
