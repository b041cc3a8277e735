import type { ActionVerb } from '../../src/domain/action.ts';

/** Something that breaks in the demo company, and what somebody types to mend it. */
export interface Remedy {
  readonly system: string;
  readonly channel: string;
  readonly fault: string;
  /** What its card says; absent: the newest card that waits for somebody. */
  readonly card?: RegExp;
  readonly action: string;
  readonly verb: ActionVerb;
  /** What is said beside the names. */
  readonly said?: string;
  /** How far the clock is moved at each look while it is measured. */
  readonly minutes: number;
}

/** What is done without anything being measured: to tell somebody, or to decide something. */
export interface Deed extends Pick<Remedy, 'system' | 'channel' | 'action'> {
  /** Who agrees to what one person cannot decide. */
  readonly second?: string;
  /** Absent: it is done about the newest incident. */
  readonly fault?: string;
  /** Which part of the system shows it afterwards, and how. */
  readonly shows?: { readonly what: RegExp; readonly now: RegExp };
}

const BIKES = { system: 'bikeshare', channel: 'C0BIKESHARE' } as const;
const RECOMMENDATIONS = { system: 'recommendation', channel: 'C0RECOMMEND' } as const;
const MOVIES = { system: 'movie-recommender', channel: 'C0MOVIES' } as const;
const POTATOES = { system: 'potato-pipeline', channel: 'C0POTATO' } as const;
const CREDITS = { system: 'credit-risk', channel: 'C0CREDIT' } as const;
const SECOND = 'U0BEN';

type Batches = readonly (readonly Remedy[])[];

/** One for each system, as the README tells it. What is in one batch is broken at once, and healed at once. */
export const FIRST_REMEDIES = [
  [
    {
      ...POTATOES,
      fault: 'stale-silver-data',
      card: /Silver data is stale/,
      action: 'run-pipeline',
      verb: 'run',
      minutes: 1,
    },
    {
      ...MOVIES,
      fault: 'model-errors',
      card: /Many requests fail|Requests fail/,
      action: 'previous-model',
      verb: 'rollback',
      minutes: 1,
    },
    {
      ...BIKES,
      fault: '5xx-on-prod',
      card: /The prod endpoint answers with server/,
      action: 'rollback',
      verb: 'rollback',
      minutes: 1,
    },
    {
      ...RECOMMENDATIONS,
      fault: 'deploy-v42',
      card: /Recommendations prod:/,
      action: 'rollback',
      verb: 'rollback',
      minutes: 1,
    },
  ],
  // A new model is watched for a day.
  [
    {
      ...CREDITS,
      fault: 'drift-the-features',
      card: /Features have drifted/,
      action: 'retrain',
      verb: 'retrain',
      minutes: 20,
    },
  ],
] as const satisfies Batches;

/** More that can break, each with the remedy of its runbook. */
export const MORE_REMEDIES = [
  [
    { ...BIKES, fault: 'slow-prod', action: 'rollback', verb: 'rollback', minutes: 1 },
    { ...RECOMMENDATIONS, fault: 'throttled', action: 'more-concurrency', verb: 'run', minutes: 1 },
    { ...MOVIES, fault: 'slow-model', action: 'lighter-model', verb: 'run', minutes: 1 },
    { ...CREDITS, fault: 'api-down', action: 'restart-api', verb: 'run', minutes: 1 },
  ],
  [
    { ...BIKES, fault: 'ingestion-fails', action: 'rerun-ingestion', said: ' city=nyc', verb: 'run', minutes: 1 },
    { ...MOVIES, fault: 'service-down', action: 'redeploy', verb: 'run', minutes: 1 },
    { ...CREDITS, fault: 'mlflow-is-down', action: 'restart-mlflow', verb: 'run', minutes: 1 },
  ],
  [
    { ...RECOMMENDATIONS, fault: 'low-ctr', action: 'champion', verb: 'run', minutes: 6 },
    { ...POTATOES, fault: 'tasks-fail', action: 'undo', verb: 'rollback', minutes: 3 },
  ],
  [{ ...POTATOES, fault: 'slow-task', action: 'scale-out', verb: 'run', minutes: 6 }],
  [{ ...MOVIES, fault: 'drift-the-features', action: 'retrain', verb: 'retrain', minutes: 30 }],
] as const satisfies Batches;

