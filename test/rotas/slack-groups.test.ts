import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createUserGroups } from '../../src/rotas/user-groups.ts';
import { createSlackClients } from '../../src/slack/clients.ts';

const quiet = pino({ level: 'silent' });

function slackThat(answers: () => Response) {
  const asked: string[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    asked.push(`${String(url).split('/').at(-1)} ${String(init?.body)}`);
    return answers();
  };
  const clients = createSlackClients(
    { token: 'xoxb-1', apiUrl: 'https://slack.test/api/', fetch: fetch as never },
    quiet,
  );
  return { groups: createUserGroups(clients.outbox), asked };
}

describe('the user groups of Slack', () => {
  it('have members, which are replaced', async () => {
    const { groups, asked } = slackThat(() => Response.json({ ok: true, users: ['U1', 'U2'] }));

    expect(await groups.members('S1')).toEqual(['U1', 'U2']);
    await groups.replace('S1', ['U3', 'U4']);

    expect(asked).toEqual(['usergroups.users.list usergroup=S1', 'usergroups.users.update usergroup=S1&users=U3%2CU4']);
  });

  it.each([
    ['plan_upgrade_required', 'SetupError', 'the plan of this Slack workspace has no user groups.'],
    ['permission_denied', 'SetupError', expect.stringContaining('lets only admins change user groups')],
    ['missing_scope', 'SetupError', expect.stringContaining('usergroups:write is missing')],
    ['unknown_method', 'SetupError', 'this Slack knows no user groups.'],
    ['no_such_subteam', 'SetupError', expect.stringContaining('there is no such user group')],
    ['something_new', 'SetupError', 'Slack answered "something_new".'],
    ['ratelimited', 'TransientError', expect.stringContaining('slow down')],
    ['internal_error', 'TransientError', expect.stringContaining('could not be reached')],
  ])('say why not: %s', async (error, name, message) => {
    const { groups } = slackThat(() => Response.json({ ok: false, error }));

    await expect(groups.members('S1')).rejects.toMatchObject({ name, message });
    await expect(groups.replace('S1', ['U1'])).rejects.toMatchObject({ name, message });
  });
});
