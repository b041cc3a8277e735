import type { Json } from './json.ts';

/** Something that Slack sends to the app. */
export interface Outgoing {
  readonly type: 'events_api' | 'interactive' | 'slash_commands';
  readonly payload: Json;
  readonly retry?: { readonly attempt: number; readonly reason: string };
}

/** How a delivery ended: the app's acknowledgement with its payload, or why there was none. */
export type Delivery =
  | { readonly outcome: 'acked'; readonly payload: Json | string | null }
  | { readonly outcome: LostReason; readonly noRetry?: boolean };

export type LostReason =
  | 'no_connection'
  | 'timeout'
  | 'http_timeout'
  | 'http_client_error'
  | 'http_service_error'
  | 'connection_failed';

/** One of the two ways to reach an app: Socket Mode or signed HTTP requests. */
export interface Transport {
  /** Never rejects. Settles at the latest when Slack would have given up (3 s of its time). */
  deliver(outgoing: Outgoing): Promise<Delivery>;
  connected(): boolean;
}

/** Apps must answer within this many milliseconds. https://docs.slack.dev/interactivity/handling-user-interaction */
export const ACK_MS = 3000;
