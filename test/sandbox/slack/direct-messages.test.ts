import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADA, BO, type Running, refusal, startSlack } from './harness.ts';

let running: Running;

beforeEach(async () => {
  running = await startSlack({ rateLimits: true });
});

afterEach(() => running.stop());

const control = (path: string, body: object) =>
  fetch(`${running.url}/slack/_control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('direct messages', () => {
  it('are opened once, and are the same place by id and by person', async () => {
    const client = running.client();
    const opened = await client.conversations.open({ users: ADA });
    const whole = await client.conversations.open({ users: ADA, return_im: true });
    const posted = await client.chat.postMessage({ channel: ADA, text: 'You are paged' });

    expect(opened).toMatchObject({ ok: true, already_open: true, no_op: true, channel: { id: 'D0ADA' } });
    expect(whole.channel).toMatchObject({ id: 'D0ADA', user: ADA, is_im: true });
    expect(posted.channel).toBe('D0ADA');
  });

  it('keep what is posted with its metadata, and let it be changed', async () => {
    const client = running.client();
    const metadata = { event_type: 'page_sent', event_payload: { id: 'INC-7/1/page/L1.1/0' } };
    const { channel = '', ts = '' } = await client.chat.postMessage({ channel: ADA, text: 'You are paged', metadata });
    await client.chat.update({ channel, ts, text: 'Bo has it' });

    expect(running.slack.stateFor(ADA).messages[channel]).toMatchObject([{ ts, text: 'Bo has it' }]);
    expect(running.slack.stateFor(BO).messages).not.toHaveProperty(channel);
    expect(running.slack.world.channels.get(channel)?.byTs.get(ts)?.metadata).toEqual(metadata);
  });

  it('are not opened with nobody, with a bot, and with a closed account', async () => {
    const client = running.client();
    const { user_id: bot = '' } = await client.auth.test();
    await control('users/deactivate', { user: BO });

    expect(await refusal(client.conversations.open({ users: 'U0NOBODY' }))).toBe('user_not_found');
    expect(await refusal(client.conversations.open({ users: bot }))).toBe('cannot_dm_bot');
    expect(await refusal(client.conversations.open({ users: BO }))).toBe('user_disabled');
    expect(await refusal(client.chat.postMessage({ channel: BO, text: 'anybody?' }))).toBe('channel_not_found');
    expect(await client.users.info({ user: BO })).toMatchObject({ user: { deleted: true } });
  });

  it('take about one message a second, by whichever name they are called', async () => {
    const client = running.client();
    const posts = Array.from({ length: 8 }, (_, i) =>
      client.chat.postMessage({ channel: i % 2 === 0 ? ADA : 'D0ADA', text: `page ${i}` }),
    );
    const ended = await Promise.allSettled(posts);
    const elsewhere = await client.chat.postMessage({ channel: BO, text: 'another phone' });

    expect(ended.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(2);
    expect(elsewhere.ok).toBe(true);
  });
});

describe('a person', () => {
  it('has a zone with its distance from UTC', async () => {
    const { user } = await running.client().users.info({ user: ADA });

    expect(user).toMatchObject({ tz: 'Etc/UTC', tz_offset: 0 });
  });

  it('whose account is closed cannot be in a user group', async () => {
    await control('users/deactivate', { user: BO });
    const update = running.client().usergroups.users.update({ usergroup: 'S0ONCALL', users: `${ADA},${BO}` });

    expect(await refusal(update)).toBe('invalid_users');
  });
});
