import { SocketModeClient } from '@slack/socket-mode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Running } from './harness.ts';
import { ADA, APP_TOKEN, eventually, GENERAL, quiet, refusal, startSlack } from './harness.ts';

/** Slack's 3 s are 300 ms here, and an event that failed comes again after 60 ms instead of a minute. */
const SCALES = { timeScale: 0.1, retryScale: 0.001 };

interface Line {
  readonly socket: WebSocket;
  readonly frames: Frame[];
}

interface Frame {
  readonly type: string;
  readonly reason?: string;
  readonly envelope_id?: string;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
  readonly num_connections?: number;
  readonly accepts_response_payload?: boolean;
  readonly payload?: { readonly event_id?: string; readonly type?: string; readonly command?: string };
}

let running: Running;
let lines: Line[];

beforeEach(async () => {
  running = await startSlack(SCALES);
  lines = [];
});

afterEach(async () => {
  for (const { socket } of lines) socket.terminate();
  await running.stop();
});

async function connect(acks = true, url?: string): Promise<Line> {
  const opened = url ?? String((await running.client(APP_TOKEN).apps.connections.open({})).url);
  const line: Line = { socket: new WebSocket(opened), frames: [] };
  lines.push(line);
  line.socket.on('error', () => {});
  line.socket.on('message', (data) => {
    const frame: Frame = JSON.parse(String(data));
    line.frames.push(frame);
    if (acks && frame.envelope_id !== undefined) line.socket.send(JSON.stringify({ envelope_id: frame.envelope_id }));
  });
  await eventually(() => line.frames.length > 0 || line.socket.readyState === WebSocket.CLOSED);
  return line;
}

const command = { type: 'message', channel: GENERAL, text: '/incident show' } as const;
const mention = { type: 'message', channel: GENERAL, text: 'hello @tocsin' } as const;

function envelopes(line: Line): Frame[] {
  return line.frames.filter(({ envelope_id }) => envelope_id !== undefined);
}

describe('connections', () => {
  it('greets every connection and counts them', async () => {
    const first = await connect();
    const second = await connect();

    expect(first.frames[0]).toMatchObject({ type: 'hello', num_connections: 1 });
    expect(second.frames[0]).toMatchObject({ type: 'hello', num_connections: 2 });
    expect(running.slack.stateFor(ADA).app.connected).toBe(true);
  });

  it('takes a ticket once', async () => {
    const { url } = await running.client(APP_TOKEN).apps.connections.open({});
    await connect(true, url);

    const again = await connect(true, url);

    expect(again.frames).toEqual([]);
  });

  it('sends each envelope to exactly one of them, in turn', async () => {
    const both = [await connect(), await connect()];

    for (let i = 0; i < 4; i += 1) await running.slack.act(ADA, command);

    expect(both.map((line) => envelopes(line).length)).toEqual([2, 2]);
    expect(envelopes(both[0] ?? { socket: new WebSocket(''), frames: [] })[0]).toMatchObject({
      type: 'slash_commands',
      accepts_response_payload: true,
    });
  });

  it('turns the eleventh away', async () => {
    for (let i = 0; i < 10; i += 1) await connect();

    const eleventh = await connect();

    expect(eleventh.frames).toMatchObject([{ type: 'disconnect', reason: 'too_many_websockets' }]);
  });

  it('asks a connection to leave without closing it, and sends it nothing more', async () => {
    const [old, fresh] = [await connect(), await connect()];

    running.slack.sockets.disconnect('refresh_requested');
    await running.slack.act(ADA, command);
    await running.slack.act(ADA, command);

    expect(old.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
    expect(old.socket.readyState).toBe(WebSocket.OPEN);
    expect(envelopes(fresh)).toHaveLength(2);
  });

  it('has the real client come back', async () => {
    const clientOptions = { slackApiUrl: running.apiUrl };
    const client = new SocketModeClient({ appToken: APP_TOKEN, clientPingTimeout: 50, logger: quiet, clientOptions });
    await client.start();
    const back = new Promise((resolve) => client.once('connected', resolve));

    running.slack.sockets.disconnect('refresh_requested');
    await back;
    client.on('slash_commands', ({ ack }) => ack());
    const result = await running.slack.act(ADA, command);

    await client.disconnect();
    expect(result).toEqual({ ok: true });
  });

  it('goes on using a connection that was only warned', async () => {
    const line = await connect();

    running.slack.sockets.disconnect('warning');
    await running.slack.act(ADA, command);

    expect(envelopes(line)).toHaveLength(1);
  });

  it('says when the app got too many events', async () => {
    const line = await connect();

    running.slack.sockets.sendRateLimited();

    await eventually(() => envelopes(line)[0]?.payload?.type === 'app_rate_limited');
  });
});

describe('acknowledgements', () => {
  it('tells the person at once when nobody is connected', async () => {
    const result = await running.slack.act(ADA, command);

    expect(result).toEqual({ ok: false, error: '/incident failed with the error "dispatch_failed"' });
    expect(running.slack.stateFor(ADA).toasts.at(-1)?.text).toBe(result.error);
    expect(running.slack.stateFor(ADA).app.connected).toBe(false);
  });

  it('tells the person when three seconds have passed, and does not send the command again', async () => {
    const line = await connect(false);

    const result = await running.slack.act(ADA, command);

    expect(result.error).toBe('/incident failed with the error "operation_timeout"');
    expect(envelopes(line)).toHaveLength(1);
  });

  it('sends an event again, at once and after a minute, as the same event', async () => {
    const line = await connect(false);

    await running.slack.act(ADA, mention);

    const third = await eventually(() => envelopes(line).filter(isMention)[2]);
    const [first, second] = envelopes(line).filter(isMention);
    expect(first).toMatchObject({ type: 'events_api', retry_attempt: 0, accepts_response_payload: false });
    expect(second).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
    expect(third.retry_attempt).toBe(2);
    expect(new Set([first, second, third].map((frame) => frame?.payload?.event_id)).size).toBe(1);
  });

  it('does not send an acknowledged event again', async () => {
    const line = await connect();

    await running.slack.act(ADA, mention);
    await eventually(() => envelopes(line).some(isMention));
    await new Promise((resolve) => setTimeout(resolve, 400));

    expect(envelopes(line).filter(isMention)).toHaveLength(1);
  });
});

describe('apps.connections.open', () => {
  it('refuses a bot token', async () => {
    expect(await refusal(running.client().apps.connections.open({}))).toBe('not_allowed_token_type');
  });
});

function isMention({ payload }: Frame): boolean {
  return JSON.stringify(payload).includes('"app_mention"');
}
