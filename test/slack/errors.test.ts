import { describe, expect, it } from 'vitest';
import { kindOf } from '../../src/app/errors.ts';
import { createSlackClients } from '../../src/slack/clients.ts';
import { failureOf, fromSlack, mendOf } from '../../src/slack/errors.ts';
import { SCOPES, whoAmI } from '../../src/slack/scopes.ts';
import { type Fault, quiet, slackInMemory } from './given.ts';

/** The error that the real client throws. */
async function errorOf(fault: Fault | (() => Response)): Promise<unknown> {
  const slack = slackInMemory();
  if (typeof fault !== 'function') slack.plan('chat.postMessage', fault);
  const fetch = typeof fault === 'function' ? async () => fault() : slack.fetch;
  const { outbox } = createSlackClients({ token: 'xoxb-1', apiUrl: 'https://slack.test/api/', fetch }, quiet);
  return await outbox.chat.postMessage({ channel: 'C1', text: 'x' }).then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('a failure of Slack', () => {
  it.each<[Fault, string, string]>([
    [{ ratelimited: 7 }, 'wait', 'transient'],
    ['ratelimited', 'wait', 'transient'],
    [429, 'wait', 'transient'],
    ['broken', 'unclear', 'transient'],
    [500, 'unclear', 'transient'],
    [502, 'unclear', 'transient'],
    ['internal_error', 'unclear', 'transient'],
    ['fatal_error', 'unclear', 'transient'],
    ['service_unavailable', 'unclear', 'transient'],
    [404, 'refused', 'bug'],
    ['invalid_blocks', 'refused', 'bug'],
    ['msg_too_long', 'refused', 'bug'],
    ['message_not_found', 'gone', 'bug'],
    ['edit_window_closed', 'gone', 'bug'],
    ['is_archived', 'channel', 'setup'],
    ['channel_not_found', 'channel', 'setup'],
    ['invalid_auth', 'token', 'setup'],
    ['account_inactive', 'token', 'setup'],
    ['missing_scope', 'feature', 'setup'],
    ['unknown_method', 'feature', 'setup'],
    ['a_code_of_tomorrow', 'refused', 'bug'],
  ])('%j is %s, which is %s to whoever does not know Slack', async (fault, kind, ours) => {
    const error = await errorOf(fault);

    expect(failureOf(error)).toMatchObject({ kind });
    expect(kindOf(fromSlack(error))).toBe(ours);
  });

  it('says how long to wait, and waits a while when Slack does not say', async () => {
    expect(failureOf(await errorOf({ ratelimited: 7 }))).toEqual({ kind: 'wait', ms: 7_000 });
    expect(failureOf(await errorOf(429))).toEqual({ kind: 'wait', ms: 30_000 });
    expect(fromSlack(await errorOf({ ratelimited: 7 }))).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('that is a page of a proxy instead of an answer is unclear: nobody knows what was done', async () => {
    const error = await errorOf(() => new Response('<html>Welcome to our proxy</html>', { status: 200 }));

    expect(failureOf(error)).toMatchObject({ kind: 'unclear' });
  });

  it('that is not one of Slack passes through', () => {
    const bug = new TypeError('x is not a function');

    expect(failureOf(bug)).toBeNull();
    expect(fromSlack(bug)).toBe(bug);
  });

  it.each(['is_archived', 'not_in_channel', 'invalid_auth', 'missing_scope'])('%s comes with its mend', (code) => {
    expect(mendOf(code)).not.toContain(code);
  });

  it('that nobody has heard of is named', () => {
    expect(mendOf('a_code_of_tomorrow')).toContain('a_code_of_tomorrow');
  });
});

describe('who we are', () => {
  const identityWith = async (scopes: string | null) => {
    const headers: Record<string, string> = scopes === null ? {} : { 'x-oauth-scopes': scopes };
    const fetch = async () => Response.json({ ok: true, user_id: 'U0BOT', team: 'Acme' }, { headers });
    const { interactive } = createSlackClients({ token: 'xoxb-1', apiUrl: 'https://slack.test/api/', fetch }, quiet);
    return await whoAmI(interactive);
  };

  it('names what is missing, and whether we can live without it', async () => {
    const all = Object.keys(SCOPES);
    const granted = all.filter((scope) => scope !== 'chat:write' && scope !== 'channels:history');

    const { botUserId, missing } = await identityWith(granted.join(','));

    expect(botUserId).toBe('U0BOT');
    expect(missing.map(({ scope, required }) => [scope, required])).toEqual([
      ['chat:write', true],
      ['channels:history', false],
    ]);
    expect((await identityWith(all.join(','))).missing).toEqual([]);
  });

  it('calls nothing missing when Slack does not say what is granted', async () => {
    expect(await identityWith(null)).toMatchObject({ granted: null, missing: [] });
  });
});
