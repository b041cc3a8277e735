import type { Remedies } from '../../blocks/remedies.ts';
import type { Serving } from '../../src/app/actions.ts';
import type { Action } from '../../src/domain/action.ts';
import { type Incident, TOCSIN } from '../../src/domain/incident.ts';
import type { Baseline, Plan } from '../../src/domain/plan.ts';
import type { Proposal, Run, RunEvent, RunSample } from '../../src/domain/run.ts';
import { withRun } from '../../src/domain/run-apply.ts';
import { ANA, BEN, incident, MINUTE, member, NOW } from './incidents.ts';
import { evidence, ticked } from './triage.ts';

const SECOND = 1_000;

/** Something that the service can do. */
export function action(name: string, changes: Partial<Action> = {}): Action {
  return {
    ...{ name, title: `Do ${name}`, verb: 'run', risk: 'medium', environments: [], inputs: [], may: [], approvers: [] },
    ...{
      target: { kind: 'http', settings: {} },
      verify: null,
      heals: true,
      otherwise: null,
      takesMs: null,
      cost: null,
    },
    ...{ cannotUndo: [], fallback: null },
    ...changes,
  };
}

export const offered: readonly Action[] = [
  action('fallback', {
    title: 'Switch to the popularity model',
    fallback: { banner: 'The popularity model serves', back: 'switch-back', remindMs: 60 * MINUTE },
  }),
  action('rollback', { title: 'Roll back to the last known good configuration', verb: 'rollback', risk: 'high' }),
  action('retrain', { title: 'Train the model anew', verb: 'retrain', risk: 'medium' }),
  action('switch-back', { title: 'Switch back to the personal model' }),
  action('tell', { title: 'Tell the status page', heals: false }),
];

export const serving: Serving = {
  ...{ service: 'bikeshare', environment: 'prod', action: 'fallback', back: 'switch-back', incident: 'INC-3' },
  ...{ banner: 'The popularity model serves, not the personal one', run: 'INC-3.1', by: ANA },
  ...{ since: NOW - 90 * MINUTE, remindMs: 60 * MINUTE, remindAt: NOW - 30 * MINUTE },
};

export const remedies: Remedies = { offered, serving: [] };

const baseline: readonly Baseline[] = [
  {
    ...{ query: 'errors', label: 'Error rate', unit: 'Percent', value: 7.1, text: '7.1 %', at: NOW - 4 * MINUTE },
    expect: { kind: 'number', direction: 'below', limit: 1, inclusive: false },
  },
  {
    ...{ query: 'latency', label: 'p95 latency', unit: 'Seconds', value: 2.4, text: '2.4 s', at: NOW - 4 * MINUTE },
    expect: { kind: 'number', direction: 'below', limit: 0.8, inclusive: false },
  },
];

export function plan(changes: Partial<Plan> = {}): Plan {
  return {
    ...{ action: 'rollback', title: 'Roll back to the last known good configuration', verb: 'rollback' },
    ...{ kind: 'sagemaker_rollback', environment: 'prod', risk: 'high', subject: 'bikeshare-prod' },
    lock: 'sagemaker:eu-central-1:endpoint/bikeshare-prod',
    ...{ current: 'v42', target: 'v41', differences: [{ what: 'Memory', from: '4 GB', to: '8 GB' }] },
    deployed: { by: 'deploy-bot', at: NOW - 31 * MINUTE },
    checks: [
      { isWell: true, text: 'The endpoint is in service.' },
      { isWell: null, text: 'Whether v41 still fits its features could not be told.' },
    ],
    ...{ takesMs: 8 * MINUTE, cost: null, cannotUndo: [], baseline, fingerprint: 'f', sealed: {}, inputs: {} },
    ...{ plannedAt: NOW - 4 * MINUTE, expiresAt: NOW + 6 * MINUTE, hash: 'ab'.repeat(32) },
    ...changes,
  };
}

const verify = { queries: ['errors', 'latency'], settleMs: MINUTE, windowMs: 10 * MINUTE, samples: 3 };

type Later = Exclude<RunEvent, { type: 'run_planned' | 'action_proposed' | 'proposal_dismissed' }>;
type Bare = Later extends infer E
  ? E extends Later
    ? Omit<E, 'run' | 'at'> & { readonly at?: number }
    : never
  : never;

