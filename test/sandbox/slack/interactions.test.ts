import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoltApp, Running } from './harness.ts';
import { ADA, GENERAL, startBolt, startSlack } from './harness.ts';

let running: Running;
let app: BoltApp;

beforeAll(async () => {
  running = await startSlack();
  app = await startBolt(running, (bolt) => {
    bolt.action('ack', async ({ ack, body, client }) => {
      await ack();
      const where = { channel: body.channel?.id ?? '', ts: 'message' in body ? (body.message?.ts ?? '') : '' };
      await client.chat.update({ ...where, text: `acknowledged by ${body.user.id}` });
    });
  });
});

afterAll(async () => {
  await app.stop();
  await running.stop();
});

describe('a button on a message', () => {
  it('reaches the app and the app edits the message', async () => {
    const client = running.client();
    const posted = await client.chat.postMessage({
      channel: GENERAL,
      text: 'INC-1',
      blocks: [
        {
          type: 'actions',
          block_id: 'b',
          elements: [{ type: 'button', action_id: 'ack', text: { type: 'plain_text', text: 'Ack' } }],
        },
      ],
    });

    const result = await running.slack.act(ADA, {
      type: 'click',
      where: { channel: GENERAL, ts: posted.ts ?? '' },
      blockId: 'b',
      actionId: 'ack',
      element: { type: 'button' },
    });

    expect(result).toEqual({ ok: true });
    await expect.poll(() => running.slack.stateFor(ADA).messages[GENERAL]?.at(-1)?.text).toBe(`acknowledged by ${ADA}`);
  });
});
