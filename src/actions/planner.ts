import type { Logger } from 'pino';
import { kindOf, SetupError } from '../app/errors.ts';
import type { TargetKind, TargetSettings } from '../config/file-actions.ts';
import { type Action, isRiskier, type Json, type Risk } from '../domain/action.ts';
import type { Incident } from '../domain/incident.ts';
import type { Baseline, Plan, PlanCheck } from '../domain/plan.ts';
import type { Answer, Query } from '../domain/query.ts';
import { type Run, touchedAt } from '../domain/run.ts';
import type { Service } from '../domain/service.ts';
import type { RunLock } from './lock.ts';
import { placeOf } from './place.ts';
import { hashOf } from './plan-hash.ts';
import type { Draft, TargetDeps } from './target.ts';
import type { Targets } from './targets.ts';

export interface PlannerDeps {
  readonly target: TargetDeps;
  readonly targets: Targets;
  readonly ask: (where: { readonly service: string; readonly environment: string }, query: Query) => Promise<Answer>;
  /** What other incidents have changed counts as well. */
  readonly lock: Pick<RunLock, 'changers'>;
  /** For environments that name none; empty where there is none. */
  readonly region: string;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
}

/** What is to be planned, for whom. */
export interface Planning {
  readonly incident: Pick<Incident, 'id' | 'runs' | 'drill'>;
  readonly service: Service;
  readonly environment: string;
  readonly action: Action;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface Planner {
  /** Reads the world. Throws TransientError or SetupError in words for whoever asked. */
  plan(planning: Planning): Promise<Plan>;
  /** The target's own part alone, to see whether the world is still the one that a plan was made for. */
  draft(planning: Omit<Planning, 'incident'>): Promise<Draft<Json>>;
}

/** How long a plan may be looked at before it has to be made anew. */
const FIT_FOR_MS = 10 * 60_000;
/** What was changed so recently by a run is changed again by two people only. */
const RECENTLY_MS = 30 * 60_000;

export function createPlanner(deps: PlannerDeps): Planner {
  const { now } = deps;
  const draft: Planner['draft'] = async ({ service, environment, action, inputs }) => {
    const target = await deps.targets(action.target.kind);
    const place = placeOf(service, environment, inputs, deps.region);
    const settings = action.target.settings as TargetSettings<TargetKind>; // as the schema of this very kind read them
    return await target.plan(deps.target, { ...place, settings, inputs });
  };

  return {
    draft,
    async plan(planning) {
      const { incident, service, environment, action, inputs } = planning;
      const [drafted, baseline] = await Promise.all([draft(planning), measured(deps, planning)]);
      const changers = [...incident.runs, ...(await deps.lock.changers(drafted.lock))];
      const at = now();
      const again = action.heals ? changedRecently(changers, drafted.lock, at) : null; // news of it may follow each other
      const checks = [...drafted.checks, ...baselineChecks(baseline), ...(again ? [again] : [])].map(short);
      const risk = again ? riskier(action.risk, 'high') : action.risk;
      const plan: Omit<Plan, 'hash'> = {
        ...{
          action: action.name,
          title: action.title,
          verb: action.verb,
          kind: action.target.kind,
          environment,
          risk,
          inputs,
          baseline,
          checks,
        },
        ...{ subject: drafted.subject, lock: drafted.lock, current: drafted.current, target: drafted.target },
        ...{ differences: drafted.differences, deployed: drafted.deployed },
        takesMs: action.takesMs ?? drafted.takesMs,
        cost: action.cost ?? drafted.cost,
        cannotUndo: [...action.cannotUndo, ...drafted.cannotUndo],
        fingerprint: drafted.fingerprint,
        sealed: drafted.sealed,
        plannedAt: at,
        expiresAt: at + FIT_FOR_MS,
      };
      if (JSON.stringify(plan).length > MOST_CHARACTERS) {
        throw new SetupError(
          `The plan of ${action.title} in ${service.name} is too long to be kept: make its settings shorter.`,
        );
      }
      return { ...plan, hash: hashOf(plan) };
    },
  };
}

const MOST_CHARACTERS = 32_000;
const MOST_OF_A_LINE = 200;

function short({ isWell, text }: PlanCheck): PlanCheck {
  return { isWell, text: text.slice(0, MOST_OF_A_LINE).toWellFormed() };
}

function riskier(one: Risk, other: Risk): Risk {
  return isRiskier(other, one) ? other : one;
}

function changedRecently(runs: readonly Run[], lock: string, now: number): PlanCheck | null {
  const before = runs.findLast((run) => {
    const at = touchedAt(run);
    return run.plan.lock === lock && at !== null && now - at < RECENTLY_MS;
  });
  if (!before) return null;
  const has = before.changedAt === null ? 'may have changed' : 'changed';
  return { isWell: null, text: `${before.id} ${has} this less than half an hour ago: a second person must agree.` };
}

function baselineChecks(baseline: readonly Baseline[]): PlanCheck[] {
  return baseline
    .filter(({ value, expect }) => value === null && expect?.kind !== 'text')
    .map(({ label, text }) => ({ isWell: null, text: `${label} could not be measured before the change: ${text}` }));
}

/** What verification compares with: measured before anything is changed. */
async function measured(deps: PlannerDeps, { service, environment, action }: Planning): Promise<Baseline[]> {
  const names = action.verify?.queries ?? [];
  const queries = names.flatMap((name) => service.queries[name] ?? []);
  return await Promise.all(queries.map((query) => baselineOf(deps, service.name, environment, query)));
}

async function baselineOf(
  { ask, now, log }: PlannerDeps,
  service: string,
  environment: string,
  query: Query,
): Promise<Baseline> {
  const base = { query: query.name, label: query.label, unit: query.unit, expect: query.expect };
  try {
    const answer = await ask({ service, environment }, query);
    return { ...base, value: answer.value, text: answer.text.slice(0, MOST_OF_A_LINE).toWellFormed(), at: now() };
  } catch (error) {
    if (kindOf(error) === 'bug')
      log.warn({ err: error, query: query.name }, 'a value could not be measured before a change');
    const words = error instanceof Error && kindOf(error) !== 'bug' ? error.message : 'it did not answer';
    return { ...base, value: null, text: words.slice(0, MOST_OF_A_LINE).toWellFormed(), at: now() };
  }
}