/** A run as its events made it; times that are left out are two minutes ago. */
export function run(id: string, later: readonly Bare[] = [], changes: Partial<Run> = {}, of: Partial<Plan> = {}): Run {
  const planned: RunEvent = {
    ...{ type: 'run_planned', at: NOW - 4 * MINUTE, by: ANA, run: id, token: id, plan: plan(of), verify },
    ...{
      heals: true,
      fallback: null,
      otherwise: { action: 'fallback', title: 'Switch to the popularity model' },
      reason: 'The errors began with v42',
    },
  };
  const events = later.map((event): RunEvent => ({ at: NOW - 2 * MINUTE, ...event, run: id }) as RunEvent);
  const { runs } = [planned, ...events].reduce(withRun, { runs: [], proposals: [] });
  const [made] = runs;
  if (!made) throw new Error('a planned run is a run');
  return { ...made, ...changes };
}

const approved: Bare = { type: 'run_approved', by: BEN, way: 'second', reason: '', hash: 'ab'.repeat(32) };
const glass: Bare = {
  ...{ type: 'run_approved', by: ANA, way: 'break_glass', hash: 'ab'.repeat(32) },
  reason: 'Nobody else answers, and no ride can be booked',
};
const began: Bare = { type: 'run_began' };
const at60: Bare = {
  ...{ type: 'run_progressed', reference: null, nextAt: NOW },
  progress: {
    ...{ phase: 'Updating: 3 of 5 instances', share: 0.6, at: NOW - 20 * SECOND },
    link: 'https://eu-central-1.console.aws.amazon.com/sagemaker/home#/endpoints/bikeshare-prod',
  },
};
const changed: Bare = { type: 'run_changed', detail: 'InService with v41' };

function measured(values: RunSample['values'], isWell: RunSample['isWell']): Bare {
  return { type: 'run_sampled', sample: { at: NOW - 20 * SECOND, values, isWell }, nextAt: NOW + 20 * SECOND };
}
const bad = measured([6.9, 2.3], [false, false]);
const half = measured([0.4, 1.1], [true, false]);
const well = measured([0.4, 0.31], [true, true]);

function ended(state: Run['state'], why: string, by: string = TOCSIN): Bare {
  return { type: 'run_ended', by, state, why } as Bare;
}
const whole = [approved, began, at60, changed] as const;

/** Runs in every state that looks different. */
export const runs = {
  'waits for approval': run('INC-7.1'),
  'waits for approval, by the autopilot': run('INC-7.1', [], {
    requestedBy: TOCSIN,
    reason: 'Errors since a deployment',
  }),
  'is approved': run('INC-7.1', [approved]),
  'has just begun': run('INC-7.1', [approved, began]),
  'goes on': run('INC-7.1', [approved, began, at60]),
  'goes on with a broken glass': run('INC-7.1', [glass, began, at60]),
  'is to stop': run('INC-7.1', [approved, began, at60, { type: 'run_cancel_asked', by: ANA }]),
  'is through and settles': run('INC-7.1', whole),
  'is measured': run('INC-7.1', [...whole, bad, half, well, well]),
  'is measured in part': run('INC-7.1', [...whole, bad, half]),
  'cannot be measured': run('INC-7.1', [...whole, measured([null, null], [null, null])]),
  helped: run('INC-7.1', [
    ...[...whole, half, well, well, well],
    ended('helped', 'Error rate and p95 latency are well, 3 times in a row.'),
  ]),
  'did not help': run('INC-7.1', [
    ...[...whole, bad],
    ended('no_effect', 'Error rate and p95 latency are still not well.'),
  ]),
  'made it worse': run('INC-7.1', [
    ...[glass, began, changed, measured([31, 9], [false, false])],
    ended('worse', 'Error rate and p95 latency are worse than before the change.'),
  ]),
  'nobody can tell of': run('INC-7.1', [
    ...[approved, began],
    ended(
      'unknown',
      'It was sent once, its answer was lost, and nothing of it is to be seen. Look at bikeshare-prod yourself.',
    ),
  ]),
  failed: run('INC-7.1', [
    ...[approved, began],
    ended('failed', 'Nothing was changed: the role may not sagemaker:UpdateEndpoint.'),
  ]),
  'has expired': run('INC-7.1', [ended('expired', 'Nobody approved it in time.')]),
  'was rejected': run('INC-7.1', [ended('cancelled', 'It was not approved: v41 has the memory leak', BEN)]),
  'was done': run('INC-7.1', [approved, began, changed, ended('done', 'The status page says so.')], { heals: false }),
} as const satisfies Record<string, Run>;

