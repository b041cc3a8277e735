import { SetupError, TransientError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import {
  type Airflow,
  type Dag,
  type DagRun,
  type DagState,
  dagRun,
  dagState,
  isScheduling,
  newestRuns,
  signedIn,
  startRun,
  stopRun,
  type TaskState,
  tasksOf,
} from './airflow-api.ts';
import { baseOf, hostIn, linkTo } from './rest.ts';
import { jsonOf, knownFor } from './template.ts';

interface Sealed extends Dag {
  readonly conf: { readonly [key: string]: Json };
  readonly [key: string]: Json;
}

/** So many of the last good runs say how long one takes. */
const LAST_RUNS = 5;
const MOST_ACTIVE = 20;

/**
 * Starts a run of a DAG. Its id is the run's own, so that Airflow itself does it once.
 * https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html
 */
export const airflowDag: Target<'airflow_dag', Sealed> = {
  plan,
  look,
  async change(deps, sealed, { run, incident }) {
    const note = `Tocsin ${run.id}: ${incident.title}. ${run.reason}`.slice(0, 500).toWellFormed();
    const isStarted = await startRun(await signedIn(deps, sealed), { id: dagRunId(run), conf: sealed.conf, note });
    return { reference: isStarted ? dagRunId(run) : null };
  },
  async cancel(deps, sealed, { run }) {
    await stopRun(await signedIn(deps, sealed), dagRunId(run));
  },
  repeatable: true,
};

/** Readable in Airflow, and only this run's. Airflow allows letters, digits and `_.~:+-`. */
function dagRunId({ id, token }: Pick<Looked, 'id' | 'token'>): string {
  return `tocsin__${id}__${token}`.replace(/[^\w.~:+-]/g, '-');
}

async function plan(deps: TargetDeps, asked: Asked<'airflow_dag'>): Promise<Draft<Sealed>> {
  const { settings, fill } = asked;
  const { version, user = null, password = null, token = null } = settings;
  const conf = jsonOf(settings.conf, knownFor(asked, asked.inputs, settings.conf)) as Sealed['conf'];
  const dag: Dag = {
    url: baseOf('Airflow', fill(settings.url)),
    version,
    dag: fill(settings.dag),
    user,
    password,
    token,
  };
  const airflow = await signedIn(deps, dag);
  const state = await dagState(airflow);
  const [active, good, last, isRunning] = await Promise.all([
    newestRuns(airflow, ['running', 'queued'], MOST_ACTIVE),
    newestRuns(airflow, ['success'], LAST_RUNS),
    newestRuns(airflow, ['success', 'failed'], 1),
    isScheduling(airflow),
  ]);
  return {
    subject: dag.dag,
    lock: `airflow:${hostIn(dag.url)}:dag/${dag.dag}`,
    current: active.length === 0 ? 'no run under way' : `${active.length} under way`,
    target: 'a new run',
    differences: Object.entries(conf).map(([key, value]) => ({
      what: `conf.${key}`,
      from: 'not set',
      to: said(value),
    })),
    deployed: null,
    checks: [...fitness(state), scheduling(isRunning), ...others(active, state), ...lastOne(last[0])],
    ...{ takesMs: usualMs(good), cost: null, cannotUndo: ['What its tasks have done by the time it is stopped.'] },
    fingerprint: JSON.stringify([state.isPaused, state.isGone, state.hasImportErrors, state.file]),
    sealed: { ...dag, conf },
  };
}

function said(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 100).toWellFormed();
}

function fitness({ isPaused, isGone, hasImportErrors }: DagState): PlanCheck[] {
  return [
    isPaused
      ? { isWell: false, text: 'The DAG is paused: a run would stay queued. Unpause it in Airflow first.' }
      : { isWell: true, text: 'The DAG is not paused.' },
    ...(isGone ? [{ isWell: false, text: 'Airflow finds the file of the DAG no more.' }] : []),
    ...(hasImportErrors ? [{ isWell: false, text: 'The file of the DAG has an import error.' }] : []),
  ];
}

function scheduling(isRunning: boolean | null): PlanCheck {
  if (isRunning === null) return { isWell: null, text: 'Whether the scheduler runs could not be told.' };
  return isRunning
    ? { isWell: true, text: 'The scheduler runs.' }
    : { isWell: false, text: 'The scheduler does not run: a run would stay queued.' };
}

