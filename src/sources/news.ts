import type { Alert } from '../domain/alert.ts';
import type { Change } from '../domain/change.ts';

/** What one message brings: what sources say about conditions, and what was changed on purpose. */
export interface News {
  readonly alerts: readonly Alert[];
  readonly changes: readonly Change[];
}

export const NO_NEWS: News = { alerts: [], changes: [] };
