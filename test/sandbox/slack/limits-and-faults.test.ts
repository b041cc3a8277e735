import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRateLimits } from '../../../sandbox/slack/rate-limits.ts';
import type { Running } from './harness.ts';
import { ADA, BO, GENERAL, refusal, startSlack } from './harness.ts';

describe('rate limits', () => {
  it('lets a small burst into a channel pass, then one message per second', () => {
    let now = 0;
    const limits = createRateLimits(() => now, 1);
    const post = () => limits.take('chat.postMessage', 'post', GENERAL);

    const burst = [post(), post(), post(), post(), post()];
    now = 1000;
    const later = [post(), post()];

    expect(burst).toEqual([0, 0, 0, 0, 1]);
    expect(later).toEqual([0, 1]);
  });

  it('counts each method on its own, per minute', () => {
    const limits = createRateLimits(() => 0, 1);
    const waits = Array.from({ length: 21 }, () => limits.take('pins.add', 'tier2', GENERAL));

    expect(waits.filter((wait) => wait === 0)).toHaveLength(20);
    expect(waits.at(-1)).toBe(3);
    expect(limits.take('pins.remove', 'tier2', GENERAL)).toBe(0);
  });

  it('leaves other channels alone', () => {
    const limits = createRateLimits(() => 0, 1);
    for (let i = 0; i < 5; i += 1) limits.take('chat.postMessage', 'post', GENERAL);

    expect(limits.take('chat.postMessage', 'post', 'C2')).toBe(0);
  });
});

describe('over HTTP', () => {
  let running: Running;

  beforeEach(async () => {
    running = await startSlack({ rateLimits: true });
  });

  afterEach(() => running.stop());

  async function plan(fault: object): Promise<void> {
    const response = await fetch(`${running.url}/slack/_control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    expect(response.status).toBe(200);
  }

  function shown(): number {
    return running.slack.stateFor(ADA).messages[GENERAL]?.length ?? 0;
  }

  const post = () => running.client().chat.postMessage({ channel: GENERAL, text: 'x' });

  it('answers 429 with the seconds to wait', async () => {
    for (let i = 0; i < 4; i += 1) await post();

    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 1 });
    expect(shown()).toBe(4);
  });

  it('answers a planned 429 with the seconds that were planned', async () => {
    await plan({ method: 'chat.postMessage', kind: 'ratelimited', retryAfter: 7 });

    await expect(post()).rejects.toMatchObject({ retryAfter: 7 });
  });

  it('answers 500 as often as planned and then works', async () => {
    await plan({ method: 'chat.postMessage', kind: 'http500', times: 2 });

    await expect(post()).rejects.toMatchObject({ statusCode: 500 });
    await expect(post()).rejects.toMatchObject({ statusCode: 500 });
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  it.each(['internal_error_after_commit', 'drop_after_commit'])('posts all the same under %s', async (kind) => {
    await plan({ method: 'chat.postMessage', kind });

    await expect(post()).rejects.toThrow();

    expect(shown()).toBe(1);
  });

  it.each(['timeout', 'hang'])('does not post under %s', async (kind) => {
    await plan({ method: 'chat.postMessage', kind, delayMs: 20 });

    const call = fetch(`${running.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-sandbox', 'content-type': 'application/x-www-form-urlencoded' },
      body: `channel=${GENERAL}&text=x`,
      signal: AbortSignal.timeout(150),
    });

    await expect(call).rejects.toThrow();
    expect(shown()).toBe(0);
  });

  it('hits only the planned channel', async () => {
    await plan({ method: 'chat.postMessage', kind: 'error', error: 'fatal_error', channel: GENERAL });

    await expect(running.client().chat.postMessage({ channel: BO, text: 'x' })).resolves.toMatchObject({ ok: true });
    expect(await refusal(post())).toBe('fatal_error');
  });

  it('keeps a journal without tokens', async () => {
    await post();

    const response = await fetch(`${running.url}/slack/_control/journal?name=chat.postMessage`);

    const text = await response.text();
    expect(JSON.parse(text).entries).toMatchObject([{ name: 'chat.postMessage', outcome: 'ok', args: { text: 'x' } }]);
    expect(text).not.toContain('xoxb');
  });

  it('archives a channel and deletes a message behind the app’s back', async () => {
    const { ts = '' } = await post();
    const control = (path: string, body: object) =>
      fetch(`${running.url}/slack/_control/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });

    await control('messages/delete', { channel: GENERAL, ts });
    const gone = await refusal(running.client().chat.update({ channel: GENERAL, ts, text: 'y' }));
    await control('channels/archive', { channel: GENERAL });
    const archived = await refusal(post());

    expect([gone, archived]).toEqual(['message_not_found', 'is_archived']);
  });
});
