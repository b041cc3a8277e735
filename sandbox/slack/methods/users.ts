import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { count, flag, idList, requiredText } from '../args.ts';
import type { Method, Services } from '../method.ts';
import { method, page } from '../method.ts';
import type { User, UserGroup } from '../people.ts';
import { groupOut, userOut } from '../presentation.ts';
import type { World } from '../world.ts';

export const userMethods: Readonly<Record<string, Method>> = {
  'users.info': method(info, 'tier4', ['users:read']),
  'users.list': method(list, 'tier2', ['users:read']),
  'users.lookupByEmail': method(lookupByEmail, 'tier3', ['users:read.email']),
  'usergroups.list': method(groups, 'tier2', ['usergroups:read']),
  'usergroups.users.list': method(groupUsers, 'tier2', ['usergroups:read']),
  'usergroups.users.update': method(updateGroup, 'tier2', ['usergroups:write']),
};

function info({ world }: Services, args: Args) {
  const user = world.users.get(requiredText(args, 'user'));
  if (user === undefined) throw new ApiError('user_not_found');
  return { user: userOut(world, user) };
}

function list({ world }: Services, args: Args) {
  const { items, response_metadata } = page([...world.users.values()], args, count(args, 'limit', 1000, 1000));
  return {
    members: items.map((user) => userOut(world, user)),
    cache_ts: Math.floor(world.now() / 1000),
    response_metadata,
  };
}

function lookupByEmail({ world }: Services, args: Args) {
  const email = requiredText(args, 'email').toLowerCase();
  const user = [...world.users.values()].find((one) => !one.isBot && one.email.toLowerCase() === email);
  if (user === undefined) throw new ApiError('users_not_found');
  return { user: userOut(world, user) };
}

function groups({ world }: Services, args: Args) {
  const all = [...world.groups.values()].map((group) => groupOut(world, group));
  return { usergroups: flag(args, 'include_users') ? all : all.map(({ users: _, ...rest }) => rest) };
}

function groupUsers({ world }: Services, args: Args) {
  return { users: groupOf(world, args).users };
}

/** Replaces the whole list, which may not become empty and takes no bots. */
function updateGroup({ world, events }: Services, args: Args) {
  const group = groupOf(world, args);
  const users = idList(args, 'users');
  if (users.length === 0) throw new ApiError('no_users_provided');
  if (users.some((id) => !isAllowed(world.users.get(id)))) throw new ApiError('invalid_users');
  group.users = users;
  events.emit('subteam_members_changed', {
    type: 'subteam_members_changed',
    subteam_id: group.id,
    team_id: world.workspace.id,
  });
  world.changed();
  return { usergroup: groupOut(world, group) };
}

/** A group takes people whose accounts are open. */
function isAllowed(user: User | undefined): boolean {
  return user !== undefined && !user.isBot && !user.isDeactivated;
}

function groupOf(world: World, args: Args): UserGroup {
  const group = world.groups.get(requiredText(args, 'usergroup'));
  if (group === undefined) throw new ApiError('no_such_subteam');
  return group;
}
