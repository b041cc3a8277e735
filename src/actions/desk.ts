import { randomUUID } from 'node:crypto';
import type { Actions, PlanDraft, PlanRequest } from '../app/actions.ts';
import type { Dispatch } from '../app/dispatch.ts';
import { kindOf } from '../app/errors.ts';
import type { IncidentStore } from '../app/store.ts';
import { type Action, isFor } from '../domain/action.ts';
import type { Incident } from '../domain/incident.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import { incidentOfRun, type Run } from '../domain/run.ts';
import { type RunCommand, requestOf } from '../domain/run-commands.ts';
import type { Service } from '../domain/service.ts';
import type { DueQueue } from '../store/due-queue.ts';
import type { AuditChain } from './audit-chain.ts';
import type { Authority, Deed, Guarded } from './authority.ts';
import type { Drafts } from './drafts.ts';
import type { Fallbacks } from './fallbacks.ts';
import { asSeen } from './file-changed.ts';
import { inputsOf } from './inputs.ts';
import type { Planner } from './planner.ts';

export interface ActionDeskDeps {
  readonly store: Pick<IncidentStore, 'load' | 'loadMany'>;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  readonly authority: Authority;
  readonly planner: Planner;
  readonly drafts: Drafts;
  /** Runs that wait or go on. */
  readonly queue: Pick<DueQueue, 'entries'>;
  readonly fallbacks: Pick<Fallbacks, 'all' | 'over'>;
  readonly chain: Pick<AuditChain, 'record'>;
  readonly autopilot: Actions['autopilot'];
  readonly now: () => number;
}

const RUNS_LOOKED_AT = 200;

