import type { IncidentEvent } from './incident.ts';

/** The moments at which what is known is written down for good. */
export const MOMENTS = ['fire', 'acknowledge', 'action', 'resolve'] as const;
export type Moment = (typeof MOMENTS)[number];

export const FACT_KINDS = [
  ...['value', 'history', 'siblings', 'endpoint', 'model', 'change', 'error', 'similar', 'missing'],
] as const;
/**
 * `value` a measurement, `history` how often it fired before, `siblings` other alarms of the service, `endpoint` status and live
 * configuration, `model` the model version that serves, `change` something that was changed around the start, `error` from the
 * logs, `similar` an earlier incident, `missing` what could not be told and why.
 */
export type FactKind =
  | 'value'
  | 'history'
  | 'siblings'
  | 'endpoint'
  | 'model'
  | 'change'
  | 'error'
  | 'similar'
  | 'missing';

/** One thing that somebody would look up. */
export interface Fact {
  readonly kind: FactKind;
  /** One line, plain text, at most 200 characters. */
  readonly text: string;
  /** When it happened or was measured, epoch ms. */
  readonly at: number | null;
  readonly url: string | null;
}

/** An image in Slack: the file's id, and what it shows in words. */
export interface Graph {
  readonly file: string;
  readonly alt: string;
}

/** Facts that the incident itself carries for its card, the most telling ones; the store keeps all of each moment. */
export const FACTS_SHOWN = 6;

/** The card shows what was known at the fire, with what later moments added. */
export interface EvidenceShown {
  readonly at: number;
  readonly facts: readonly Fact[];
  readonly graph: Graph | null;
}

/** Which snapshots events call for. The one of the fire waits until the card is out. */
export function momentsOf(events: readonly IncidentEvent[]): Moment[] {
  const moments: Partial<Record<IncidentEvent['type'], Moment>> = {
    posted: 'fire',
    acknowledged: 'acknowledge',
    resolved: 'resolve',
  };
  return [...new Set(events.flatMap(({ type }) => moments[type] ?? []))];
}
