import type { Alert, AlertState } from './alert.ts';
import { type Graded, type KnownValues, rulingOf, valuesIn } from './grading.ts';
import type { Route } from './route.ts';

/** How bad an alarm is, as far as is known, and what it says of itself. */
export interface Judgement extends Pick<Graded, 'severity' | 'ruling'> {
  readonly state: AlertState;
}

/**
 * Judges an alarm by its rule and the values that are known: without more, those that it brings itself. A report fires while its value
 * reaches a grade; where it has no value, or nothing grades it, it stands as it was sent.
 */
export function judge(
  alert: Alert,
  { rule, severity: unclaimed }: Pick<Route, 'rule' | 'severity'>,
  now: number,
  known: KnownValues = valuesIn(rule?.grades ?? null, alert),
): Judgement {
  const { severity, ruling, isReached } = rulingOf(rule, known, now);
  const judged = isReached ? 'firing' : 'recovered';
  return {
    severity: rule ? severity : unclaimed,
    ruling,
    state: alert.isReport && isReached !== null ? judged : alert.state,
  };
}
