import type { Incident, IncidentEvent } from './incident.ts';

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

/** What is to be looked up: a snapshot of a moment, or only the values that grade alarms which have just come. */
export const LOOK_UPS = [...MOMENTS, 'values'] as const;
export type LookUp = (typeof LOOK_UPS)[number];

/** What events call for. Before the card is out nothing is looked up; then the moment of the fire asks for values, too. */
export function lookUpsOf(events: readonly IncidentEvent[], { milestones }: Pick<Incident, 'milestones'>): LookUp[] {
  const moments = momentsOf(events);
  const hasNewAlarms = events.some((event) => event.type === 'alarms' && event.joined + event.refired > 0);
  return hasNewAlarms && milestones.postedAt !== null && !moments.includes('fire') ? [...moments, 'values'] : moments;
}

function momentsOf(events: readonly IncidentEvent[]): Moment[] {
  const moments: Partial<Record<IncidentEvent['type'], Moment>> = {
    posted: 'fire',
    acknowledged: 'acknowledge',
    run_approved: 'action',
    resolved: 'resolve',
  };
  return [...new Set(events.flatMap(({ type }) => moments[type] ?? []))];
}
