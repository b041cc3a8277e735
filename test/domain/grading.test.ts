import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Grades, rulingOf, settled, valuesIn } from '../../src/domain/grading.ts';
import { SEVERITIES, type Severity } from '../../src/domain/severity.ts';
import { alert, rule, T0 } from './given.ts';
import { grades, step } from './given-grades.ts';

const DAY = 86_400_000;

const graded = (of: Grades, severity: Severity = 'P2') => rule('*', { id: 'psi', severity, grades: of });
const at = (of: Grades, value: number | null, base: number | null = null, own: Severity = 'P2') =>
  rulingOf(graded(of, own), { value, base }, T0);

describe('the grades of the seeds', () => {
  const psi = grades([step(0.2, 'P3'), step(0.3, 'P2'), step(0.5, 'P1')], { otherwise: 'P3' });
  const statistic = grades([step(0.1, 'P3', { inclusive: true }), step(0.3, 'P2', { inclusive: true })]);
  const errors = grades([step(1, 'P3'), step(2, 'P2', { inclusive: true }), step(5, 'P1')], { unit: 'Percent' });
  const stale = grades([step(2 * 3600, 'P1'), step(4 * 3600, 'P0')], { unit: 'Seconds' });
  const f1 = grades([step(-5, 'P2'), step(-10, 'P1')], {
    ...{ direction: 'below', relativeTo: { kind: 'annotation', name: 'baseline' }, unit: 'Percent' },
  });

  it.each<[string, Grades, number, number | null, Severity, number | null]>([
    ['a PSI of 0.2 is still fine', psi, 0.2, null, 'P3', null],
    ['a PSI just above is to be planned for', psi, 0.2001, null, 'P3', 0.2],
    ['a PSI of 0.3 is still within a week', psi, 0.3, null, 'P3', 0.2],
    ['a PSI of 0.3 that was summed up is so too', psi, 0.1 + 0.2, null, 'P3', 0.2],
    ['a PSI of 0.31 is for 2–3 days', psi, 0.31, null, 'P2', 0.3],
    ['a PSI of 0.5 is still for 2–3 days', psi, 0.5, null, 'P2', 0.3],
    ['a PSI above 0.5 is at once', psi, 0.50001, null, 'P1', 0.5],
    ['a drift statistic of 0.1 is a warning', statistic, 0.1, null, 'P3', 0.1],
    ['a drift statistic of 0.3 belongs to the worse grade', statistic, 0.3, null, 'P2', 0.3],
    ['an error rate of 1 % is fine', errors, 1, null, 'P3', null],
    ['an error rate of exactly 2 % belongs to 2–5 %', errors, 2, null, 'P2', 2],
    ['an error rate of 5 % does so, too', errors, 5, null, 'P2', 2],
    ['an error rate above 5 % is critical', errors, 5.1, null, 'P1', 5],
    ['data of two hours are fresh enough', stale, 7200, null, 'P2', null],
    ['data of four hours are stale', stale, 14_400, null, 'P1', 7200],
    ['data older than that are critically so', stale, 14_401, null, 'P0', 14_400],
    ['5 % under the baseline is the limit itself', f1, 0.76, 0.8, 'P2', null],
    ['a little more than 5 % is a warning', f1, 0.7599, 0.8, 'P2', -5],
    ['10 % is still a warning', f1, 0.72, 0.8, 'P2', -5],
    ['more than 10 % is critical', f1, 0.71, 0.8, 'P1', -10],
    ['better than the baseline is fine', f1, 0.9, 0.8, 'P2', null],
  ])('%s', (_, of, value, base, severity, limit) => {
    const found = at(of, value, base);

    expect(found.severity).toBe(severity);
    expect(found.ruling.reached?.limit ?? null).toBe(limit);
    expect(found.isReached).toBe(limit !== null);
  });
});

