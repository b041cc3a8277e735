import { createHash } from 'node:crypto';
import type { Plan } from '../domain/plan.ts';

/** SHA-256 of everything in a plan, whatever the order of its keys; hex. */
export function hashOf(plan: Omit<Plan, 'hash'>): string {
  return createHash('sha256').update(canonical(plan)).digest('hex');
}

/** JSON with its keys in order: equal values read alike. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([one], [other]) => (one < other ? -1 : 1)))
      : held,
  );
}
