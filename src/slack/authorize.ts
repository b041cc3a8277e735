import { kindOf } from '../app/errors.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Service } from '../domain/service.ts';

export interface AuthorizeDeps {
  /** The services as they are configured now. */
  readonly services: () => readonly Service[];
  /** Who is in a Slack user group now. Throws `SetupError` when Slack does not let us look, `TransientError` when it is away. */
  readonly groupMembers: (group: string) => Promise<ReadonlySet<string>>;
  readonly now: () => number;
}

/** Whether a person may act on a service, decided now. The answer "no" says who may. */
export type Authorize = (service: string, user: string) => Promise<Result<true>>;

/** How long the members of a group are remembered. Somebody who is taken out of it can act this much longer. */
const GROUP_KEPT_MS = 60_000;
const RESPONDERS_NAMED = 5;

/**
 * People act by their Slack id, listed in the service file or in a user group that is listed there; an empty list means
 * everybody. Whoever is listed by name may act even when no group can be read.
 */
export function createAuthorize(deps: AuthorizeDeps): Authorize {
  const membersOf = cached(deps);
  return async (name, user) => {
    const service = responsible(deps.services(), name);
    if (!service || service.responders.length === 0 || service.responders.includes(user)) return ok(true);

    const groups = service.responders.filter(isGroup);
    const found = await Promise.allSettled(groups.map(membersOf));
    if (found.some((one) => one.status === 'fulfilled' && one.value.has(user))) return ok(true);

    const failure = found.find((one) => one.status === 'rejected');
    return failure ? unreadable(service, failure.reason) : denied(service);
  };
}

/** An incident outlives its service file: then those who take the alarms that nobody owns are asked for. */
function responsible(services: readonly Service[], name: string): Service | undefined {
  return services.find((service) => service.name === name) ?? services.find(({ fallback }) => fallback);
}

function isGroup(id: string): boolean {
  return id.startsWith('S');
}

function denied(service: Service): Result<never> {
  return reject(
    'not_allowed',
    `Only ${responders(service)} may act on ${service.title}.`,
    `Ask one of them, or the owner of the service: ${service.owner}.`,
  );
}

/** Nobody acts on a guess: who cannot be looked up is refused, and hears who can mend it. */
function unreadable(service: Service, error: unknown): Result<never> {
  if (kindOf(error) === 'bug') throw error;
  const why = kindOf(error) === 'setup' && error instanceof Error ? error.message : 'Slack does not answer just now.';
  return reject(
    'not_allowed',
    `I cannot tell whether you may act on ${service.title}: its user groups cannot be read. ${why}`,
    kindOf(error) === 'setup'
      ? `The operators of Tocsin can mend this; until then, ${service.owner} can list you by name in the service file.`
      : 'Please try again in a minute.',
  );
}

function responders({ responders: ids }: Service): string {
  const named = ids.slice(0, RESPONDERS_NAMED).map((id) => (isGroup(id) ? `the group ${id}` : `<@${id}>`));
  if (ids.length > RESPONDERS_NAMED) named.push(`${ids.length - RESPONDERS_NAMED} more`);
  const last = named.pop();
  return named.length > 0 ? `${named.join(', ')} and ${last}` : `${last}`;
}

/** Remembers the answer, not a failure; those who ask at the same time share one question. */
function cached({ groupMembers, now }: AuthorizeDeps): AuthorizeDeps['groupMembers'] {
  const kept = new Map<string, { readonly at: number; readonly members: Promise<ReadonlySet<string>> }>();
  return (group) => {
    const known = kept.get(group);
    if (known && now() - known.at < GROUP_KEPT_MS) return known.members;

    const members = groupMembers(group);
    kept.set(group, { at: now(), members });
    members.catch(() => {
      if (kept.get(group)?.members === members) kept.delete(group);
    });
    return members;
  };
}