function others(active: readonly DagRun[], { mostRuns }: DagState): PlanCheck[] {
  const [first] = active;
  if (!first) return [{ isWell: true, text: 'No other run of it is under way.' }];
  if (mostRuns !== null && active.length >= mostRuns) {
    return [{ isWell: false, text: `${first.id} is ${first.state}, and the DAG allows ${mostRuns} at a time.` }];
  }
  return [{ isWell: null, text: `${first.id} is ${first.state} already: it may do what this one would.` }];
}

function lastOne(last: DagRun | undefined): PlanCheck[] {
  if (last?.state !== 'failed') return [];
  return [{ isWell: null, text: `The last run of it, ${last.id}, failed.` }];
}

/** The middle one of the last good runs, in ms. */
function usualMs(good: readonly DagRun[]): number | null {
  const took = good.flatMap(({ startedAt, endedAt }) =>
    startedAt !== null && endedAt !== null ? [endedAt - startedAt] : [],
  );
  return took.sort((one, other) => one - other)[Math.floor(took.length / 2)] ?? null;
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  const airflow = await signedIn(deps, sealed);
  const id = dagRunId(run);
  const found = await dagRun(airflow, id);
  if (!found && run.reference === null) return { kind: 'untouched' };
  if (!found)
    return {
      kind: 'moved',
      why: `The run ${id} was there and has been deleted in Airflow: nobody can see how it ended.`,
    };
  const link = runLink(sealed, id);
  switch (found.state) {
    case 'success':
      return { kind: 'done', detail: `The run of ${sealed.dag} has succeeded${took(found)}.`, link };
    case 'failed':
      return { kind: 'failed', why: await whyFailed(airflow, sealed, run), link };
    case 'queued':
      return { kind: 'under_way', phase: 'Queued', share: 0, link };
    default:
      return { kind: 'under_way', ...progress(await quietly(airflow, id)), link };
  }
}

function runLink({ url, version, dag }: Sealed, id: string): string | null {
  const path = encodeURIComponent(dag);
  const run = encodeURIComponent(id);
  return linkTo(url, version === 3 ? `/dags/${path}/runs/${run}` : `/dags/${path}/grid?dag_run_id=${run}`);
}

function took({ startedAt, endedAt }: DagRun): string {
  if (startedAt === null || endedAt === null) return '';
  const s = Math.round((endedAt - startedAt) / 1_000);
  return s < 90 ? ` in ${s} s` : ` in ${Math.round(s / 60)} min`;
}

/** How far it is makes a run no worse when it cannot be told. */
async function quietly(airflow: Airflow, id: string): Promise<readonly TaskState[]> {
  return await tasksOf(airflow, id).catch((error: unknown) => {
    if (error instanceof TransientError || error instanceof SetupError) return [];
    throw error;
  });
}

const THROUGH: ReadonlySet<string | null> = new Set(['success', 'skipped', 'removed']);
const AT_WORK: ReadonlySet<string | null> = new Set(['running', 'deferred', 'up_for_retry', 'restarting']);

function progress(tasks: readonly TaskState[]): { phase: string; share: number | null } {
  if (tasks.length === 0) return { phase: 'Running', share: null };
  const through = tasks.filter(({ state }) => THROUGH.has(state)).length;
  const at = tasks.find(({ state }) => AT_WORK.has(state))?.task;
  const phase = `${at === undefined ? 'Running' : `Running ${at}`}, ${through} of ${tasks.length} tasks done`;
  return { phase, share: through / tasks.length };
}

async function whyFailed(airflow: Airflow, { dag }: Sealed, run: Looked): Promise<string> {
  if (run.cancelAskedBy !== null) return `The run of ${dag} was stopped. What its tasks had done by then stays.`;
  const failed = (await quietly(airflow, dagRunId(run))).filter(({ state }) => state === 'failed');
  const tasks = failed.slice(0, 3).map(({ task }) => task);
  return `The run of ${dag} has failed${tasks.length > 0 ? `, in ${tasks.join(', ')}` : ''}.`;
}
