import type { SocketModeClient } from '@slack/socket-mode';
import type { Logger } from 'pino';

/** Private members of socket-mode 3.1 that the guard stands on. A test fails when an upgrade changes them. */
interface Inside {
  onWebSocketMessage(data: unknown, isBinary: boolean): Promise<void>;
  shuttingDown: boolean;
  retrieveWSSURL(): Promise<string>;
  autoReconnectEnabled: boolean;
  send(envelopeId: string, body?: unknown): Promise<void>;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** What nobody looks at: a reconnect that is no longer wanted. */
const STOPPED = { ok: true } as const;

/**
 * Mends three faults of `@slack/socket-mode` ≤ 3.2: an `app_rate_limited` envelope throws in a handler that nobody awaits (until
 * 3.1.0), a reconnect that fails for good rejects a promise that nobody holds, and a connection whose address is asked for
 * again by the SDK itself never settles when the second time fails. The first two end the process.
 */
export function guardSocket(client: SocketModeClient, log: Pick<Logger, 'warn'>): void {
  const inside = client as unknown as Inside;
  surviveRateLimitEnvelope(client, inside, log);
  askForAddressOnce(client, inside);
  surviveFailedReconnect(client, inside, log);
}

function surviveRateLimitEnvelope(client: SocketModeClient, inside: Inside, log: Pick<Logger, 'warn'>): void {
  const original = inside.onWebSocketMessage.bind(client);
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const envelope = rateLimitEnvelope(data, isBinary);
    if (envelope === null) {
      original(data, isBinary).catch((error: unknown) =>
        log.warn({ err: error }, 'a Slack envelope could not be handled'),
      );
      return;
    }
    log.warn({}, 'Slack is rate-limiting the events of this app');
    inside
      .send(envelope)
      .catch((error: unknown) => log.warn({ err: error }, 'a Slack envelope could not be acknowledged'));
  });
}

/** The id of an envelope that the SDK would stumble over, or `null`. */
function rateLimitEnvelope(data: unknown, isBinary: boolean): string | null {
  if (isBinary || typeof data !== 'string' || !data.includes('"app_rate_limited"')) return null;
  try {
    const message = JSON.parse(data) as { type?: string; envelope_id?: string; payload?: { event?: unknown } }; // Slack's frame
    return message.type === 'events_api' && !message.payload?.event ? (message.envelope_id ?? null) : null;
  } catch {
    return null;
  }
}

/** Lets every failure out to whoever waits for `start`, which tries again: the SDK's own second try is held by nobody. */
function askForAddressOnce(client: SocketModeClient, inside: Inside): void {
  const original = inside.retrieveWSSURL;
  const once = new Proxy(inside, {
    get: (target, name) => (name === 'autoReconnectEnabled' ? false : Reflect.get(target, name, client)),
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  inside.retrieveWSSURL = () => original.call(once);
}

function surviveFailedReconnect(client: SocketModeClient, inside: Inside, log: Pick<Logger, 'warn'>): void {
  const start = client.start.bind(client);
  let isFirst = true;
  let delay = FIRST_RETRY_MS;
  const tryOnce = async () => {
    try {
      const answer = await start();
      isFirst = false;
      delay = FIRST_RETRY_MS;
      return answer;
    } catch (error) {
      if (isFirst) throw error;
      log.warn({ err: error, againInMs: delay }, 'the connection to Slack could not be made again yet');
      return null;
    }
  };
  client.start = async () => {
    for (;;) {
      const answer = await tryOnce();
      if (answer) return answer;
      if (!inside.shuttingDown) await new Promise((resolve) => setTimeout(resolve, delay));
      if (inside.shuttingDown) return STOPPED;
      delay = Math.min(delay * 2, LONGEST_RETRY_MS);
    }
  };
}
