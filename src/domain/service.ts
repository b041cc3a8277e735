import type { Action } from './action.ts';
import type { AlertSource } from './alert.ts';
import type { AutoRule } from './autopilot.ts';
import type { Grades } from './grading.ts';
import type { Actor } from './incident.ts';
import type { Policy } from './policy.ts';
import type { Query } from './query.ts';
import type { Rotation } from './rotation.ts';
import type { Runbook } from './runbook.ts';
import type { IncidentClass, Severity } from './severity.ts';

/** A page that somebody will want during an incident. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/** How an alarm's environment is found. */
export type EnvironmentRule =
  | { readonly kind: 'fixed'; readonly name: string }
  | {
      /** By a label, or a dimension of the metric. */
      readonly kind: 'from';
      readonly label: string;
      /** Its value (`*` matches any run of characters) to an environment; empty: the value is the environment. */
      readonly values: Readonly<Record<string, string>>;
      readonly otherwise: string;
    };

/** Whom an incident of this rule wakes: `never` is for the channel alone. */
export type Paging = 'always' | 'working_hours' | 'never';

/** Unless a rule says otherwise: P0 and P1 at any hour, P2 in working hours, P3 nobody. */
export const PAGING: Readonly<Record<Severity, Paging>> = {
  P0: 'always',
  P1: 'always',
  P2: 'working_hours',
  P3: 'never',
};

