import type { Incident } from '../domain/incident.ts';
import { groupOf } from '../domain/incident.ts';
import { type Declaration, openDeclared } from '../domain/open.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Service } from '../domain/service.ts';
import { commitDecision, type DispatchDeps } from './dispatch.ts';

export type Declare = (service: string, declaration: Declaration) => Promise<Result<Incident>>;

const MAX_TRIES = 20;

/** Opens an incident that a person declares. Alarms of the same service and environment that follow soon will join it. */
export function createDeclare(deps: DispatchDeps & { readonly services: () => readonly Service[] }): Declare {
  return async (name, declaration) => {
    const service = deps.services().find((one) => one.name === name);
    if (!service) return reject('not_found', `There is no service “${name.slice(0, 60)}”.`, 'Choose one of the list.');

    const group = groupOf({ service: name, environment: declaration.environment });
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const holder = (await deps.store.groupHolders([group])).get(group) ?? null;
      const decision = openDeclared(await deps.store.nextId(), service, declaration, deps.now());
      const incident = await commitDecision(deps, null, decision, new Map(), holder);
      if (incident) return ok(incident);
    }
    throw new Error(`The group ${group} kept changing under a declaration`);
  };
}
