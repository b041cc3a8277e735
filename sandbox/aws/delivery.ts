import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { RetryPolicy } from './retry-policy.ts';
import { retryDelays } from './retry-policy.ts';

/** One HTTP request to a subscriber, repeated with the same headers and body until it is taken or given up. */
export interface Delivery {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly policy: RetryPolicy;
}

/** How a delivery ended: `refused` is any 4xx, after which SNS does not try again; `lost` is after the last retry. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'lost' | 'stopped';

export interface Courier {
  /** Never rejects. Resolves when the delivery has ended, which may be an hour later. */
  deliver(delivery: Delivery): Promise<DeliveryOutcome>;
  /** Gives up what waits or is on its way. */
  close(): Promise<void>;
}

export interface CourierOptions {
  /** How long an endpoint may take; SNS waits 15 seconds. */
  readonly timeoutMs?: number;
  /** How long a second of the retry policy lasts; less than 1000 makes the retries quick. */
  readonly millisecondsPerSecond?: number;
}

export function createCourier(options: CourierOptions = {}): Courier {
  const { timeoutMs = 15_000, millisecondsPerSecond = 1000 } = options;
  const agent = new Agent({
    connections: 64,
    keepAliveTimeout: 2000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const stop = new AbortController();

  const attempt = async (delivery: Delivery): Promise<DeliveryOutcome | 'again'> => {
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)]);
      const { headers, body } = delivery;
      const answer = await request(delivery.endpoint, { method: 'POST', headers, body, dispatcher: agent, signal });
      await answer.body.dump();
      if (answer.statusCode >= 500) return 'again';
      return answer.statusCode >= 400 ? 'refused' : 'delivered';
    } catch {
      return stop.signal.aborted ? 'stopped' : 'again';
    }
  };

  return {
    deliver: async (delivery) => {
      for (const seconds of [0, ...retryDelays(delivery.policy)]) {
        if (seconds > 0) await pause(seconds * millisecondsPerSecond, stop.signal);
        if (stop.signal.aborted) return 'stopped';
        const outcome = await attempt(delivery);
        if (outcome !== 'again') return outcome;
      }
      return 'lost';
    },
    close: async () => {
      stop.abort();
      await agent.destroy();
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