/** Which alarms a service owns and what they mean. The first rule that matches decides. In patterns `*` matches any run of characters; case matters. */
export interface AlarmRule {
  /** What it is called on cards and in reports: its `id`, else its place, `alarms[3]`. */
  readonly id: string;
  /** Alarm names. Never empty: `*` where other conditions decide. */
  readonly match: readonly string[];
  /** What else must hold; all of them. */
  readonly when: {
    readonly source: AlertSource | null;
    readonly namespace: string | null;
    readonly metric: string | null;
    /** Patterns of labels, tags or dimensions, by name. */
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly severity: Severity;
  readonly incidentClass: IncidentClass;
  readonly environment: EnvironmentRule;
  /** What a person reads instead of the alarm's name. */
  readonly title: string | null;
  /** The name of a runbook of this service, or a web address. */
  readonly runbook: string | null;
  /** Whether "not enough data" is a reason to open an incident. */
  readonly opensOnNoData: boolean;
  readonly grades: Grades | null;
  /** Whom it wakes, whatever its severity; `null`: as its severity has it. */
  readonly paging: Paging | null;
  /** How soon somebody must answer, whatever its severity. */
  readonly answerWithin: AnswerTime | null;
  /** Queries whose answers the card shows for this alarm. */
  readonly evidence: readonly string[];
}

/** How soon somebody must answer: a time span, or by the end of the next working day of the service's calendar. */
export type AnswerTime = { readonly kind: 'within'; readonly ms: number } | { readonly kind: 'next_business_day' };

/** When people work: local times in an IANA zone. */
export interface Calendar {
  readonly zone: string;
  /** ISO weekdays, 1 is Monday. */
  readonly days: readonly number[];
  /** Minutes of the local day. */
  readonly from: number;
  readonly to: number;
  /** Local dates, `2026-12-25`. */
  readonly holidays: readonly string[];
}

/** One place where a service runs. Addresses and values differ from one to the next. */
export interface Environment {
  readonly name: string;
  readonly links: readonly Link[];
  readonly region: string | null;
  /** Base addresses; `null` where there is none. */
  readonly prometheus: string | null;
  readonly alertmanager: string | null;
  readonly mlflow: string | null;
  /** What `{placeholders}` in queries, commands and links stand for. */
  readonly values: Readonly<Record<string, string>>;
}

/** Something that must speak regularly. Its silence is an alarm. */
export interface Signal {
  /** The name of the event or alarm that counts as speaking. */
  readonly name: string;
  readonly everyMs: number;
  readonly graceMs: number;
  /** A query whose newest sample counts as speaking, asked only when the signal is overdue. */
  readonly query: string | null;
  readonly severity: Severity;
  readonly incidentClass: IncidentClass;
  readonly environment: string;
  readonly title: string;
  readonly runbook: string | null;
}

/** The identity of the alarm that the silence of a signal is. */
export function signalKey(service: string, { environment, name }: Pick<Signal, 'environment' | 'name'>): string {
  return `signal:1:${service}/${environment}/${name}`;
}

/** Who is asked for what. Whom it names now is meant: a role becomes people when somebody is told, never before. */
export interface Role {
  /** `On-call engineer`. */
  readonly title: string;
  /** What it is asked for. */
  readonly for: string | null;
  /** Slack user ids. */
  readonly people: readonly Actor[];
  /** Environment variables that `people` asks for and that are not set; absent: none. */
  readonly unset?: readonly string[];
  /** A rotation of the service: whoever is on call in it. */
  readonly rotation: string | null;
  /** A Slack user group by its id and, where the plan of Slack has none, an alias that is written `!oncall`. */
  readonly group: { readonly id: string | null; readonly alias: string | null } | null;
}

/** What the card shows for every incident of the service, beside what its alarms bring themselves. */
export interface EvidencePolicy {
  /** Queries whose answers are shown. */
  readonly show: readonly string[];
  /** The query whose course is drawn when the alarm has none of its own. */
  readonly graph: string | null;
  /** How far back graphs, changes and errors go. */
  readonly lookBackMs: number;
}

/** What happens when every alarm of an incident has recovered. */
export interface RecoveryPolicy {
  /** `resolve` by itself, or `ask` the owner to resolve with a closing note. */
  readonly end: 'resolve' | 'ask';
  /** How long the recovery is watched before it counts, in ms. */
  readonly watchMs: number;
}

/** One file in `services/`: the unit of configuration. */
export interface Service {
  readonly name: string;
  readonly title: string;
  /** The team, as shown on the card. */
  readonly owner: string;
  /** Slack channel id where cards are posted. */
  readonly channel: string;
  /** Slack user ids (`U…`) and user-group ids (`S…`) that may act; empty means everybody who can see the channel. */
  readonly responders: readonly string[];
  /** Takes alarms that no service knows, and the notices to operators. */
  readonly fallback: boolean;
  readonly rules: readonly AlarmRule[];
  readonly links: readonly Link[];
  /** An alarm this soon after the last one joins the open incident, in ms. */
  readonly groupingMs: number;
  /** A resolved incident whose alarm fires again this soon is reopened, in ms. */
  readonly reopenMs: number;
  readonly recovery: RecoveryPolicy;
  /** By name. An environment that is not here has no addresses and no values. */
  readonly environments: Readonly<Record<string, Environment>>;
  readonly calendar: Calendar;
  /** How soon somebody must answer, and what each level means in the words of this service. */
  readonly severities: Readonly<
    Record<Severity, { readonly answerWithin: AnswerTime | null; readonly means: string | null }>
  >;
  readonly roles: Readonly<Record<string, Role>>;
  /** Who is on call when, by the name of each rotation. */
  readonly rotations: Readonly<Record<string, Rotation>>;
  /** Whom its incidents wake, and when; `null`: nobody. */
  readonly escalation: Policy | null;
  readonly queries: Readonly<Record<string, Query>>;
  /** What can be done, by name. */
  readonly actions: Readonly<Record<string, Action>>;
  readonly autopilot: readonly AutoRule[];
  readonly runbooks: Readonly<Record<string, Runbook>>;
  readonly evidence: EvidencePolicy;
  readonly signals: readonly Signal[];
  /** Patterns of what is changed on purpose in this service: endpoints, pipelines, repositories. */
  readonly changes: readonly string[];
}

/** Every environment that a service file names: those with addresses, then those of its rules and signals. */
export function environmentsOf({
  environments,
  rules,
  signals,
}: Pick<Service, 'environments' | 'rules' | 'signals'>): string[] {
  const ofRules = rules.flatMap(({ environment: of }) =>
    of.kind === 'fixed' ? [of.name] : [...Object.values(of.values), of.otherwise],
  );
  return [...new Set([...Object.keys(environments), ...ofRules, ...signals.map(({ environment }) => environment)])];
}
