import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Running } from './harness.ts';
import { ADA, APP_TOKEN, BO, FOREIGN, GENERAL, refusal, SECRET, startSlack } from './harness.ts';

let running: Running;
let client: WebClient;

beforeAll(async () => {
  running = await startSlack();
  client = running.client();
});

beforeEach(() => running.slack.journal.clear());

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

describe('posting', () => {
  it.each([
    ['a channel that there is not', { channel: 'C0NONE', text: 'x' }, 'channel_not_found'],
    ['a private channel from outside', { channel: SECRET, text: 'x' }, 'channel_not_found'],
    ['a public channel from outside', { channel: FOREIGN, text: 'x' }, 'not_in_channel'],
    ['nothing to say', { channel: GENERAL, text: ' ' }, 'no_text'],
    ['an unknown block', { channel: GENERAL, blocks: [{ type: 'marquee' }] }, 'invalid_blocks'],
    ['blocks that are no list', { channel: GENERAL, blocks: '{' }, 'invalid_blocks_format'],
    ['metadata without a type', { channel: GENERAL, text: 'x', metadata: { a: 1 } }, 'invalid_metadata_format'],
    ['a thread that is no timestamp', { channel: GENERAL, text: 'x', thread_ts: '12' }, 'invalid_thread_ts'],
  ])('refuses %s', async (_case, args, error) => {
    expect(await refusal(client.apiCall('chat.postMessage', args))).toBe(error);
  });

  it('points at the block that is wrong', async () => {
    const blocks = Array.from({ length: 51 }, () => ({ type: 'divider' as const }));

    const call = client.chat.postMessage({ channel: GENERAL, text: 'x', blocks });

    await expect(call).rejects.toMatchObject({
      data: { response_metadata: { messages: ['[ERROR] no more than 50 items allowed [json-pointer:/blocks]'] } },
    });
  });

  it('cuts a very long text off where Slack does', async () => {
    const { message } = await client.chat.postMessage({ channel: GENERAL, text: 'x'.repeat(50_000) });

    expect(message?.text).toHaveLength(40_000);
  });

  it('opens the direct messages when the channel is a person', async () => {
    const { channel } = await client.chat.postMessage({ channel: BO, text: 'psst' });

    expect(running.slack.stateFor(BO).messages[channel ?? '']?.at(-1)?.text).toBe('psst');
    expect(running.slack.stateFor(ADA).messages[channel ?? '']).toBeUndefined();
  });

  it('shows an ephemeral to its person only', async () => {
    await client.chat.postEphemeral({ channel: GENERAL, user: ADA, text: 'only you' });

    expect(running.slack.stateFor(ADA).messages[GENERAL]?.at(-1)?.text).toBe('only you');
    expect(running.slack.stateFor(BO).messages[GENERAL]?.at(-1)?.text).not.toBe('only you');
  });

  it('refuses an ephemeral for somebody who is not in the channel', async () => {
    const { channel } = await client.conversations.create({ name: 'inc-0' });

    const error = await refusal(client.chat.postEphemeral({ channel: channel?.id ?? '', user: ADA, text: 'x' }));

    expect(error).toBe('user_not_in_channel');
  });

  it('gives blocks and elements the ids that the app left out', async () => {
    const { message } = await client.chat.postMessage({
      channel: GENERAL,
      text: 'x',
      blocks: [{ type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Go' } }] }],
    });

    expect(message?.blocks?.[0]).toMatchObject({
      block_id: expect.stringMatching(/./),
      elements: [{ action_id: expect.stringMatching(/./) }],
    });
  });
});

describe('updating and deleting', () => {
  it('drops the blocks when only text is given, and marks the message as edited', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: GENERAL, text: 'a', blocks: [{ type: 'divider' }] });

    await client.chat.update({ channel: GENERAL, ts, text: 'b' });

    expect(running.slack.stateFor(ADA).messages[GENERAL]?.at(-1)).toMatchObject({
      text: 'b',
      blocks: [],
      edited: true,
    });
  });

  it('keeps metadata and shows no edited mark when blocks are given', async () => {
    const metadata = { event_type: 'incident_card', event_payload: { id: 'INC-1' } };
    const { ts = '' } = await client.chat.postMessage({ channel: GENERAL, text: 'a', metadata });

    await client.chat.update({ channel: GENERAL, ts, text: 'b', blocks: [{ type: 'divider' }] });

    const { messages } = await client.conversations.history({ channel: GENERAL, limit: 1, include_all_metadata: true });
    expect(messages?.[0]).toMatchObject({ ts, metadata });
    expect(messages?.[0]).not.toHaveProperty('edited');
  });

  it('refuses more than 4,000 characters, which posting would take', async () => {
    const ts = await postText();

    expect(await refusal(client.chat.update({ channel: GENERAL, ts, text: 'x'.repeat(4001) }))).toBe('msg_too_long');
  });

  it("refuses somebody else's message and one that is gone", async () => {
    await running.slack.act(ADA, { type: 'message', channel: GENERAL, text: 'mine' });
    const theirs = running.slack.stateFor(ADA).messages[GENERAL]?.at(-1)?.ts ?? '';
    const gone = await postText();
    await client.chat.delete({ channel: GENERAL, ts: gone });

    expect(await refusal(client.chat.update({ channel: GENERAL, ts: theirs, text: 'x' }))).toBe('cant_update_message');
    expect(await refusal(client.chat.update({ channel: GENERAL, ts: gone, text: 'x' }))).toBe('message_not_found');
  });
});

