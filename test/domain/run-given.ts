import type { Risk } from '../../src/domain/action.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Requested } from '../../src/domain/run-commands.ts';
import { MINUTE, T0 } from './given.ts';

/** A plan that may be approved for ten minutes from `T0` on. */
export function plan(risk: Risk = 'low', more: Partial<Plan> = {}): Plan {
  return {
    ...{ action: 'rollback', title: 'Roll back', verb: 'rollback', kind: 'webhook', environment: 'prod', risk },
    ...{ subject: 'shop-prod', lock: 'toy:shop-prod', current: 'v42', target: 'v41' },
    differences: [{ what: 'model', from: 'v42', to: 'v41' }],
    deployed: null,
    checks: [{ isWell: true, text: 'It is in service' }],
    ...{ takesMs: MINUTE, cost: null, cannotUndo: [], baseline: [], fingerprint: 'at v42', sealed: {}, inputs: {} },
    ...{ plannedAt: T0, expiresAt: T0 + 10 * MINUTE, hash: 'h42' },
    ...more,
  };
}

export function requested(risk: Risk = 'low', more: Partial<Requested> = {}): Requested {
  const rest = { verify: null, heals: true, fallback: null, otherwise: null, reason: '' };
  return { token: 'token-1', plan: plan(risk), ...rest, ...more };
}

/** Nothing said beside the click. */
export const SILENT = { typed: null, breakGlass: null } as const;
export const TYPED = { typed: 'shop-prod', breakGlass: null } as const;
