import type { Change } from './change.ts';
import { type Incident, isOver } from './incident.ts';
import type { Answer, Expectation } from './query.ts';
import type { Service } from './service.ts';
import type { IncidentClass, Severity } from './severity.ts';

/** What must be true beside the alarm before something is proposed or done; what cannot be told is not true. */
export type Guard =
  | { readonly kind: 'changed'; readonly withinMs: number }
  | { readonly kind: 'unchanged'; readonly withinMs: number }
  | { readonly kind: 'query'; readonly query: string; readonly limit: Expectation };

/** When something is proposed, or done, without anybody asking for it. */
export interface AutoRule {
  readonly name: string;
  readonly when: {
    /** Ids of alarm rules; empty: any. */
    readonly alarms: readonly string[];
    /** At least so bad; `null`: however bad. */
    readonly severity: Severity | null;
    readonly incidentClass: IncidentClass | null;
    /** How long the incident must have lasted, in ms. */
    readonly lastingMs: number;
  };
  readonly environments: readonly string[];
  readonly guards: readonly Guard[];
  readonly action: string;
  readonly mode: 'propose' | 'run';
  readonly coolDownMs: number;
  /** In 24 hours. */
  readonly dailyCap: number;
}

/** What a rule did about one incident: kept apart from the incident, since caps and cool-downs count over all of them. */
export interface AutoDone {
  readonly rule: string;
  readonly incident: string;
  readonly action: string;
  readonly kind: 'ran' | 'proposed';
  /** Epoch ms. */
  readonly at: number;
  /** The alarms that fired then. */
  readonly alarms: readonly string[];
  /** Of the run; it is remembered before the run is asked for. `null`: it was proposed. */
  readonly token: string | null;
}

/** What was found out for the guards. */
export interface AutoFacts {
  /** What of the service was changed on purpose, newest first; `null`: it could not be told. */
  readonly changes: readonly Pick<Change, 'at' | 'kind'>[] | null;
  /** By the names of the queries; `null`, or not there: it could not be told. */
  readonly answers: Readonly<Record<string, Answer | null>>;
}

export interface AutoScene {
  readonly incident: Incident;
  readonly service: Pick<Service, 'actions' | 'autopilot' | 'calendar' | 'queries'>;
  /** What rules of the service did, in all incidents. */
  readonly done: readonly AutoDone[];
  /** Whether somebody has switched all autopilots off. */
  readonly isOff: boolean;
  /** Epoch ms. */
  readonly now: number;
}

/** Why the autopilot has nothing to say of an incident, whatever its rules are; `null`: it may have. */
export function standsDown({ incident, isOff }: Pick<AutoScene, 'incident' | 'isOff'>): string | null {
  if (isOff) return 'The autopilot is off.';
  if (incident.drill) return 'A drill: people practise.';
  if (isOver(incident)) return 'It is over.';
  return incident.watchUntil === null ? null : 'All alarms have recovered.';
}

/** Whether somebody is at it: from then on nothing is done by itself. */
export function isTakenOver({ owner, status, silencedUntil }: Incident): boolean {
  return owner !== null || status !== 'triggered' || silencedUntil !== null;
}

/** The alarms that a rule is for and that fire now, as far as the incident shows them. */
export function causesOf({ when }: Pick<AutoRule, 'when'>, { members }: Pick<Incident, 'members'>) {
  const isMeant = (id: string) => when.alarms.length === 0 || when.alarms.includes(id);
  return members.shown.filter(({ state, ruling }) => state === 'firing' && isMeant(ruling.rule));
}