describe('history', () => {
  it('pages from the newest and tells only the type of metadata unless asked', async () => {
    const { channel } = await client.conversations.create({ name: 'inc-history' });
    const id = channel?.id ?? '';
    const metadata = { event_type: 'card', event_payload: { n: 1 } };
    for (const text of ['one', 'two', 'three']) await client.chat.postMessage({ channel: id, text, metadata });

    const first = await client.conversations.history({ channel: id, limit: 2 });
    const second = await client.conversations.history({
      channel: id,
      limit: 2,
      cursor: first.response_metadata?.next_cursor ?? '',
    });

    expect(first.messages?.map(({ text }) => text)).toEqual(['three', 'two']);
    expect(first.messages?.[0]?.metadata).toEqual({ event_type: 'card' });
    expect(second.messages?.map(({ text }) => text)).toEqual(['one']);
    expect(second.has_more).toBe(false);
  });

  it('leaves replies to the thread', async () => {
    const root = await postText('root');
    await client.chat.postMessage({ channel: GENERAL, text: 'reply', thread_ts: root });

    const { messages } = await client.conversations.replies({ channel: GENERAL, ts: root });
    const { messages: top } = await client.conversations.history({ channel: GENERAL, oldest: root, inclusive: true });

    expect(messages?.map(({ text }) => text)).toEqual(['root', 'reply']);
    expect(top?.map(({ text }) => text)).toEqual(['root']);
  });
});

describe('threads', () => {
  it('show a broadcast reply in the channel too', async () => {
    const root = await postText('root');
    const args = { channel: GENERAL, text: 'for all', thread_ts: root, reply_broadcast: true } as const;

    await client.chat.postMessage(args);

    const { messages } = await client.conversations.history({ channel: GENERAL, limit: 1 });
    expect(messages?.[0]).toMatchObject({ subtype: 'thread_broadcast', text: 'for all', thread_ts: root });
    expect(running.slack.stateFor(ADA).messages[GENERAL]?.filter(({ text }) => text === 'for all')).toHaveLength(1);
  });

  it('take a reply to a reply in', async () => {
    const root = await postText('root');
    const { ts = '' } = await client.chat.postMessage({ channel: '#general', text: 'one', thread_ts: root });

    const { message } = await client.chat.postMessage({ channel: '#general', text: 'two', thread_ts: ts });

    expect(message?.thread_ts).toBe(root);
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