describe('a ruling', () => {
  const of = grades(
    [step(0.2, 'P3', { advice: 'Plan a retrain', dueMs: 7 * DAY }), step(0.5, 'P1', { advice: 'Retrain now' })],
    { unit: 'Share', measure: 'PSI' },
  );

  it('says where the value is, how far the next level is, and what is to be done by when', () => {
    expect(at(of, 0.3).ruling).toEqual({
      ...{ by: 'value', rule: 'psi', measure: 'PSI', value: 0.3, at: T0, isGraded: true, unit: 'Share' },
      reached: { direction: 'above', limit: 0.2, inclusive: false },
      next: { direction: 'above', limit: 0.5, inclusive: false, severity: 'P1' },
      ...{ advice: 'Plan a retrain', dueAt: T0 + 7 * DAY },
    });
  });

  it('has no next level at the worst, and no date where none was given', () => {
    expect(at(of, 0.9).ruling).toMatchObject({ next: null, advice: 'Retrain now', dueAt: null });
  });

  it('below every limit tells the first one as the next', () => {
    expect(at(of, 0.1).ruling).toMatchObject({ by: 'value', reached: null, next: { limit: 0.2 }, advice: null });
  });

  it.each<[string, Grades, number | null, number | null]>([
    ['without a value', of, null, null],
    ['of what is not a number', of, Number.NaN, null],
    ['of an endless value', of, Number.POSITIVE_INFINITY, null],
    ['without a base', grades(of.steps, { relativeTo: { kind: 'query', name: 'base' } }), 0.9, null],
    ['against a base of nothing', grades(of.steps, { relativeTo: { kind: 'query', name: 'base' } }), 0.9, 0],
  ])('%s is the rule’s own, and says that the value is not known', (_, given, value, base) => {
    expect(at(given, value, base, 'P1')).toMatchObject({
      ...{ severity: 'P1', isReached: null },
      ruling: { by: 'rule', value: null, at: null, isGraded: true, reached: null, next: null },
    });
  });

  it('of a rule without grades says only which rule it was', () => {
    expect(rulingOf(rule('*', { id: 'x', severity: 'P0' }), { value: 1, base: 1 }, T0)).toMatchObject({
      ...{ severity: 'P0', isReached: null, ruling: { by: 'rule', rule: 'x', isGraded: false, value: null } },
    });
  });

  it('without a rule is nobody’s', () => {
    expect(rulingOf(null, { value: 1, base: 1 }, T0).ruling).toMatchObject({ by: 'nobody', rule: '', isGraded: false });
  });

  it.each<[Severity | null, Severity, Severity]>([
    ['P2', 'P1', 'P2'], // as it is written
    ['P0', 'P1', 'P0'], // even so
    [null, 'P1', 'P3'], // a value in no grade cannot be worse than one in the first
    [null, 'P3', 'P3'],
  ])('in no grade is %s, with a rule of %s: %s', (otherwise, own, expected) => {
    expect(at(grades(of.steps, { otherwise }), 0, null, own).severity).toBe(expected);
  });

  it('of a negative baseline is worse when the value is lower', () => {
    const fall = grades([step(-10, 'P1')], { direction: 'below', relativeTo: { kind: 'constant', value: -2 } });

    expect(at(fall, -3, -2).isReached).toBe(true);
    expect(at(fall, -1, -2).isReached).toBe(false);
  });

  it('keeps the date by which something is due while the grade is the same', () => {
    const later = rulingOf(graded(of), { value: 0.4, base: null }, T0 + DAY).ruling;

    expect(settled(later, at(of, 0.3).ruling)).toEqual({ ...later, dueAt: T0 + 7 * DAY });
    expect(settled(later, at(of, 0.9).ruling)).toEqual(later);
    expect(settled(later, at(of, 0.1).ruling)).toEqual(later);
  });
});

