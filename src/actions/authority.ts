import { kindOf } from '../app/errors.ts';
import type { OnCall } from '../app/on-call.ts';
import type { Action } from '../domain/action.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Role, Service } from '../domain/service.ts';

export interface AuthorityDeps {
  /** Whether somebody may act on a service at all: its responders. */
  readonly authorize: (service: string, user: string) => Promise<Result<true>>;
  /** Who is in a Slack user group now. Throws `SetupError` when Slack does not let us look, `TransientError` when it is away. */
  readonly groupMembers: (group: string) => Promise<ReadonlySet<string>>;
  readonly onCall: Pick<OnCall, 'who'>;
}

/** `ask`: ask for an action, cancel it or say no to it; `approve`: approve what somebody else has asked for. */
export type Deed = 'ask' | 'approve';

/**
 * Whether a person may do this now, decided anew at every click: by the service file, the present user groups, and who is on call at
 * this moment. The answer "no" says who may. Nobody acts on a guess: who cannot be looked up is refused.
 */
export type Authority = (service: Service, action: Guarded, user: string, deed: Deed) => Promise<Result<true>>;

/** What an action says of who may. */
export type Guarded = Pick<Action, 'title' | 'may' | 'approvers'>;

export function createAuthority(deps: AuthorityDeps): Authority {
  return async (service, action, user, deed) => {
    const acting = await deps.authorize(service.name, user);
    const named = namedFor(action, deed);
    if (named.length === 0) return acting; // whoever may act on the service
    if (acting.ok && isForAll(action, deed)) return acting;
    if (named.includes(user)) return ok(true);

    const found = await Promise.allSettled(named.map((name) => includes(deps, service, name, user)));
    const answer = answerOf(found, action);
    return answer ?? (isForAll(action, deed) ? acting : denied(service, action, named, deed));
  };
}

/** What looking somebody up came to; `null`: they are none of those who are named. */
function answerOf(found: readonly PromiseSettledResult<boolean>[], action: Guarded): Result<true> | null {
  if (found.some((one) => one.status === 'fulfilled' && one.value)) return ok(true);
  const failure = found.find((one) => one.status === 'rejected');
  return failure ? unknown(action, failure.reason) : null;
}

/** Who may approve for others may ask as well; who may ask may approve unless approvers are named. */
function namedFor({ may, approvers }: Guarded, deed: Deed): readonly string[] {
  if (deed === 'ask') return [...may, ...approvers];
  return approvers.length > 0 ? approvers : may;
}

/** Whoever may act on the service may ask for what names only its approvers. */
function isForAll({ may }: Guarded, deed: Deed): boolean {
  return deed === 'ask' && may.length === 0;
}

async function includes(deps: AuthorityDeps, service: Service, name: string, user: string): Promise<boolean> {
  if (/^[UW][A-Z0-9]+$/.test(name)) return name === user;
  if (/^S[A-Z0-9]+$/.test(name)) return (await deps.groupMembers(name)).has(user);
  const role = Object.hasOwn(service.roles, name) ? service.roles[name] : undefined;
  return role ? await hasRole(deps, service.name, role, user) : false;
}

async function hasRole(deps: AuthorityDeps, service: string, role: Role, user: string): Promise<boolean> {
  if (role.people.includes(user)) return true;
  if (role.rotation !== null && (await deps.onCall.who(service, role.rotation)) === user) return true;
  const group = role.group?.id ?? null;
  return group !== null && (await deps.groupMembers(group)).has(user);
}

function denied(service: Service, action: Guarded, named: readonly string[], deed: Deed): Result<never> {
  const who = named.map((name) => wordFor(service, name));
  const last = who.pop();
  const people = who.length > 0 ? `${who.join(', ')} or ${last}` : `${last}`;
  return reject(
    'not_allowed',
    `Only ${people} may ${deed === 'ask' ? 'run' : 'approve'} “${action.title}” of ${service.title}.`,
    `Ask one of them. The owner of the service, ${service.owner}, can change it in the service file.`,
  );
}

function wordFor({ roles }: Service, name: string): string {
  if (/^[UW][A-Z0-9]+$/.test(name)) return `<@${name}>`;
  if (/^S[A-Z0-9]+$/.test(name)) return `the group ${name}`;
  return Object.hasOwn(roles, name) ? (roles[name]?.title ?? name) : name;
}

function unknown(action: Guarded, error: unknown): Result<never> {
  if (kindOf(error) === 'bug') throw error;
  const isSetup = kindOf(error) === 'setup';
  const why = isSetup && error instanceof Error ? error.message : 'What it depends on does not answer just now.';
  return reject(
    'not_allowed',
    `I cannot tell whether you may run “${action.title}”. ${why}`,
    isSetup ? 'The operators of Tocsin can mend this.' : 'Please try again in a minute.',
  );
}
