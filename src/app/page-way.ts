import type { Actor, Incident } from '../domain/incident.ts';
import type { Page, PageWay } from '../domain/page.ts';

/** One page for one target, as it is to be sent now. */
export interface Notice {
  /** Id of the page and key of the target, `INC-7/1/page/L2.1/0 role:senior`: the same in every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  /** The incident as it is right before sending. */
  readonly incident: Incident;
  readonly page: Page;
  /** What the target is called: `On-call engineer`. Foreign text from a service file. */
  readonly targetTitle: string;
}

/** Who is behind a target at the moment of sending. Empty of everything: nobody. */
export interface Recipients {
  /** Slack user ids, each once; without whoever knows already. */
  readonly people: readonly Actor[];
  /** User groups, each once: mentioned as a whole, or told one by one. */
  readonly groups: readonly { readonly id: string | null; readonly alias: string | null }[];
  /** A Slack channel id: gets a message without a mention. */
  readonly channel: string | null;
}

/** What became of a notice for one way. Reached is whoever of several was reached: one is enough for the way to count. */
export type Sent =
  | { readonly ok: true; readonly left: readonly LeftBehind[] }
  /** For people, without secrets: `no phone number is known`. `isUsable`: whether it may work another time. */
  | { readonly ok: false; readonly why: string; readonly isUsable: boolean };

/** What was left with a receiver that wants to hear what becomes of the incident: a message to edit, an alert to acknowledge. */
export type LeftBehind =
  /** `incidents`: all that the message names. `person`: whose direct message it is; `null` in a channel. */
  | {
      readonly kind: 'message';
      readonly channel: string;
      readonly ts: string;
      readonly person: Actor | null;
      readonly incidents: readonly string[];
    }
  /** `to` is `${NAME}` of the variable with the integration key; never the key. */
  | { readonly kind: 'pagerduty'; readonly to: string; readonly dedupKey: string }
  | { readonly kind: 'webhook'; readonly to: string };

/**
 * Sends notices by one kind of way. Several notices for the same recipients may come together when many incidents page at once: then
 * they are one message that names them all. Never throws: whatever goes wrong is `ok: false`.
 */
export interface PageSender {
  send(way: PageWay, notices: readonly [Notice, ...Notice[]], recipients: Recipients): Promise<Sent>;
}
