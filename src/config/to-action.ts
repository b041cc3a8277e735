import type { Action, Json } from '../domain/action.ts';
import type { AutoRule, Guard } from '../domain/autopilot.ts';
import { type ActionEntry, type AutopilotEntry, TARGET_KINDS, type TargetKind } from './file-actions.ts';
import { expectationOf } from './to-expectation.ts';

/** The action that a valid entry describes. */
export function toAction(name: string, entry: ActionEntry): Action {
  const { verify, fallback } = entry;
  return {
    name,
    title: entry.title,
    verb: entry.verb,
    risk: entry.risk,
    environments: entry.environments,
    target: { kind: kindOf(entry), settings: entry[kindOf(entry)] as { readonly [key: string]: Json } }, // JSON, as its schema read it
    inputs: Object.entries(entry.inputs).map(([input, { label, default: preset, choices }]) => ({
      ...{ name: input, label, preset: preset ?? null, choices },
    })),
    may: entry.may,
    approvers: entry.approvers,
    verify: verify
      ? { queries: verify.queries, settleMs: verify.settle, windowMs: verify.within, samples: verify.samples }
      : null,
    heals: entry.heals,
    otherwise: entry.otherwise ?? null,
    takesMs: entry.takes ?? null,
    cost: entry.cost ?? null,
    cannotUndo: entry.cannot_undo,
    fallback: fallback ? { banner: fallback.banner, back: fallback.back, remindMs: fallback.remind } : null,
  };
}

/** The schema has seen to it that there is exactly one. */
export function kindOf(entry: ActionEntry): TargetKind {
  const kind = TARGET_KINDS.find((one) => entry[one] !== undefined);
  if (!kind) throw new Error('An action without a system has passed the schema.');
  return kind;
}

export function toAutoRule(entry: AutopilotEntry): AutoRule {
  const { when, guards, action, mode } = entry;
  return {
    name: entry.name,
    when: {
      alarms: when.alarms,
      severity: when.severity ?? null,
      incidentClass: when.class ?? null,
      lastingMs: when.for ?? 0,
    },
    environments: entry.environments,
    guards: guards.map(toGuard),
    action,
    mode,
    coolDownMs: entry.cool_down,
    dailyCap: entry.daily_cap,
  };
}

function toGuard({
  changed_within: changed,
  unchanged_within: unchanged,
  query,
  ...limits
}: AutopilotEntry['guards'][number]): Guard {
  if (changed !== undefined) return { kind: 'changed', withinMs: changed };
  if (unchanged !== undefined) return { kind: 'unchanged', withinMs: unchanged };
  return { kind: 'query', query: query ?? '', limit: expectationOf(limits) };
}