/** All that people can do with actions. Whoever may not is told so, and it is written down. */
export function createActionDesk(deps: ActionDeskDeps): Actions {
  const { store, dispatch, services, now } = deps;

  /** A refusal is part of the audit: who tried what, and why not. */
  async function refused<T>(by: string, what: string, result: Result<T>): Promise<Result<T>> {
    if (!result.ok) {
      const { code, message } = result.rejection;
      await deps.chain.record({ type: 'refused', at: now(), by, what, code, why: message });
    }
    return result;
  }

  type Deedable = Pick<Found, 'incident' | 'service'> & { readonly action: Guarded & Pick<Action, 'name'> };

  async function allowed(found: Deedable, by: string, deed: Deed): Promise<Result<true>> {
    return await refused(
      by,
      `${deed} ${found.action.name} ${found.incident.id}`,
      await deps.authority(found.service, found.action, by, deed),
    );
  }

  interface Found {
    readonly incident: Incident;
    readonly service: Service;
    readonly action: Action;
  }

  async function find(id: string, name: string): Promise<Result<Found>> {
    const incident = await store.load(id);
    if (!incident) return reject('not_found', `There is no incident ${id}.`, 'See the open ones: /incident');
    const service = services().find((one) => one.name === incident.service);
    const action = service && Object.hasOwn(service.actions, name) ? service.actions[name] : undefined;
    if (!service || !action) {
      return reject('not_found', `${incident.serviceTitle} has no action “${name}”.`, 'See what it has: /incident run');
    }
    if (!isFor(action, incident.environment)) {
      return reject(
        'not_allowed',
        `“${action.title}” is not for ${incident.environment}.`,
        `It is for ${action.environments.join(', ')}.`,
      );
    }
    return ok({ incident, service, action });
  }

  /** What the service file does not have any more can still be stopped or done away with: by whoever may act on the service. */
  async function findGone(id: string, name: string, title = name): Promise<Result<Deedable>> {
    const found = await find(id, name);
    if (found.ok) return found;
    const incident = await store.load(id);
    const service = services().find((one) => one.name === incident?.service);
    if (!incident || !service) return found;
    return ok({ incident, service, action: { name, title, may: [], approvers: [] } });
  }

  async function findRun(id: string, isToStop: boolean): Promise<Result<Deedable & { readonly run: Run }>> {
    const incident = await store.load(incidentOfRun(id));
    const run = incident?.runs.find((one) => one.id === id);
    if (!incident || !run) return reject('not_found', `There is no run ${id}.`);
    const { action: name, title } = run.plan;
    const found = isToStop ? await findGone(incident.id, name, title) : await find(incident.id, name);
    return found.ok ? ok({ ...found.value, run }) : found;
  }

  async function plan({ incident: id, action: name, inputs, by }: PlanRequest): Promise<Result<PlanDraft>> {
    const found = await find(id, name);
    if (!found.ok) return found;
    const { incident, service, action } = found.value;
    const may = await allowed(found.value, by, 'ask');
    if (!may.ok) return may;
    const said = inputsOf(action, inputs);
    if (!said.ok) return said;
    try {
      const made = await deps.planner.plan({
        incident,
        service,
        environment: incident.environment,
        action,
        inputs: said.value,
      });
      const draft: PlanDraft = { id: randomUUID(), incident: id, action, plan: made, by };
      await deps.drafts.keep(draft);
      return ok(draft);
    } catch (error) {
      return notPlanned(action, error);
    }
  }

  const onRun = async (id: string, by: string, command: RunCommand): Promise<Result<Incident>> => {
    const isToStop = command.type !== 'approve_run';
    const found = await findRun(id, isToStop);
    if (!found.ok) return found;
    const isOwn = found.value.run.requestedBy === by;
    const may = await allowed(found.value, by, isOwn || isToStop ? 'ask' : 'approve');
    if (!may.ok) return may;
    return await refused(by, `${command.type} ${id}`, await dispatch(found.value.incident.id, command));
  };

  return {
    offered: (incident) => {
      const service = services().find(({ name }) => name === incident.service);
      return Object.values(service?.actions ?? {}).filter((action) => isFor(action, incident.environment));
    },
    named: (service, verb) => Object.values(service.actions).filter((action) => verb === 'run' || action.verb === verb),
    plan,
    async draft(id, by) {
      const draft = await deps.drafts.load(id);
      return draft?.by === by ? draft : null;
    },
    async request(id, by, { reason, ...said }) {
      const draft = await deps.drafts.load(id);
      if (draft?.by !== by) {
        return await refused(
          by,
          `request ${id}`,
          reject('changed_since_seen', 'This plan has expired.', 'Plan it again: it takes a moment.'),
        );
      }
      const found = await find(draft.incident, draft.action.name);
      if (!found.ok) return found;
      const may = await allowed(found.value, by, 'ask');
      if (!may.ok) return may;
      const { plan: made, action } = draft;
      const seen = asSeen(action, found.value.action);
      if (!seen.ok) return await refused(by, `request ${action.name} ${draft.incident}`, seen);
      // The draft's own id is the run's token: the same form, sent twice, is one run.
      const decided = { token: id, plan: made, reason: reason.trim() };
      const requested = requestOf(action, found.value.service.actions, decided);
      const command: RunCommand = { type: 'request_run', by, requested, ...said };
      return await refused(by, `request ${action.name} ${draft.incident}`, await dispatch(draft.incident, command));
    },
    approve: ({ id, hash }, by, said) => onRun(id, by, { type: 'approve_run', by, run: id, hash, ...said }),
    reject: (id, by, reason) => onRun(id, by, { type: 'reject_run', by, run: id, reason }),
    cancel: (id, by) => onRun(id, by, { type: 'cancel_run', by, run: id }),
    async dismiss(id, action, by) {
      const found = await findGone(id, action);
      if (!found.ok) return found;
      const may = await allowed(found.value, by, 'ask');
      return may.ok ? await dispatch(id, { type: 'dismiss_proposal', by, action }) : may;
    },
    async switchedBack(id, name, by) {
      const incident = await store.load(id);
      const service = services().find((one) => one.name === incident?.service);
      const serving = (await deps.fallbacks.all()).find((one) => one.incident === id && one.action === name);
      if (!incident || !service || !serving) return reject('nothing_to_do', 'It does not serve any more.');
      const action = Object.hasOwn(service.actions, name) ? service.actions[name] : undefined;
      const guarded = action ?? { title: serving.banner, may: [], approvers: [] };
      const may = await refused(by, `switched back ${name} ${id}`, await deps.authority(service, guarded, by, 'ask'));
      if (!may.ok) return may;
      // Written down first: what is over already cannot be said to be over a second time.
      await deps.chain.record({ type: 'fallback_over', at: now(), by, incident: id, action: name });
      await deps.fallbacks.over(serving);
      return await dispatch(id, { type: 'note', by, text: `It is switched back already: ${serving.banner}` });
    },
    async busy() {
      const runs = await deps.queue.entries(RUNS_LOOKED_AT);
      return await store.loadMany([...new Set(runs.map(incidentOfRun))]);
    },
    async serving(service) {
      const all = await deps.fallbacks.all();
      return service === undefined ? all : all.filter((one) => one.service === service);
    },
    autopilot: deps.autopilot,
  };
}

function notPlanned(action: Action, error: unknown): Result<never> {
  if (kindOf(error) === 'bug' || !(error instanceof Error)) throw error;
  const isSetup = kindOf(error) === 'setup';
  return reject(
    'not_allowed',
    `“${action.title}” cannot be planned: ${error.message}`,
    isSetup ? 'Nothing was changed.' : 'Nothing was changed. Try again in a minute.',
  );
}
