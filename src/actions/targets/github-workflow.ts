import { SetupError, TransientError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import {
  cancelRun,
  dispatchWorkflow,
  github,
  type Job,
  jobsOf,
  newestRuns,
  type Workflow,
  type WorkflowRun,
  workflowFile,
  workflowRun,
  workflowState,
} from './github-api.ts';
import { fileChecks } from './github-file.ts';
import { baseOf, hostIn, type Rest } from './rest.ts';
import { jsonOf, knownFor } from './template.ts';

interface Sealed extends Workflow {
  readonly inputs: Readonly<Record<string, string>>;
  readonly correlation: string | null;
  readonly [key: string]: Json;
}

/** So many of the last runs say how long one takes, and whether one is under way. */
const LAST_RUNS = 10;
/** So many that were started by hand are looked through for this one. */
const SEARCHED = 50;
/** How far the clocks of GitHub and Tocsin may be apart. */
const SKEW_MS = 5 * 60_000;
const SHOWS_WITHIN_MS = 2 * 60_000;
/** Left behind where an older server has taken it without saying which run it is: its id is above this. */
const AFTER = 'after:';

/**
 * Starts a workflow of GitHub Actions. GitHub has no key that makes it do a thing once, so that it is sent once: a lost answer is
 * found by the name of the run, where that shows the correlation, and by nothing else.
 */
export const githubWorkflow: Target<'github_workflow', Sealed> = {
  plan,
  look,
  async change(deps, sealed, { run }) {
    const rest = github(deps, sealed);
    const [newest] = await newestRuns(rest, sealed, { limit: 1 }).catch(notYetSent);
    const { inputs, correlation } = sealed;
    const all = correlation === null ? inputs : { ...inputs, [correlation]: correlationOf(run) };
    const id = await dispatchWorkflow(rest, sealed, all);
    return { reference: id ?? `${AFTER}${newest?.id ?? 0}` };
  },
  async cancel(deps, sealed, { run }) {
    const rest = github(deps, sealed);
    const found = await runOf(rest, sealed, run);
    if (found && found !== 'several') await cancelRun(rest, sealed, found.id);
  },
  repeatable: false,
};

/** What only reads, right before anything is sent, may fail without anybody having to look. */
function notYetSent(error: unknown): never {
  throw error instanceof TransientError ? new SetupError(error.message) : error;
}

function correlationOf({ id, token }: Pick<Looked, 'id' | 'token'>): string {
  return `${id}-${token.slice(0, 8)}`;
}

async function plan(deps: TargetDeps, asked: Asked<'github_workflow'>): Promise<Draft<Sealed>> {
  const sealed = sealedOf(asked);
  const rest = github(deps, sealed);
  const { name, file, state } = await workflowState(rest, sealed);
  const [held, runs] = await Promise.all([
    workflowFile(rest, sealed, file),
    newestRuns(rest, sealed, { limit: LAST_RUNS }),
  ]);
  const { repository, workflow, ref, inputs, correlation } = sealed;
  const active = runs.find(({ status }) => status !== 'completed');
  return {
    subject: workflow,
    lock: `github:${hostIn(sealed.url)}:${repository}/${workflow}`,
    current: active ? `run ${active.number} under way` : 'no run under way',
    target: `a new run of ${name || workflow} at ${ref}`,
    differences: Object.entries(inputs).map(([what, to]) => ({
      what,
      from: 'not set',
      to: to.slice(0, 100).toWellFormed(),
    })),
    deployed: null,
    checks: [
      enabled(state),
      ...fileChecks(held?.text ?? null, { inputs: Object.keys(inputs), correlation }),
      ...others(active, runs),
    ],
    ...{ takesMs: usualMs(runs), cost: null, cannotUndo: ['What its jobs have done by the time it is cancelled.'] },
    fingerprint: JSON.stringify([state, held?.sha ?? null]),
    sealed,
  };
}

function sealedOf(asked: Asked<'github_workflow'>): Sealed {
  const { settings, fill } = asked;
  const repository = fill(settings.repository);
  if (!/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(repository))
    throw new SetupError(`“${repository.slice(0, 80)}” is no repository: write owner/name.`);
  const inputs = jsonOf(settings.inputs, knownFor(asked, asked.inputs, settings.inputs)) as Sealed['inputs'];
  return {
    url: baseOf('GitHub', fill(settings.url)),
    repository,
    ...{ workflow: fill(settings.workflow), ref: fill(settings.ref), token: settings.token },
    ...{ inputs, correlation: settings.correlation ?? null },
  };
}

function enabled(state: string): PlanCheck {
  return state === 'active'
    ? { isWell: true, text: 'The workflow is enabled.' }
    : { isWell: false, text: `The workflow is not enabled: GitHub says ${state || 'nothing'}.` };
}

function others(active: WorkflowRun | undefined, runs: readonly WorkflowRun[]): PlanCheck[] {
  const last = runs.find(({ status }) => status === 'completed');
  const under: PlanCheck = active
    ? { isWell: null, text: `Run ${active.number} is ${words(active.status)} already: it may do what this one would.` }
    : { isWell: true, text: 'No other run of it is under way.' };
  if (!last || last.conclusion === 'success') return [under];
  return [
    under,
    { isWell: null, text: `The last run of it, ${last.number}, ended with ${words(last.conclusion ?? '')}.` },
  ];
}

/** The middle one of the last good runs, in ms. */
function usualMs(runs: readonly WorkflowRun[]): number | null {
  const took = runs
    .filter(({ conclusion }) => conclusion === 'success')
    .flatMap(({ startedAt, updatedAt }) => (startedAt !== null && updatedAt !== null ? [updatedAt - startedAt] : []));
  return took.sort((one, other) => one - other)[Math.floor(took.length / 2)] ?? null;
}

/** The run that this one has started; `null`: none is to be seen; `several`: nobody can tell which. */
async function runOf(rest: Rest, sealed: Sealed, run: Looked): Promise<WorkflowRun | null | 'several'> {
  const { reference, sentAt } = run;
  const isKnown = reference !== null && !reference.startsWith(AFTER);
  if (isKnown) return await workflowRun(rest, sealed, reference);
  if (sentAt === null) return null;
  const searched = { limit: SEARCHED, since: sentAt - SKEW_MS, byHand: true };
  const runs = await newestRuns(rest, sealed, searched);
  if (sealed.correlation !== null) {
    const mine = runs.find(({ name }) => name.includes(correlationOf(run)));
    if (mine) return mine;
  }
  if (reference === null) return null;
  const after = BigInt(reference.slice(AFTER.length));
  const fitting = runs.filter(({ id, branch }) => BigInt(id) > after && branch === sealed.ref);
  return fitting.length > 1 ? 'several' : (fitting[0] ?? null);
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  const rest = github(deps, sealed);
  if (run.sentAt === null) {
    await newestRuns(rest, sealed, { limit: 1 }); // who does not answer now is asked for nothing yet
    return { kind: 'untouched' };
  }
  const found = await runOf(rest, sealed, run);
  if (found === 'several') {
    const why = `GitHub has taken it, but somebody else has started one too, and nobody can tell which is which. Look at ${sealed.workflow} yourself.`;
    return { kind: 'moved', why };
  }
  if (!found) return unseen(deps, sealed, run);
  const { link, number } = found;
  if (found.status !== 'completed') return { kind: 'under_way', ...(await progress(rest, sealed, found)), link };
  if (found.conclusion === 'success') return { kind: 'done', detail: `Run ${number} has succeeded.`, link };
  return { kind: 'failed', why: await whyFailed(rest, sealed, found), link };
}

/** What an older server has taken without saying where shows within seconds. */
function unseen({ now }: TargetDeps, { workflow }: Sealed, { reference, sentAt }: Looked): Sight {
  if (reference === null || sentAt === null) return { kind: 'untouched' };
  if (now() < sentAt + SHOWS_WITHIN_MS) return { kind: 'under_way', phase: 'Started', share: null, link: null };
  return { kind: 'moved', why: `GitHub has taken it, and shows no run of it. Look at ${workflow} yourself.` };
}

/** How far it is makes a run no worse when it cannot be told. */
async function quietly(rest: Rest, sealed: Sealed, { id }: WorkflowRun): Promise<readonly Job[]> {
  return await jobsOf(rest, sealed, id).catch((error: unknown) => {
    if (error instanceof TransientError || error instanceof SetupError) return [];
    throw error;
  });
}

async function progress(
  rest: Rest,
  sealed: Sealed,
  run: WorkflowRun,
): Promise<{ phase: string; share: number | null }> {
  if (run.status === 'waiting') return { phase: 'Waiting for somebody who approves it in GitHub', share: null };
  if (run.status !== 'in_progress') return { phase: 'Queued', share: 0 };
  const jobs = await quietly(rest, sealed, run);
  if (jobs.length === 0) return { phase: 'Running', share: null };
  const done = jobs.filter(({ status }) => status === 'completed').length;
  const at = jobs.find(({ status }) => status === 'in_progress');
  const share = (done + (at && at.steps > 0 ? at.stepsDone / at.steps : 0)) / jobs.length;
  return { phase: `Running${at ? ` ${at.name}` : ''}, ${done} of ${jobs.length} jobs done`, share: Math.min(1, share) };
}

const BAD: ReadonlySet<string | null> = new Set(['failure', 'timed_out', 'startup_failure']);

async function whyFailed(rest: Rest, sealed: Sealed, run: WorkflowRun): Promise<string> {
  const { number, conclusion } = run;
  if (conclusion === 'cancelled') return `Run ${number} was cancelled. What its jobs had done by then stays.`;
  const jobs = (await quietly(rest, sealed, run)).filter((job) => BAD.has(job.conclusion)).map(({ name }) => name);
  return `Run ${number} ended with ${words(conclusion ?? 'no conclusion')}${jobs.length > 0 ? `, in ${jobs.slice(0, 3).join(', ')}` : ''}.`;
}

function words(text: string): string {
  return text.replaceAll('_', ' ').slice(0, 40);
}
