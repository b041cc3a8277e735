import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Actions } from '../app/actions.ts';
import type { Dispatch } from '../app/dispatch.ts';
import { kindOf } from '../app/errors.ts';
import type { IncidentStore } from '../app/store.ts';
import type { AutoDone, AutoFacts, AutoRule, AutoScene } from '../domain/autopilot.ts';
import { type AutoDeed, decideAutopilot, waitingRules } from '../domain/autopilot-decide.ts';
import { type Incident, TOCSIN } from '../domain/incident.ts';
import { forbidding, type Plan } from '../domain/plan.ts';
import { requestOf } from '../domain/run-commands.ts';
import type { Service } from '../domain/service.ts';
import type { AutopilotMemory } from './autopilot-memory.ts';
import { inputsOf } from './inputs.ts';
import type { Alone } from './lease.ts';
import type { Planner } from './planner.ts';

export interface AutopilotDeps {
  readonly store: Pick<IncidentStore, 'openIds' | 'loadMany'>;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  readonly planner: Pick<Planner, 'plan'>;
  readonly memory: AutopilotMemory;
  readonly facts: (incident: Incident, service: Service, rules: readonly AutoRule[]) => Promise<AutoFacts>;
  readonly state: Actions['autopilot']['state'];
  /** The run that has a lock and is under way. */
  readonly holder: (lock: string) => Promise<string | null>;
  readonly alone: Alone;
  readonly now: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const EVERY_MS = 10_000;
const OPEN_LOOKED_AT = 1_000;
const AT_ONCE = 100;
/** How long a world that does not answer is asked again before people are asked instead. */
const PATIENCE_MS = 2 * 60_000;

type Deed = Exclude<AutoDeed, { kind: 'nothing' }>;
type Case = Pick<AutoScene, 'incident'> & { readonly service: Service; readonly deed: Deed };

/**
 * For the sweep: every ten seconds one process looks whether a rule of a service file holds for an open incident, and proposes its
 * action, or asks for it in the name of Tocsin. What it asks for is written down before, with the token of the run: a crash at any
 * place does nothing twice.
 */
export function createAutopilot(deps: AutopilotDeps): () => Promise<void> {
  const { store, now, log } = deps;
  const act = createAct(deps);
  let nextAt = 0;

  async function lookAt(incident: Incident, service: Service): Promise<void> {
    const bare: AutoScene = { incident, service, done: [], isOff: false, now: now() };
    if (waitingRules(bare).length === 0) return; // most incidents are no business of a rule: nothing is asked
    const [done, off] = await Promise.all([deps.memory.done(service.name), deps.state()]);
    const scene: AutoScene = { ...bare, done, isOff: off !== null };
    const rules = waitingRules(scene);
    if (rules.length === 0) return;
    const deed = decideAutopilot(scene, await deps.facts(incident, service, rules));
    if (deed.kind !== 'nothing') await act({ incident, service, deed });
  }

  async function round(): Promise<void> {
    const withRules = new Map(deps.services().flatMap((one) => (one.autopilot.length > 0 ? [[one.name, one]] : [])));
    if (withRules.size === 0) return;
    const ids = await store.openIds(OPEN_LOOKED_AT);
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      for (const incident of await store.loadMany(ids.slice(i, i + AT_ONCE))) {
        const service = withRules.get(incident.service);
        if (service) await lookAt(incident, service).catch((error: unknown) => failed(incident, error));
      }
    }
  }

  /** One incident that cannot be looked at keeps no other waiting. */
  function failed({ id }: Incident, error: unknown): void {
    const level = kindOf(error) === 'bug' ? 'error' : 'warn';
    log[level]({ err: error, incident: id }, 'the autopilot could not look at an incident');
  }

  return async () => {
    const waitMs = nextAt - now();
    if (waitMs > 0 && waitMs <= EVERY_MS) return; // longer: the clock was put back
    nextAt = now() + EVERY_MS;
    await deps.alone('autopilot', round);
  };
}

function createAct(deps: AutopilotDeps): (one: Case) => Promise<void> {
  const { dispatch, memory, now, log } = deps;
  const planned = createPlanned(deps);

  async function propose({ incident, service, deed }: Case, instead: string | null = null): Promise<void> {
    const { action, rule } = deed;
    const why = instead === null ? deed.why : `${deed.why} Not done by itself: ${instead}`;
    const { title } = action;
    if ((await deps.state()) !== null) return;
    const said = await dispatch(incident.id, { type: 'propose_action', action: action.name, title, why, from: 'rule' });
    if (!said.ok || !said.value.proposals.some((one) => one.action === action.name)) return; // it is over by now
    await memory.record(service.name, doneNow(incident, deed, 'proposed', null, now()));
    log.info({ incident: incident.id, rule: rule.name, action: action.name }, 'the autopilot proposes');
  }

  async function run(one: Case): Promise<void> {
    const { incident, service, deed } = one;
    const { action, rule } = deed;
    const plan = await planned(one);
    if (plan === 'later') return;
    if ('instead' in plan) return await propose(one, plan.instead);
    const intended = doneNow(incident, deed, 'ran', randomUUID(), now());
    const { token } = await memory.intend(service.name, intended);
    if (token === null || (await deps.state()) !== null) return; // proposed meanwhile, or switched off
    const requested = requestOf(action, service.actions, { token, plan, reason: deed.why });
    const said = { typed: null, breakGlass: null };
    const asked = await dispatch(incident.id, { type: 'request_run', by: TOCSIN, requested, ...said });
    if (!asked.ok) return await propose(one, asked.rejection.message);
    log.info({ incident: incident.id, rule: rule.name, action: action.name }, 'the autopilot runs');
  }

  return async (one) => await (one.deed.kind === 'run' ? run(one) : propose(one));
}

function doneNow(
  { id: incident }: Incident,
  { rule, action, alarms }: Deed,
  kind: AutoDone['kind'],
  token: string | null,
  at: number,
): AutoDone {
  return { rule: rule.name, incident, action: action.name, kind, at, alarms, token };
}

/** The plan that may run; or why people must decide instead; or `later`: it cannot be told yet. */
type Planned = Plan | { readonly instead: string } | 'later';

function createPlanned({ planner, holder, now, log }: AutopilotDeps): (one: Case) => Promise<Planned> {
  const failing = new Map<string, number>();

  /** What passes by itself is waited for, but not for ever: people are asked instead. */
  function unplanned(name: string, error: unknown): Planned {
    if (kindOf(error) === 'bug' || !(error instanceof Error)) {
      log.error({ err: error, action: name }, 'the autopilot could not plan');
      return { instead: 'Tocsin stumbled over it.' };
    }
    const since = failing.get(name) ?? now();
    if (kindOf(error) === 'transient' && now() - since < PATIENCE_MS) {
      failing.set(name, since);
      return 'later';
    }
    failing.delete(name);
    return { instead: error.message };
  }

  return async ({ incident, service, deed: { action } }) => {
    const inputs = inputsOf(action, {});
    if (!inputs.ok) return { instead: inputs.rejection.message };
    const name = `${incident.id}/${action.name}`;
    let plan: Plan;
    try {
      const { environment } = incident;
      plan = await planner.plan({ incident, service, environment, action, inputs: inputs.value });
    } catch (error) {
      return unplanned(name, error);
    }
    failing.delete(name);
    const [forbids] = forbidding(plan);
    if (forbids) return { instead: forbids.text };
    if (plan.risk === 'high') return { instead: 'its risk is high now.' };
    return (await holder(plan.lock)) === null ? plan : 'later';
  };
}
