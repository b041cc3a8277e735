import type { ActResult } from '../api.ts';
import type { Delivery, Transport } from './delivery.ts';
import type { Services } from './method.ts';
import type { ResponseUrls } from './tickets.ts';
import { toast } from './world.ts';

/** What a person's acts work with. */
export interface Acting extends Services {
  readonly transport: Transport;
  readonly responseUrls: ResponseUrls;
}

/** Nothing went wrong for the person. */
export const DONE: ActResult = { ok: true };

/** Tells the person in a toast and in the result. */
export function refuse({ world }: Acting, user: string, words: string): ActResult {
  toast(world, user, words);
  return { ok: false, error: words };
}

/** Slack's own words for a click, a shortcut or a choice that the app did not acknowledge. */
export function unacknowledged(delivery: Delivery): string {
  if (delivery.outcome === 'timeout' || delivery.outcome === 'http_timeout') {
    return 'Operation timed out. Apps need to respond within 3 seconds.';
  }
  return 'This app is not responding. Please try again later.';
}