/** Those that are left, so that every action of every pack has been run. */
export const OTHER_REMEDIES = [
  [
    { ...RECOMMENDATIONS, fault: 'slow-model', action: 'rollback-model', verb: 'rollback', minutes: 1 },
    { ...MOVIES, fault: 'bad-release', action: 'release-before', verb: 'rollback', minutes: 1 },
    { ...BIKES, fault: 'heartbeat-stops', action: 'rerun-inference', verb: 'run', minutes: 1 },
  ],
  [
    { ...MOVIES, fault: 'traffic-spike', action: 'scale-out', verb: 'run', minutes: 1 },
    { ...BIKES, fault: 'worse-challenger', action: 'champion', verb: 'run', minutes: 1 },
  ],
  [{ ...POTATOES, fault: 'workers-hang', action: 'restart', verb: 'run', minutes: 5 }],
  [
    { ...RECOMMENDATIONS, fault: 'drift-the-features', action: 'retrain', verb: 'retrain', minutes: 60 },
    {
      ...BIKES,
      fault: 'staging-gate',
      card: /Bike share staging/,
      action: 'rollback-staging',
      verb: 'rollback',
      minutes: 50,
    },
    { ...CREDITS, fault: 'retraining-fails', action: 'retrain', verb: 'retrain', minutes: 50 },
  ],
  [{ ...BIKES, fault: 'deploy-v42', action: 'rollback-model', verb: 'rollback', minutes: 50 }],
  [{ ...BIKES, fault: 'drift-the-features', card: /have drifted/, action: 'retrain', verb: 'retrain', minutes: 50 }],
] as const satisfies Batches;

const PAGE = /Status page/;
const GROUP = /bikeshare-models/;

export const DEEDS = [
  { ...POTATOES, action: 'tell-users', shows: { what: PAGE, now: /Data is late: investigating/ } },
  { ...POTATOES, action: 'tell-users-mended', shows: { what: PAGE, now: /Data is late: monitoring/ } },
  { ...POTATOES, action: 'tell-users-over', shows: { what: PAGE, now: /Data is late: resolved/ } },
  { ...POTATOES, action: 'ticket', shows: { what: /Ticket #1/, now: /INC-\d+: / } },
  { ...RECOMMENDATIONS, action: 'ticket', shows: { what: /Ticket #1/, now: /INC-\d+: / } },
  { ...BIKES, action: 'reject-model', shows: { what: GROUP, now: /Rejected/ } },
  { ...BIKES, action: 'approve-model', second: SECOND, shows: { what: GROUP, now: /Approved/ } },
  { ...CREDITS, fault: 'monitoring-is-down', action: 'restart-monitoring' },
] satisfies readonly Deed[];

/** Fallbacks, and what serves again after they were switched back. */
export const FALLBACKS = [
  {
    ...{ ...RECOMMENDATIONS, fault: 'slow-model', action: 'fallback-model', verb: 'run', minutes: 1 },
    back: { action: 'personal-model', second: SECOND, what: 'recommendation-prod', now: 'recommendation-prod-v41' },
  },
  {
    ...{ ...MOVIES, fault: 'slow-model', action: 'lighter-model', verb: 'run', minutes: 1 },
    back: { action: 'personal-model', second: SECOND, what: 'Model', now: 'v0.3' },
  },
] satisfies readonly (Remedy & { readonly back: object })[];

/** What only a stack on somebody's machine has. */
export const LOCAL_REMEDIES = [
  { ...MOVIES, action: 'restart' },
  { ...MOVIES, action: 'restart-prometheus' },
] as const;

/** What a rule of the autopilot proposes, and what takes two people. */
export const DECIDED_REMEDIES = [
  { ...RECOMMENDATIONS, fault: 'short-of-memory', action: 'more-memory' },
  { ...CREDITS, fault: 'promote-v8', action: 'rollback' },
] as const;

/** What a test of a batch is called. */
export function named(batches: Batches): (readonly [string, readonly Remedy[]])[] {
  return batches.map((batch) => [
    batch.map(({ system, fault, action }) => `${system}: ${fault} ends with ${action}`).join('; '),
    batch,
  ]);
}
