import type { Standing } from '../src/app/on-call.ts';
import type { Role, Service } from '../src/domain/service.ts';
import { oneLine } from './foreign-text.ts';
import { groupMention, join, type Mrkdwn, md, mention } from './kit.ts';
import { BUDGET } from './limits.ts';

const ROLES_SHOWN = 20;
const PEOPLE_SHOWN = 5;

/** Who is behind each role of a service now; where that is nobody, what is missing. */
export function roleLines(
  { name, roles }: Pick<Service, 'name' | 'roles'>,
  standings: readonly Pick<Standing, 'rotation' | 'person'>[],
): Mrkdwn[] {
  return Object.entries(roles)
    .slice(0, ROLES_SHOWN)
    .map(([key, role]) => {
      const standing = standings.find(({ rotation }) => rotation === `${name}/${role.rotation}`);
      return md`*${oneLine(role.title, BUDGET.name)}* (${oneLine(key, BUDGET.name)}): ${whoIs(role, standing?.person ?? null)}`;
    });
}

function whoIs(role: Role, onCall: string | null): Mrkdwn {
  const people = [...new Set([...(onCall === null ? [] : [onCall]), ...role.people])];
  const more = people.length - PEOPLE_SHOWN;
  const named = [...people.slice(0, PEOPLE_SHOWN).map(mention), more > 0 ? `${more} more` : null, groupOf(role)];
  const who = join(named, ', ');
  return who.text === '' ? nobody(role) : who;
}

function groupOf({ group }: Role): Mrkdwn | null {
  if (!group) return null;
  return group.id === null ? md`!${oneLine(group.alias ?? '', BUDGET.name)}` : groupMention(group.id);
}

function nobody({ unset = [], rotation }: Role): Mrkdwn {
  if (unset.length > 0) return md`⚠️ nobody: set ${unset.join(' and ')}`;
  if (rotation !== null) return md`⚠️ nobody is on call in ${oneLine(rotation, BUDGET.name)}`;
  return md`⚠️ nobody: name somebody in the service file`;
}
