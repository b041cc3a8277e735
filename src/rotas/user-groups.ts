import type { WebClient } from '@slack/web-api';
import { SetupError, TransientError } from '../app/errors.ts';
import type { Service } from '../domain/service.ts';
import { whoIsOnCall } from '../oncall/shifts.ts';
import { groupMembers } from '../oncall/user-group.ts';
import { failureOf, fromSlack } from '../slack/errors.ts';
import type { OnCallPlans } from '../store/on-call-plans.ts';
import type { Told } from '../store/on-call-rounds.ts';
import { knownRotations, overridesOf } from './known-rotations.ts';

/** The user groups of a Slack workspace. Both throw TransientError, and SetupError where the plan, the permissions or the group do not allow it. */
export interface UserGroups {
  /** User ids. */
  members(group: string): Promise<readonly string[]>;
  /** Never with nobody: Slack takes no empty list. */
  replace(group: string, members: readonly string[]): Promise<void>;
}

export interface GroupsDeps {
  readonly userGroups: UserGroups;
  readonly plans: Pick<OnCallPlans, 'load'>;
  readonly told: Told;
  readonly services: () => readonly Service[];
  readonly tellOperators: (cause: string, text: string) => Promise<void>;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;

/**
 * Puts a user group in step with whoever is on call in its rotations. Where it is not allowed, it is left for a day, or until somebody else is on
 * call: it may be that one of them has left. Operators are told once.
 */
export async function keepGroup(deps: GroupsDeps, group: string): Promise<void> {
  const { userGroups, told } = deps;
  const rotations = knownRotations(deps.services()).filter(({ rotation }) => rotation.group === group);
  const onCall = await Promise.all(
    rotations.map(async ({ rotation }) => {
      const plan = await deps.plans.load(rotation.name);
      return whoIsOnCall(rotation, overridesOf(rotation, plan), deps.now())?.person ?? null;
    }),
  );
  const wanted = [...new Set(onCall.filter((person) => person !== null))].sort();
  if (wanted.length === 0) return; // nothing to ask Slack for
  const off = `off:${group}:${wanted.join(',')}`;
  if (await told.isSaid(off)) return;
  try {
    const members = groupMembers(onCall, await userGroups.members(group));
    if (members !== null) await userGroups.replace(group, members);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    await told.say(off, DAY_MS);
    if (await told.say(`off:because:${error.message}`, 30 * DAY_MS)) {
      const text = `User groups are not kept in step with who is on call: ${error.message} Everything else goes on; Tocsin looks again once a day, and when somebody else is on call.`;
      await deps.tellOperators(`user group ${group}`, text);
    }
  }
}

/** The user groups of the workspace of a client. https://docs.slack.dev/reference/methods/usergroups.users.update */
export function createUserGroups(client: WebClient): UserGroups {
  const ask = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw translated(error);
    }
  };
  return {
    members: async (usergroup) => (await ask(() => client.usergroups.users.list({ usergroup }))).users ?? [],
    async replace(usergroup, members) {
      await ask(() => client.usergroups.users.update({ usergroup, users: members.join(',') }));
    },
  };
}

const MENDS: Readonly<Record<string, string>> = {
  plan_upgrade_required: 'the plan of this Slack workspace has no user groups.',
  permission_denied:
    'the workspace lets only admins change user groups: allow it to apps, or take `group` out of the rotation.',
  missing_scope: 'the permission usergroups:write is missing: add it to the app and reinstall it.',
  unknown_method: 'this Slack knows no user groups.',
  no_such_subteam: 'there is no such user group: copy its id again, into `group` of the rotation.',
  invalid_users: 'somebody who is on call is no member of this workspace.',
};

function translated(error: unknown): unknown {
  const failure = failureOf(error);
  const code = failure && 'code' in failure ? failure.code : '';
  const mend = MENDS[code];
  if (mend !== undefined) return new SetupError(mend, { cause: error });
  if (failure?.kind === 'refused') return new SetupError(`Slack answered "${code}".`, { cause: error });
  const known = fromSlack(error);
  return known instanceof SetupError || known instanceof TransientError ? known : error;
}