describe('laws of grading', () => {
  const severities = fc.uniqueArray(fc.constantFrom(...SEVERITIES), { minLength: 1, maxLength: 4 });
  const ladders: fc.Arbitrary<Grades> = fc
    .record({
      limits: fc.uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 4, maxLength: 4 }),
      severities,
      inclusive: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      direction: fc.constantFrom('above' as const, 'below' as const),
    })
    .map(({ limits, severities: some, inclusive, direction }) => {
      const sorted = [...limits].sort((a, b) => (direction === 'above' ? a - b : b - a)).map((limit) => limit / 8);
      const steps = some
        .sort()
        .reverse()
        .map((severity, i) => step(sorted[i] ?? 0, severity, { inclusive: inclusive[i] ?? false }));
      return grades(steps, { direction });
    });
  const values = fc.integer({ min: -10_000, max: 10_000 }).map((eighths) => eighths / 80);
  const badness = (severity: Severity) => -SEVERITIES.indexOf(severity);

  it('a worse value never gives a milder severity', () => {
    fc.assert(
      fc.property(ladders, values, values, fc.constantFrom(...SEVERITIES), (of, a, b, own) => {
        const [better, worse] = a < b === (of.direction === 'above') ? [a, b] : [b, a];

        expect(badness(at(of, worse, null, own).severity)).toBeGreaterThanOrEqual(
          badness(at(of, better, null, own).severity),
        );
      }),
    );
  });

  const reached = (of: Grades, value: number) => at(of, value).ruling.reached?.limit ?? null;
  const onward = ({ direction }: Grades) => (direction === 'above' ? 1 : -1);

  it('a limit belongs to its grade when it is inclusive, and what is beyond it always does', () => {
    fc.assert(
      fc.property(ladders, (of) => {
        const beyond = onward(of) / 64;
        for (const [i, { limit, inclusive }] of of.steps.entries()) {
          const before = of.steps[i - 1]?.limit ?? null;
          expect(reached(of, limit)).toBe(inclusive ? limit : before);
          expect(reached(of, limit + beyond)).toBe(limit);
          expect(reached(of, limit - beyond)).toBe(before);
        }
      }),
    );
  });

  it('the next grade is always further, and reaching it is no milder', () => {
    fc.assert(
      fc.property(ladders, values, (of, value) => {
        const { severity, ruling } = at(of, value, null, 'P3');
        const { next } = ruling;
        const last = of.steps.at(-1)?.limit;
        expect(next === null).toBe(reached(of, value) === last);
        if (!next) return;

        const there = next.limit + onward(of) / 64;
        expect(onward(of) * (next.limit - value)).toBeGreaterThanOrEqual(0);
        expect(next.limit).not.toBe(reached(of, value));
        expect(at(of, there).severity).toBe(next.severity);
        expect(badness(next.severity)).toBeGreaterThanOrEqual(badness(severity));
      }),
    );
  });

  it('a relative grade minds only the proportion', () => {
    const of = grades([step(-5, 'P2'), step(-10, 'P1')], {
      direction: 'below',
      relativeTo: { kind: 'constant', value: 1 },
    });
    const percent = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(percent, fc.integer({ min: 1, max: 10_000 }), (share, size) => {
        const base = size / 100;
        const expected = share < 90 ? -10 : share < 95 ? -5 : null;

        expect(at(of, (base * share) / 100, base).ruling.reached?.limit ?? null).toBe(expected);
      }),
    );
  });
});

describe('what an alarm tells of its values', () => {
  const measurement = {
    ...{ metric: 'm', namespace: null, dimensions: [], statistic: null, unit: null, value: 7 },
    ...{ threshold: 5, comparison: null, periodSeconds: null, periods: null },
  };
  const told = (of: Partial<Grades>, more: Parameters<typeof alert>[3] = {}) =>
    valuesIn(grades([], of), alert('a', 'firing', T0, more));

  it('is its measurement', () => {
    expect(told({}, { measurement })).toEqual({ value: 7, base: null });
    expect(told({}, { measurement: null })).toEqual({ value: null, base: null });
  });

  it('is no number that was read from a sentence', () => {
    expect(told({}, { measurement: { ...measurement, isFromProse: true } }).value).toBeNull();
  });

  it('is a baseline from an annotation or the file', () => {
    const annotations = { baseline: '0.8' };

    expect(told({ relativeTo: { kind: 'annotation', name: 'baseline' } }, { measurement, annotations }).base).toBe(0.8);
    expect(told({ relativeTo: { kind: 'constant', value: 3 } }, { measurement }).base).toBe(3);
    expect(told({ relativeTo: { kind: 'query', name: 'b' } }, { measurement }).base).toBeNull();
  });

  it('is nothing where a query is to be asked, or nothing is graded', () => {
    expect(told({ value: { kind: 'query', name: 'q' } }, { measurement }).value).toBeNull();
    expect(valuesIn(null, alert('a', 'firing', T0, { measurement }))).toEqual({ value: null, base: null });
  });

  it.each<[string, number | null]>([
    ['0.42', 0.42],
    [' 42 % ', 42],
    ['.5', 0.5],
    ['5.', 5],
    ['-1.2e3', -1200],
    ['+7', 7],
    ['NaN', null],
    ['+Inf', null],
    ['', null],
    ['12 ms', null],
    ['1,234', null],
    ['1.2.3', null],
    ['0x10', null],
    [`${'9'.repeat(400)}`, Number.POSITIVE_INFINITY], // which rulingOf does not take for known
  ])('is the number in the annotation %j', (text, expected) => {
    expect(told({ value: { kind: 'annotation', name: 'value' } }, { annotations: { value: text } }).value).toBe(
      expected,
    );
  });

  it('is a share when percent are written and a share is graded', () => {
    const value = { kind: 'annotation', name: 'value' } as const;

    expect(told({ value, unit: 'Share' }, { annotations: { value: '42 %' } }).value).toBe(0.42);
    expect(told({ value, unit: 'Share' }, { annotations: { value: '0.42' } }).value).toBe(0.42);
    expect(told({ value, unit: 'Percent' }, { annotations: { value: '42%' } }).value).toBe(42);
  });

  it.each(['constructor', '__proto__', 'toString', 'missing'])('is nothing without the annotation %s', (name) => {
    expect(told({ value: { kind: 'annotation', name } }).value).toBeNull();
  });
});
