import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './harness.ts';
import { ADA, BO, FOREIGN, GENERAL, refusal, SECRET, startSlack } from './harness.ts';

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
