import type { Webhook } from './prometheus/alertmanager.ts';

/** What a system has to say at `/webhooks/events`, in order; it is kept until somebody takes it. docs/events.md */
export interface Outbox {
  add(event: Readonly<Record<string, unknown>>): void;
  /** Sends the oldest. True when something was taken. */
  send(): Promise<boolean>;
}

export function createOutbox(webhook: Webhook): Outbox {
  const waiting: Readonly<Record<string, unknown>>[] = [];
  return {
    add: (event) => void waiting.push(event),
    send: async () => {
      const [next] = waiting;
      if (next === undefined || !(await webhook.post(next))) return false;
      waiting.shift();
      return true;
    },
  };
}
