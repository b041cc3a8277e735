import type { BlockAction } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxMessage } from '../../../sandbox/api.ts';
import type { BoltApp, Running } from './harness.ts';
import { ADA, BO, eventually, FOREIGN, GENERAL, refusal, startBolt, startSlack } from './harness.ts';

let running: Running;
let app: BoltApp;

/** Listeners are added per test: Bolt takes them at any time. */
beforeEach(async () => {
  running = await startSlack({ timeScale: 0.25 });
  app = await startBolt(running, () => {});
});

afterEach(async () => {
  await running.stop();
  await app.stop();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = { type: 'button' as const, action_id: 'ack', value: 'INC-1', text: plain('Ack') };
const card = [{ type: 'actions' as const, block_id: 'b', elements: [button] }];
async function postCard(): Promise<{ channel: string; ts: string }> {
  const { ts = '' } = await running.client().chat.postMessage({ channel: GENERAL, text: 'INC-1', blocks: card });
  return { channel: GENERAL, ts };
}

function clickAck(where: { channel: string; ts: string }, as = ADA) {
  return running.slack.act(as, { type: 'click', where, blockId: 'b', actionId: 'ack', element: { value: 'forged' } });
}

function say(text: string, threadTs?: string) {
  const act = { type: 'message' as const, channel: GENERAL, text };
  return running.slack.act(ADA, threadTs === undefined ? act : { ...act, threadTs });
}

function newest(as = ADA): SandboxMessage | undefined {
  return running.slack.stateFor(as).messages[GENERAL]?.at(-1);
}

describe('buttons', () => {
  it('tell the app who pressed which one, with the value that the app gave it', async () => {
    const seen: unknown[] = [];
    app.action<BlockAction>('ack', async ({ ack, body, action }) => {
      await ack();
      seen.push(body.user.id, 'value' in action ? action.value : null, body.container);
    });
    const where = await postCard();

    const result = await clickAck(where, BO);

    expect(result).toEqual({ ok: true });
    const container = { type: 'message', message_ts: where.ts, channel_id: GENERAL, is_ephemeral: false };
    await eventually(() => seen.length > 0);
    expect(seen).toEqual([BO, 'INC-1', container]);
  });

  it('tell the person when the app does not answer in time', async () => {
    const where = await postCard();

    const result = await clickAck(where);

    expect(result.error).toBe('Operation timed out. Apps need to respond within 3 seconds.');
    expect(running.slack.stateFor(ADA).toasts.map(({ text }) => text)).toEqual([result.error]);
    expect(running.slack.stateFor(BO).toasts).toEqual([]);
  });

  it('are gone once the app has edited them away', async () => {
    const where = await postCard();
    await running.client().chat.update({ ...where, text: 'done' });

    expect(await clickAck(where)).toEqual({ ok: false, error: 'It is not there any more.' });
  });

  it('let the app replace the message through the response URL, five times', async () => {
    const outcomes: string[] = [];
    app.action('ack', async ({ ack, respond }) => {
      await ack();
      for (let i = 1; i <= 6; i += 1) {
        const told = respond({ replace_original: true, text: `edit ${i}` });
        outcomes.push(
          await told.then(
            () => 'ok',
            (error: { statusCode?: number }) => String(error.statusCode),
          ),
        );
      }
    });

    await clickAck(await postCard());

    await eventually(() => outcomes.length === 6);
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', '404']);
    expect(newest()?.text).toBe('edit 5');
  });

  it('on an ephemeral can make it vanish', async () => {
    app.action('ack', async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
    const { message_ts = '' } = await running
      .client()
      .chat.postEphemeral({ channel: GENERAL, user: ADA, text: 'x', blocks: card });

    await clickAck({ channel: GENERAL, ts: message_ts });

    await expect.poll(() => newest()).toBeUndefined();
  });

  it('of somebody else’s ephemeral cannot be pressed', async () => {
    const client = running.client();
    const { message_ts = '' } = await client.chat.postEphemeral({
      channel: GENERAL,
      user: BO,
      text: 'x',
      blocks: card,
    });

    expect((await clickAck({ channel: GENERAL, ts: message_ts })).ok).toBe(false);
  });
});

describe('channels', () => {
  it('let the app in once somebody has invited it', async () => {
    const post = () => running.client().chat.postMessage({ channel: FOREIGN, text: 'x' });
    const before = await refusal(post());

    await running.slack.act(ADA, { type: 'message', channel: FOREIGN, text: '/invite @tocsin' });

    expect(before).toBe('not_in_channel');
    expect(await post()).toMatchObject({ ok: true });
  });

  it('take no more messages once somebody has archived them', async () => {
    await say('/archive');

    expect(await say('hello?')).toEqual({ ok: false, error: 'You cannot post in an archived channel.' });
  });
});

describe('commands', () => {
  it('carry people and channels as ids, and answer the person alone', async () => {
    app.command('/incident', async ({ ack, command }) => ack({ text: command.text, response_type: 'ephemeral' }));

    await say('/incident assign @bo in #general');

    expect(newest()).toMatchObject({ text: `assign <@${BO}|bo> in <#${GENERAL}|general>`, ephemeralFor: ADA });
    expect(newest(BO)).toBeUndefined();
  });

  it('answer everybody when the app says so', async () => {
    app.command('/incident', async ({ ack }) => ack({ text: 'all of you', response_type: 'in_channel' }));

    await say('/incident');

    expect(newest(BO)?.text).toBe('all of you');
  });

  it.each([
    ['in a thread', '/incident show', '1700000000.000000', '/incident is not supported in threads. Sorry!'],
    ['that nobody registered', '/incidents', undefined, '/incidents is not a valid command.'],
  ])('do not run %s', async (_case, text, threadTs, error) => {
    expect(await say(text, threadTs)).toEqual({ ok: false, error });
  });

  it('fail with Slack’s word when the answer could not be shown', async () => {
    app.command('/incident', async ({ ack }) => ack({ text: '', blocks: [{ type: 'marquee' }] }));

    expect((await say('/incident')).error).toBe('/incident failed with the error "invalid_command_response"');
  });
});

describe('the rest', () => {
  it('publishes the Home tab when a person opens it', async () => {
    app.event('app_home_opened', async ({ event, client }) => {
      const blocks = [{ type: 'header' as const, text: plain(`Hello ${event.user}`) }];
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
    });

    await running.slack.act(BO, { type: 'open-home' });

    const home = await eventually(() => running.slack.stateFor(BO).home);
    expect(home.blocks[0]).toMatchObject({ type: 'header', text: { text: `Hello ${BO}` } });
    expect(running.slack.stateFor(ADA).home).toBeNull();
  });

  it('sends mentions with their thread', async () => {
    const { ts } = await postCard();
    app.event('app_mention', async ({ event, say }) => {
      await say({ text: `heard: ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
    });

    await say('@tocsin ack <please> & thanks', ts);

    const reply = await eventually(() => {
      const message = newest();
      return message?.text.startsWith('heard') ? message : null;
    });
    expect(reply).toMatchObject({ text: 'heard: <@U0TOCSINBOT> ack &lt;please&gt; &amp; thanks', threadTs: ts });
  });

  it('runs shortcuts from anywhere and on a message', async () => {
    const seen: string[] = [];
    app.shortcut('declare', async ({ ack, shortcut }) => {
      seen.push(shortcut.type);
      await ack();
    });
    app.shortcut({ callback_id: 'add', type: 'message_action' }, async ({ ack, shortcut }) => {
      seen.push(`${shortcut.type} ${shortcut.message.text}`);
      await ack();
    });
    const where = await postCard();

    await running.slack.act(ADA, { type: 'shortcut', callbackId: 'declare' });
    await running.slack.act(ADA, { type: 'shortcut', callbackId: 'add', ...where });

    expect(seen).toEqual(['shortcut', 'message_action INC-1']);
  });
});
