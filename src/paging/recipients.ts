import type { OnCall } from '../app/on-call.ts';
import type { Recipients } from '../app/page-way.ts';
import type { Actor, Incident } from '../domain/incident.ts';
import type { Target } from '../domain/policy.ts';
import type { Role, Service } from '../domain/service.ts';

export interface RecipientsDeps {
  readonly services: () => readonly Service[];
  readonly onCall: Pick<OnCall, 'who'>;
}

/** Who is behind a target now, and what it is called. */
export interface Behind {
  readonly recipients: Recipients;
  /** `On-call engineer`. Foreign text from a service file. */
  readonly title: string;
}

const NOBODY: Recipients = { people: [], groups: [], channel: null };

/**
 * Roles, rotations and groups as they are at this moment, in the service file and on call: whoever went home is not meant any more.
 * Throws `TransientError` when it cannot be told who is on call.
 */
export async function behind(deps: RecipientsDeps, target: Target, incident: Incident): Promise<Behind> {
  const service = deps.services().find(({ name }) => name === incident.service);
  switch (target.kind) {
    case 'person':
      return { title: `<@${target.user}>`, recipients: { ...NOBODY, people: [target.user] } };
    case 'channel':
      return { title: 'the channel', recipients: { ...NOBODY, channel: target.channel ?? incident.channel } };
    case 'group':
      return {
        title: target.alias ?? 'the group',
        recipients: { ...NOBODY, groups: [{ id: target.group, alias: target.alias }] },
      };
    case 'rotation': {
      const rotation = named(service?.rotations, target.rotation);
      const people = await onCallIn(deps, incident.service, rotation ? target.rotation : null);
      return { title: rotation?.title ?? target.rotation, recipients: { ...NOBODY, people } };
    }
    case 'role': {
      const role = named(service?.roles, target.role);
      return { title: role?.title ?? target.role, recipients: await ofRole(deps, incident.service, role) };
    }
    case 'stakeholders': {
      const all = await Promise.all(
        Object.values(service?.roles ?? {}).map((role) => ofRole(deps, incident.service, role)),
      );
      const people = unique(all.flatMap((one) => one.people));
      const groups = eachOnce(all.flatMap((one) => one.groups));
      return { title: 'all stakeholders', recipients: { ...NOBODY, people, groups } };
    }
  }
}

/** Whether nobody at all is meant. */
export function isNobody({ people, groups, channel }: Recipients): boolean {
  return people.length === 0 && groups.length === 0 && channel === null;
}

/** Names come from policies that are older than the file: `constructor` is a role only where the file has it. */
function named<T>(all: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return all && Object.hasOwn(all, name) ? all[name] : undefined;
}

async function ofRole(deps: RecipientsDeps, service: string, role: Role | undefined): Promise<Recipients> {
  if (!role) return NOBODY;
  const onDuty = await onCallIn(deps, service, role.rotation);
  return { ...NOBODY, people: unique([...onDuty, ...role.people]), groups: role.group ? [role.group] : [] };
}

async function onCallIn({ onCall }: RecipientsDeps, service: string, rotation: string | null): Promise<Actor[]> {
  const person = rotation === null ? null : await onCall.who(service, rotation);
  return person === null ? [] : [person];
}

function unique(people: readonly Actor[]): Actor[] {
  return [...new Set(people)];
}

function eachOnce(groups: Recipients['groups']): Recipients['groups'] {
  return [...new Map(groups.map((group) => [group.id ?? `!${group.alias}`, group])).values()];
}
