import type { Delivery, Transport } from './delivery.ts';
import type { Json } from './json.ts';
import type { World } from './world.ts';

/** Slack tries again at once, after a minute and after five. https://docs.slack.dev/apis/events-api */
const RETRY_AFTER_MS = [0, 60_000, 300_000];

export interface Events {
  /** Sends an event, if the app subscribed to `subscription`; does not wait for the app. */
  emit(subscription: string, event: Json): void;
  close(): void;
}

/** The Events API: at least once, with the same `event_id` on every retry. `retryScale` shortens the pauses between retries. */
export function createEvents(world: World, transport: Transport, retryScale: number): Events {
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  async function attempt(payload: Json, number: number, reason: string): Promise<void> {
    const delivery = await transport.deliver({
      type: 'events_api',
      payload,
      ...(number === 0 ? {} : { retry: { attempt: number, reason } }),
    });
    if (delivery.outcome === 'acked' || delivery.noRetry === true || closed) return;
    const delay = RETRY_AFTER_MS[number];
    if (delay === undefined) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(payload, number + 1, retryReason(delivery.outcome));
    }, delay * retryScale);
    timer.unref();
    timers.add(timer);
  }

  return {
    emit(subscription, event) {
      if (closed || (world.app.events !== null && !world.app.events.has(subscription))) return;
      void attempt(envelope(world, event), 0, '');
    },
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function envelope(world: World, event: Json): Json {
  const { workspace, app } = world;
  return {
    token: 'sandbox',
    team_id: workspace.id,
    context_team_id: workspace.id,
    context_enterprise_id: null,
    api_app_id: app.id,
    event: { ...event, event_ts: event.event_ts ?? world.nextTs() },
    type: 'event_callback',
    event_id: world.nextId('Ev'),
    event_time: Math.floor(world.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
}

function retryReason(outcome: Exclude<Delivery['outcome'], 'acked'>): string {
  if (outcome === 'http_client_error' || outcome === 'http_service_error') return 'http_error';
  return outcome === 'no_connection' ? 'connection_failed' : outcome;
}
