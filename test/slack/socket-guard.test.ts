import { SocketModeClient } from '@slack/socket-mode';
import { WebAPIHTTPError } from '@slack/web-api';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { slackLogger } from '../../src/slack/logger.ts';
import { guardSocket } from '../../src/slack/socket-guard.ts';
import { quiet } from './given.ts';

interface Inside {
  onWebSocketMessage(data: unknown, isBinary: boolean): Promise<void>;
  shuttingDown: unknown;
  autoReconnectEnabled: unknown;
  send(envelopeId: string, body?: unknown): Promise<void>;
  retrieveWSSURL(): Promise<string>;
  numOfConsecutiveReconnectionFailures: unknown;
}

let warnings: string[];
let calls: number;
let answers: (() => Response)[];
const log = pino({}, { write: (line: string) => void warnings.push((JSON.parse(line) as { msg: string }).msg) });
beforeEach(() => {
  warnings = [];
  calls = 0;
  answers = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function create(): SocketModeClient {
  const fetch = async () => {
    calls++;
    return answers.shift()?.() ?? new Response('no', { status: 500 });
  };
  return new SocketModeClient({
    appToken: 'xapp-1',
    logger: slackLogger(quiet),
    clientOptions: { slackApiUrl: 'https://slack.test/api/', fetch, retryConfig: { retries: 0 } },
  });
}
const insideOf = (client: SocketModeClient) => client as unknown as Inside;
const recoverable = () => Response.json({ ok: false, error: 'internal_error' });

describe('the guard stands on private members of the SDK', () => {
  it('which are there: when this fails, read the new version of the SDK and the guard', () => {
    const inside = insideOf(create());

    expect(typeof inside.onWebSocketMessage).toBe('function');
    expect(typeof inside.send).toBe('function');
    expect(typeof inside.retrieveWSSURL).toBe('function');
    expect(inside.shuttingDown).toBe(false);
    expect(inside.autoReconnectEnabled).toBe(true);
    expect(create().listenerCount('ws_message')).toBe(1);
  });

  it('and its start is asked anew for every reconnect, so that it can be replaced', async () => {
    vi.useFakeTimers();
    const client = create();
    let starts = 0;
    client.start = async () => {
      starts++;
      return { ok: true };
    };

    client.emit('close');
    await vi.advanceTimersByTimeAsync(60_000);

    expect(starts).toBe(1);
  });
});

describe('a message that says that events are limited', () => {
  const envelope = JSON.stringify({ type: 'events_api', envelope_id: 'e1', payload: { type: 'app_rate_limited' } });

  it('is acknowledged, and throws nowhere', async () => {
    const client = create();
    const sent: string[] = [];
    insideOf(client).send = async (id) => void sent.push(id);
    guardSocket(client, log);

    client.emit('ws_message', envelope, false);
    await new Promise((resolve) => setImmediate(resolve));

    expect(sent).toEqual(['e1']);
    expect(warnings).toEqual(['Slack is rate-limiting the events of this app']);
  });

  it.each([
    '{"app_rate_limited"',
    '{"type":"app_rate_limited"}',
    'null',
    '"app_rate_limited"',
  ])('that is broken does no harm: %s', async (data) => {
    const client = create();
    guardSocket(client, log);

    client.emit('ws_message', data, false);
    client.emit('ws_message', Buffer.from(data), true);
    await new Promise((resolve) => setImmediate(resolve));

    expect(client.listenerCount('ws_message')).toBe(1);
  });

  it('is not taken for one because a person wrote its name', async () => {
    const client = create();
    guardSocket(client, log);
    const heard: unknown[] = [];
    client.on('app_mention', ({ event }: { event: { text: string } }) => void heard.push(event.text));
    const event = { type: 'app_mention', text: 'what is "app_rate_limited"?' };

    client.emit('ws_message', JSON.stringify({ type: 'events_api', envelope_id: 'e2', payload: { event } }), false);
    await new Promise((resolve) => setImmediate(resolve));

    expect(heard).toEqual(['what is "app_rate_limited"?']);
  });
});

describe('a connection that fails', () => {
  it('for the first time is told to whoever started it, at once', async () => {
    const client = create();
    guardSocket(client, log);

    await expect(client.start()).rejects.toBeInstanceOf(WebAPIHTTPError);
    answers.push(recoverable);
    await expect(client.start()).rejects.toThrow('internal_error');

    expect(calls).toBe(2);
  });

  it('to come back is tried again and again, ever more slowly, and rejects nothing that nobody holds', async () => {
    vi.useFakeTimers();
    const client = create();
    let starts = 0;
    client.start = async () => {
      if (++starts > 1) throw new Error('invalid_auth');
      return { ok: true };
    };
    guardSocket(client, log);
    await client.start();

    client.emit('close');
    await vi.advanceTimersByTimeAsync(5_000 + 1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 30_000);

    expect(starts).toBe(8);
    expect(new Set(warnings)).toEqual(new Set(['the connection to Slack could not be made again yet']));
    insideOf(client).shuttingDown = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(starts).toBe(8);
  });
});
