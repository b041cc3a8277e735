import { SetupError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import { amountOf, type Fields, fieldsOf, listOf, textOf } from '../../sources/foreign-fields.ts';
import { oneLine } from '../../sources/foreign-text.ts';
import type { TargetDeps } from '../target.ts';
import { basicOrBearer, isFine, type Rest, refused, request, type SignIn, saidIn, signInNow } from './rest.ts';
import { secretOf } from './template.ts';

/** An Airflow and a DAG of it, as a plan holds them: secrets are `${NAME}`. */
export interface Dag extends SignIn {
  readonly url: string;
  readonly version: 2 | 3;
  readonly dag: string;
}

/** What Airflow says of a DAG. */
export interface DagState {
  readonly isPaused: boolean;
  /** Its file was there, and is not any more. */
  readonly isGone: boolean;
  readonly hasImportErrors: boolean;
  readonly file: string;
  /** `null`: it does not say. */
  readonly mostRuns: number | null;
}

/** Times are epoch ms; `null`: not yet. */
export interface DagRun {
  readonly id: string;
  readonly state: string;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface TaskState {
  readonly task: string;
  /** `null`: nobody has looked at it yet. */
  readonly state: string | null;
}

/** An Airflow that was signed in to: good for one step. */
export interface Airflow {
  readonly rest: Rest;
  /** Path of the DAG, and of a run of it. */
  readonly dag: string;
  readonly health: string;
  readonly version: 2 | 3;
}

const MEND = 'Give airflow_dag a user and a password, or a token, that may read and start this DAG.';
/** A DAG may have thousands of tasks; so many say enough of how far it is. */
const MOST_TASKS = 100;

/**
 * Signs in: 3 gives a token for user and password, 2 takes them as they are.
 * https://airflow.apache.org/docs/apache-airflow/stable/security/api.html
 */
export async function signedIn(deps: TargetDeps, { url, version, dag, ...signIn }: Dag): Promise<Airflow> {
  const now = signInNow(signIn, deps.variables);
  const base = secretOf(url, deps.variables).replace(/\/+$/, '');
  const anonymous: Rest = { system: 'Airflow', base, fetch: deps.fetch, headers: {} };
  const token = now.token ?? (version === 3 && now.user !== null ? await tokenFor(anonymous, now) : null);
  return {
    rest: { ...anonymous, headers: basicOrBearer({ ...now, token }) },
    dag: `/api/v${version - 1}/dags/${encodeURIComponent(dag)}`,
    health: version === 3 ? '/api/v2/monitor/health' : '/api/v1/health',
    version,
  };
}

async function tokenFor(rest: Rest, { user, password }: SignIn): Promise<string> {
  const answer = await request(rest, 'POST', '/auth/token', { username: user, password: password ?? '' });
  const token = isFine(answer) ? textOf(answer.json.access_token) : null;
  if (token !== null) return token;
  throw isFine(answer) ? new SetupError('Airflow gives no token: is it version 3?') : refused(rest, answer, MEND);
}

export function airflowRefused({ rest }: Airflow, answer: { readonly status: number; readonly json: Fields }): Error {
  return refused(rest, answer, answer.status === 401 || answer.status === 403 ? MEND : '');
}

/** Throws SetupError for a DAG that Airflow does not know, with the files that it cannot read: its own may be one of them. */
export async function dagState(airflow: Airflow): Promise<DagState> {
  const { rest, dag } = airflow;
  const answer = await request(rest, 'GET', dag);
  if (answer.status === 404) throw new SetupError(`Airflow says: ${saidIn(answer)}.${await unreadable(airflow)}`);
  if (!isFine(answer)) throw airflowRefused(airflow, answer);
  const { json } = answer;
  return {
    isPaused: json.is_paused === true,
    isGone: json.is_stale === true || json.is_active === false,
    hasImportErrors: json.has_import_errors === true,
    file: textOf(json.fileloc) ?? '',
    mostRuns: amountOf(json.max_active_runs),
  };
}

async function unreadable({ rest, version }: Airflow): Promise<string> {
  const answer = await request(rest, 'GET', `/api/v${version - 1}/importErrors?limit=3`);
  const files = isFine(answer) ? listOf(answer.json.import_errors, ({ filename }) => textOf(filename)) : [];
  return files.length === 0 ? '' : ` It cannot import ${files.map((file) => oneLine(file, 80)).join(', ')}.`;
}

/** The newest runs, newest first. */
export async function newestRuns(airflow: Airflow, states: readonly string[], limit: number): Promise<DagRun[]> {
  const query = new URLSearchParams([
    ['order_by', '-start_date'],
    ['limit', String(limit)],
    ...states.map((state) => ['state', state] as [string, string]),
  ]);
  const answer = await request(airflow.rest, 'GET', `${airflow.dag}/dagRuns?${query}`);
  if (!isFine(answer)) throw airflowRefused(airflow, answer);
  return [...listOf(answer.json.dag_runs, runIn)];
}

/** `null`: there is no such run. */
export async function dagRun(airflow: Airflow, id: string): Promise<DagRun | null> {
  const answer = await request(airflow.rest, 'GET', `${airflow.dag}/dagRuns/${encodeURIComponent(id)}`);
  if (answer.status === 404) return null;
  if (!isFine(answer)) throw airflowRefused(airflow, answer);
  return runIn(answer.json);
}

export async function tasksOf({ rest, dag }: Airflow, id: string): Promise<readonly TaskState[]> {
  const path = `${dag}/dagRuns/${encodeURIComponent(id)}/taskInstances?limit=${MOST_TASKS}`;
  const answer = await request(rest, 'GET', path);
  if (!isFine(answer)) return []; // who may read the run may be kept from its tasks
  return listOf(answer.json.task_instances, ({ task_id: task, state }) => ({
    task: oneLine(textOf(task) ?? '', 60),
    state: textOf(state),
  }));
}

/** Whether it was started by this very request. 409: there is a run of this id already, which is what was wanted, or one that is in its way. */
export async function startRun(
  airflow: Airflow,
  { id, conf, note }: { readonly id: string; readonly conf: Json; readonly note: string },
): Promise<boolean> {
  const when = airflow.version === 3 ? { logical_date: null } : {};
  const answer = await request(airflow.rest, 'POST', `${airflow.dag}/dagRuns`, { dag_run_id: id, conf, note, ...when });
  if (!isFine(answer) && answer.status !== 409) throw airflowRefused(airflow, answer);
  return isFine(answer);
}

/** Airflow stops the tasks of a run that is set to failed. */
export async function stopRun(airflow: Airflow, id: string): Promise<void> {
  const path = `${airflow.dag}/dagRuns/${encodeURIComponent(id)}`;
  const answer = await request(airflow.rest, 'PATCH', path, { state: 'failed' });
  if (!isFine(answer)) throw airflowRefused(airflow, answer);
}

/** Whether somebody works off what is queued; `null`: it does not say. */
export async function isScheduling({ rest, health }: Airflow): Promise<boolean | null> {
  const answer = await request(rest, 'GET', health);
  const status = isFine(answer) ? textOf(fieldsOf(answer.json.scheduler)?.status) : null;
  return status === null ? null : status === 'healthy';
}

function runIn(fields: Fields): DagRun | null {
  const id = textOf(fields.dag_run_id);
  if (id === null) return null;
  const time = (value: unknown) => {
    const at = Date.parse(textOf(value) ?? '');
    return Number.isNaN(at) ? null : at;
  };
  return {
    ...{ id: oneLine(id, 120), state: oneLine(textOf(fields.state) ?? '', 40) },
    ...{ startedAt: time(fields.start_date), endedAt: time(fields.end_date) },
  };
}
