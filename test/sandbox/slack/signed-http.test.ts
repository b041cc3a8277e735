import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import type { Running } from './harness.ts';
import { ADA, BOT_TOKEN, eventually, GENERAL, quiet, SIGNING_SECRET, startSlack } from './harness.ts';

const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A real Bolt app behind an address, and a sandbox that sends to it. */
async function startBoth(secret: string, register: (app: App) => void): Promise<Running> {
  const receiver = new HTTPReceiver({ signingSecret: secret, logger: quiet });
  const app = new App({
    token: BOT_TOKEN,
    receiver,
    logger: quiet,
    tokenVerificationEnabled: false,
    botId: 'B',
    botUserId: 'U',
  });
  register(app);
  const server = await app.start({ host: '127.0.0.1', port: 0 });
  stops.push(() => app.stop());
  const { port } = server.address() as AddressInfo;
  const running = await startSlack({ eventsUrl: `http://127.0.0.1:${port}/slack/events`, timeScale: 0.2 });
  stops.push(() => running.stop());
  return running;
}

const command = { type: 'message', channel: GENERAL, text: '/incident show INC-7' } as const;

describe('signed HTTP requests', () => {
  it('reach a real app, which verifies them and answers', async () => {
    const running = await startBoth(SIGNING_SECRET, (app) => {
      app.command('/incident', async ({ ack, command: { text } }) => ack(`you said ${text}`));
    });

    const result = await running.slack.act(ADA, command);

    expect(result).toEqual({ ok: true });
    expect(running.slack.stateFor(ADA).messages[GENERAL]?.at(-1)).toMatchObject({
      text: 'you said show INC-7',
      ephemeralFor: ADA,
    });
  });

  it('are refused by an app that has another secret', async () => {
    const running = await startBoth('another secret', () => {});

    const result = await running.slack.act(ADA, command);

    expect(result.error).toBe('/incident failed with the error "http_client_error"');
  });

  it('carry the challenge that proves an address', async () => {
    const running = await startBoth(SIGNING_SECRET, () => {});

    expect(await running.slack.http?.verifyUrl()).toBe(true);
  });

  it('carry clicks', async () => {
    let clicked = '';
    const running = await startBoth(SIGNING_SECRET, (app) => {
      app.action('ack', async ({ ack, body }) => {
        clicked = body.user.id;
        await ack();
      });
    });
    const button = { type: 'button' as const, action_id: 'ack', text: { type: 'plain_text' as const, text: 'Ack' } };
    const blocks = [{ type: 'actions' as const, block_id: 'b', elements: [button] }];
    const { ts = '' } = await running.client().chat.postMessage({ channel: GENERAL, text: 'x', blocks });

    const where = { channel: GENERAL, ts };
    await running.slack.act(ADA, { type: 'click', where, blockId: 'b', actionId: 'ack', element: {} });

    expect(clicked).toBe(ADA);
  });
});

describe('events that fail', () => {
  async function startFailing(headers: Record<string, string>): Promise<{ running: Running; seen: string[] }> {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      const { 'x-slack-retry-num': num = '', 'x-slack-retry-reason': reason = '' } = request.headers;
      seen.push(`${num} ${reason}`.trim());
      response.writeHead(500, headers).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const running = await startSlack({ eventsUrl: `http://127.0.0.1:${port}/`, retryScale: 0.001 });
    stops.push(() => running.stop());
    return { running, seen };
  }

  it('come again three times with their number and reason', async () => {
    const { running, seen } = await startFailing({});

    await running.slack.act(ADA, { type: 'open-home' });

    await eventually(() => seen.length === 4);
    expect(seen).toEqual(['', '1 http_error', '2 http_error', '3 http_error']);
  });

  it('do not come again when the app says so', async () => {
    const { running, seen } = await startFailing({ 'x-slack-no-retry': '1' });

    await running.slack.act(ADA, { type: 'open-home' });
    await eventually(() => seen.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 120));

    expect(seen).toHaveLength(1);
  });
});
