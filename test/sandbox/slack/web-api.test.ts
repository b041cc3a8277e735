import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './harness.ts';
import { ADA, APP_TOKEN, BO, FOREIGN, GENERAL, refusal, startSlack } from './harness.ts';

let running: Running;
let client: WebClient;

beforeAll(async () => {
  running = await startSlack();
  client = running.client();
});

afterAll(() => running.stop());

async function postText(text = 'hello'): Promise<string> {
  const { ts } = await client.chat.postMessage({ channel: GENERAL, text });
  return ts ?? '';
}

describe('tokens and scopes', () => {
  it('names the app and grants the scopes of the manifest', async () => {
    const answer = await client.auth.test();

    expect(answer).toMatchObject({ ok: true, team: 'Acme ML', user_id: 'U0TOCSINBOT', bot_id: 'B0TOCSIN' });
    expect(answer.response_metadata?.scopes).toContain('chat:write');
  });

  it.each([
    ['an unknown token', 'xoxb-other', 'auth.test', 'invalid_auth'],
    ['no token', '', 'auth.test', 'not_authed'],
    ['an app token for a bot method', APP_TOKEN, 'auth.test', 'not_allowed_token_type'],
    ['a bot token for Socket Mode', 'xoxb-sandbox', 'apps.connections.open', 'not_allowed_token_type'],
    ['a method that there is not', 'xoxb-sandbox', 'chat.shout', 'unknown_method'],
  ])('refuses %s', async (_case, token, method, error) => {
    expect(await refusal(running.client(token).apiCall(method))).toBe(error);
  });

  it('says which scope is missing and which are granted', async () => {
    running.slack.world.app.scopes.delete('pins:write');

    const call = client.pins.add({ channel: GENERAL, timestamp: '1.000000' });

    await expect(call).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'pins:write' } });
    running.slack.world.app.scopes.add('pins:write');
  });

  it('answers account_inactive once the app is revoked', async () => {
    running.slack.world.app.revoked = true;

    const error = await refusal(client.auth.test());

    running.slack.world.app.revoked = false;
    expect(error).toBe('account_inactive');
  });

  it('takes JSON bodies as well as forms', async () => {
    const response = await fetch(`${running.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-sandbox' },
      body: JSON.stringify({ channel: GENERAL, blocks: [{ type: 'divider' }] }),
    });

    expect(await response.json()).toMatchObject({ ok: true, message: { blocks: [{ type: 'divider' }] } });
  });

  it('validates blocks for anybody, without a token', async () => {
    const nobody = new WebClient(undefined, { slackApiUrl: running.apiUrl, retryConfig: { retries: 0 } });

    const call = nobody.apiCall('blocks.validate', { blocks: [{ type: 'header' }] });

    await expect(call).rejects.toMatchObject({ data: { error: 'invalid_blocks', errors: [{ pointer: '/blocks/0' }] } });
  });
});

describe('channels', () => {
  it('lives through create, invite, topic, pin, bookmark and archive', async () => {
    const { channel } = await client.conversations.create({ name: 'inc-7' });
    const id = channel?.id ?? '';
    await client.conversations.invite({ channel: id, users: `${ADA},${BO}` });
    await client.conversations.setTopic({ channel: id, topic: 'bikeshare is down' });
    const { ts = '' } = await client.chat.postMessage({ channel: id, text: 'card' });
    await client.pins.add({ channel: id, timestamp: ts });
    await client.bookmarks.add({ channel_id: id, title: 'Runbook', type: 'link', link: 'https://example.com/' });
    await client.reactions.add({ channel: id, timestamp: ts, name: 'eyes' });

    const { members } = await client.conversations.members({ channel: id });
    const pins = await client.pins.list({ channel: id });
    await client.conversations.archive({ channel: id });

    expect(members).toEqual(['U0TOCSINBOT', ADA, BO]);
    expect(pins.items).toHaveLength(1);
    expect(running.slack.stateFor(ADA).channels).toContainEqual(
      expect.objectContaining({ id, topic: 'bikeshare is down', isArchived: true }),
    );
    expect(await refusal(client.chat.postMessage({ channel: id, text: 'x' }))).toBe('is_archived');
    expect(await refusal(client.conversations.archive({ channel: id }))).toBe('already_archived');
  });

  it.each([
    ['a name that is taken', 'conversations.create', { name: 'general' }, 'name_taken'],
    ['a name with capitals', 'conversations.create', { name: 'INC 7' }, 'invalid_name_specials'],
    ['inviting who is there', 'conversations.invite', { channel: GENERAL, users: ADA }, 'already_in_channel'],
    ['inviting nobody known', 'conversations.invite', { channel: GENERAL, users: 'U0NO' }, 'user_not_found'],
    ['an empty on-call group', 'usergroups.users.update', { usergroup: 'S0ONCALL', users: '' }, 'no_users_provided'],
    ['a person that there is not', 'users.info', { user: 'U0NO' }, 'user_not_found'],
  ])('refuses %s', async (_case, method, args, error) => {
    expect(await refusal(client.apiCall(method, args))).toBe(error);
  });

  it('joins a public channel', async () => {
    await client.conversations.join({ channel: FOREIGN });

    expect(await client.chat.postMessage({ channel: FOREIGN, text: 'x' })).toMatchObject({ ok: true });
  });

  it('finds people by mail and lists who is on call', async () => {
    const { user } = await client.users.lookupByEmail({ email: 'ada@example.com' });
    const { users } = await client.usergroups.users.list({ usergroup: 'S0ONCALL' });

    expect(users).toEqual([user?.id]);
  });
});

describe('files', () => {
  const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

  it('shares an upload in a thread as a picture', async () => {
    const root = await postText('card');

    await client.filesUploadV2({
      channel_id: GENERAL,
      thread_ts: root,
      file: PNG,
      filename: 'graph.png',
      title: 'Graph',
    });

    const reply = running.slack.stateFor(ADA).messages[GENERAL]?.find(({ threadTs }) => threadTs === root);
    const picture = await fetch(String(reply?.blocks[0]?.image_url));
    expect(reply?.blocks[0]).toMatchObject({ type: 'image', alt_text: 'Graph' });
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(PNG);
  });

  it('refuses an image block until Slack has looked at the file', async () => {
    const { file_id = '', upload_url = '' } = await client.files.getUploadURLExternal({ filename: 'g.png', length: 8 });
    await fetch(upload_url, { method: 'POST', body: PNG });
    await client.files.completeUploadExternal({ files: [{ id: file_id, title: 'g' }] });
    const blocks = [{ type: 'image' as const, slack_file: { id: file_id }, alt_text: 'g' }];
    const file = running.slack.world.files.get(file_id);

    const early = await refusal(client.chat.postMessage({ channel: GENERAL, text: 'x', blocks }));
    if (file !== undefined) file.readyAt = 0;
    const late = await client.chat.postMessage({ channel: GENERAL, text: 'x', blocks });

    expect(early).toBe('invalid_blocks');
    expect(late.ok).toBe(true);
  });
});