const proposal: Proposal = {
  ...{ action: 'fallback', title: 'fallback', why: '“Roll back to the last known good configuration” did not help.' },
  ...{ from: 'run', at: NOW - MINUTE },
};

const acted = (changes: Partial<Incident>): Incident => incident('acknowledged', { ...changes, version: 31 });

/** Incidents about which something is done or could be, by the name of their snapshot, with what there is to do. */
export const actedStates: Readonly<Record<string, readonly [Incident, Remedies]>> = {
  ...Object.fromEntries(
    Object.entries(runs).map(([name, one]) => [`whose run ${name}`, [acted({ runs: [one] }), remedies] as const]),
  ),
  'that nobody has, with something to do': [incident('triggered'), remedies],
  'that somebody has, with something to do': [acted({}), remedies],
  'with a proposal': [
    acted({ proposals: [{ ...proposal, from: 'rule', why: 'Errors since a deployment' }] }),
    remedies,
  ],
  'with a run that did not help, and what is next': [
    acted({ runs: [runs['did not help']], proposals: [proposal] }),
    remedies,
  ],
  'with two runs at once': [
    acted({ runs: [runs['goes on'], run('INC-7.2', [], {}, { subject: 'feature-store', lock: 'b' })] }),
    remedies,
  ],
  'with six runs': [
    acted({
      runs: [1, 2, 3, 4, 5]
        .map((i) => ({ ...runs.failed, id: `INC-7.${i}` }))
        .concat({ ...runs['goes on'], id: 'INC-7.6' }),
    }),
    remedies,
  ],
  'while a fallback serves': [acted({}), { offered, serving: [serving] }],
  'while a fallback serves, and it is over': [
    incident('closed', { runs: [runs.helped] }),
    { offered, serving: [serving] },
  ],
  'that is a drill with a run that waits': [acted({ drill: true, runs: [runs['waits for approval']] }), remedies],
  'that is a drill with a run that was approved': [
    acted({
      drill: true,
      runs: [run('INC-7.1', [approved, ended('cancelled', 'A drill: it would have begun now. Nothing was changed.')])],
    }),
    remedies,
  ],
  'of which all is to be told at once': [
    acted({
      ...{ evidence, steps: ticked, drill: false },
      members: { total: 9, firing: 7, unknown: 1, shown: [member(), member({ key: 'b', title: '5xx errors' })] },
      runs: [runs['goes on with a broken glass'], run('INC-7.2', [], {}, { subject: 'feature-store', lock: 'b' })],
      proposals: [proposal],
    }),
    { offered, serving: [serving, { ...serving, action: 'x', banner: 'The rules of last year decide' }] },
  ],
};

/** The same with `text` wherever a system, a service file or a person may put words. */
export function poisonedActs(
  state: Incident,
  { offered: doable, serving: served }: Remedies,
  text: string,
): [Incident, Remedies] {
  const poisonedRuns = state.runs.map((one) => ({
    ...one,
    ...{ reason: text, why: text, plan: poisonedPlan(one.plan, text) },
    approval: one.approval && { ...one.approval, reason: text },
    progress: one.progress && { ...one.progress, phase: text },
  }));
  const proposals = state.proposals.map((one) => ({ ...one, title: text, why: text }));
  const titled = doable.map((one) => ({ ...one, title: text }));
  return [
    { ...state, runs: poisonedRuns, proposals },
    { offered: titled, serving: served.map((one) => ({ ...one, banner: text, by: text })) },
  ];
}

function poisonedPlan(of: Plan, text: string): Plan {
  return {
    ...of,
    ...{ title: text, subject: text, current: text, target: text, cost: text, cannotUndo: [text] },
    checks: of.checks.map(({ isWell }) => ({ isWell, text })),
    baseline: of.baseline.map((one) => ({ ...one, label: text, text, unit: text })),
  };
}
