import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '../../domain/incident.ts';

/** The address of an incident's card in Slack; `null` while there is none. */
export type CardLink = (incident: Incident) => Promise<string | null>;

/** A page does not wait for Slack, which may be the very reason for another way. */
const PATIENCE_MS = 1_000;

/** The link, if it can be had at once. Never throws. */
export async function linkOf(permalink: CardLink, incident: Incident): Promise<string | null> {
  try {
    return await Promise.race([permalink(incident), sleep(PATIENCE_MS, null, { ref: false })]);
  } catch {
    return null; // the page goes out without it
  }
}
