import { type Action, isFor, isRiskier } from '../domain/action.ts';
import type { Plan } from '../domain/plan.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import { canonical } from './plan-hash.ts';

/** Whether an entry of a service file is still what somebody has looked at. */
export function asSeen(seen: Action, now: Action): Result<true> {
  if (canonical(seen) === canonical(now)) return ok(true);
  return reject(
    'changed_since_seen',
    `The service file says something else of “${now.title}” than when this was planned.`,
    'Plan it again: it takes a moment.',
  );
}

/** Why the service file does not let a plan begin any more; `null`: it does. What the target itself says is compared elsewhere. */
export function notAsPlanned({ kind, environment, risk }: Plan, now: Action): string | null {
  if (!isFor(now, environment)) return `By the service file “${now.title}” is not for ${environment} any more.`;
  if (now.target.kind !== kind)
    return `By the service file “${now.title}” changes another system now: ${now.target.kind}.`;
  if (!isRiskier(now.risk, risk)) return null;
  return `By the service file the risk of “${now.title}” is ${now.risk} now, and it was approved as ${risk}.`;
}
