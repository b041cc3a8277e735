import { createHmac } from 'node:crypto';
import type { Delivery, Outgoing, Transport } from './delivery.ts';
import { ACK_MS } from './delivery.ts';
import type { Journal } from './journal.ts';
import type { Json } from './json.ts';
import { isJson, parseJson, stringOf } from './json.ts';
import type { World } from './world.ts';

export interface SignedHttp extends Transport {
  /** Slack's check when a request URL is saved: whether the app echoes the challenge. */
  verifyUrl(): Promise<boolean>;
}

/**
 * Slack's side of the HTTP mode: requests signed as `v0`.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function createSignedHttp(world: World, journal: Journal, url: string, secret: string): SignedHttp {
  async function send(type: string, body: string, retry?: Outgoing['retry']): Promise<Response> {
    const timestamp = String(Math.floor(world.now() / 1000));
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': type,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
        ...(retry === undefined
          ? {}
          : { 'x-slack-retry-num': String(retry.attempt), 'x-slack-retry-reason': retry.reason }),
      },
      signal: AbortSignal.timeout(world.scaled(ACK_MS)),
    });
  }

  async function attempt({ type, payload, retry }: Outgoing): Promise<Delivery> {
    try {
      const response = await send(...encode(type, payload), retry);
      const text = await response.text();
      if (response.ok) return { outcome: 'acked', payload: acknowledgement(text) };
      const noRetry = response.headers.get('x-slack-no-retry') === '1';
      return { outcome: response.status >= 500 ? 'http_service_error' : 'http_client_error', noRetry };
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      return { outcome: late ? 'http_timeout' : 'connection_failed' };
    }
  }

  return {
    async deliver(outgoing) {
      const delivery = await attempt(outgoing);
      journal.add({ kind: 'delivery', name: outgoing.type, args: outgoing.payload, outcome: delivery.outcome });
      return delivery;
    },
    connected: () => true,
    async verifyUrl() {
      const challenge = world.nextId('challenge');
      const body = JSON.stringify({ type: 'url_verification', token: 'sandbox', challenge });
      try {
        const text = await (await send('application/json', body)).text();
        const answer = parseJson(text);
        return text === challenge || (isJson(answer) && stringOf(answer.challenge) === challenge);
      } catch {
        return false;
      }
    },
  };
}

/** Events travel as JSON, commands as a form, interactions as a form whose `payload` is JSON. */
function encode(type: Outgoing['type'], payload: Json): [type: string, body: string] {
  if (type === 'events_api') return ['application/json', JSON.stringify(payload)];
  const form = new URLSearchParams();
  if (type === 'interactive') form.set('payload', JSON.stringify(payload));
  else for (const [name, value] of Object.entries(payload)) form.set(name, String(value));
  return ['application/x-www-form-urlencoded', form.toString()];
}

function acknowledgement(text: string): Json | string | null {
  if (text.trim() === '') return null;
  const parsed = parseJson(text);
  return isJson(parsed) ? parsed : text;
}
