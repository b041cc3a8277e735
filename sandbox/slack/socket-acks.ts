import { randomUUID } from 'node:crypto';
import type { Delivery, Outgoing } from './delivery.ts';
import type { Json } from './json.ts';
import { isJson, objectOf, parseJson } from './json.ts';
import type { Line } from './socket-lines.ts';

/** Envelopes that wait for their acknowledgement. */
export interface Acks {
  /** Sends an envelope and waits for its acknowledgement, at most as long as Slack does. */
  send(line: Line, outgoing: Outgoing): Promise<Delivery>;
  receive(text: string): void;
  abandon(): void;
}

export function createAcks(timeoutMs: number): Acks {
  const waiting = new Map<string, (delivery: Delivery) => void>();
  return {
    send(line, outgoing) {
      const id = randomUUID();
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle({ outcome: 'timeout' }), timeoutMs);
        const settle = (delivery: Delivery): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(delivery);
        };
        waiting.set(id, settle);
        line.socket.send(JSON.stringify(envelope(id, outgoing)));
      });
    },
    receive(text) {
      const frame = objectOf(parseJson(text));
      const settle = waiting.get(String(frame.envelope_id));
      settle?.({ outcome: 'acked', payload: isJson(frame.payload) ? frame.payload : null });
    },
    abandon() {
      for (const settle of [...waiting.values()]) settle({ outcome: 'no_connection' });
    },
  };
}

function envelope(id: string, { type, payload, retry }: Outgoing): Json {
  const frame = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' };
  if (type !== 'events_api') return frame;
  return { ...frame, retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' };
}
