import type { Webhook } from './prometheus/alertmanager.ts';

const PATIENCE_MS = 10_000;

/** Posts JSON with a bearer token. With no address nobody listens, and everything counts as taken. */
export function bearerWebhook(url: string | null, token: string): Webhook {
  return {
    post: async (body) => {
      if (url === null) return true;
      try {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
        await answer.body?.cancel();
        // Only what may go better later is sent again: a sender does not repeat a 4xx.
        return answer.status < 500;
      } catch {
        return false;
      }
    },
  };
}
