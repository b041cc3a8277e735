import type { Grade, Grades } from '../../src/domain/grading.ts';
import type { Severity } from '../../src/domain/severity.ts';

export function step(limit: number, severity: Severity, more: Partial<Grade> = {}): Grade {
  return { limit, inclusive: false, severity, advice: null, dueMs: null, ...more };
}

export function grades(steps: readonly Grade[], more: Partial<Grades> = {}): Grades {
  return {
    ...{ value: { kind: 'measurement' }, measure: null, relativeTo: null, unit: null },
    ...{ direction: 'above', steps, otherwise: null, dwellMs: 600_000 },
    ...more,
  };
}
