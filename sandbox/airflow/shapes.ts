import type { Dag, DagRun } from './dags.ts';

/** What Airflow answers, field for field as 2.11 and 3.3 do. */
export function dagShown({ id, isPaused, hasImportErrors, maxActiveRuns }: Dag, version: 2 | 3): object {
  return {
    ...{
      dag_id: id,
      dag_display_name: id,
      is_paused: isPaused,
      fileloc: `/opt/airflow/dags/${id}.py`,
      description: null,
    },
    ...{
      has_import_errors: hasImportErrors,
      max_active_runs: maxActiveRuns,
      max_active_tasks: 16,
      tags: [],
      owners: ['airflow'],
    },
    ...(version === 3 ? { is_stale: false } : { is_active: true, is_subdag: false }),
  };
}

export function runShown(run: DagRun, version: 2 | 3): object {
  const { id, dag, state, conf, note, queuedAt, startedAt, endedAt } = run;
  return {
    ...{ dag_run_id: id, dag_id: dag, run_type: 'manual', state, conf, note, last_scheduling_decision: null },
    ...{ start_date: timeShown(startedAt), end_date: timeShown(endedAt) },
    ...(version === 3
      ? { logical_date: null, queued_at: timeShown(queuedAt), run_after: timeShown(queuedAt), triggered_by: 'rest_api' }
      : { logical_date: timeShown(queuedAt), execution_date: timeShown(queuedAt), external_trigger: true }),
  };
}

export function taskShown(run: DagRun, { id, state }: DagRun['tasks'][number]): object {
  return {
    ...{ task_id: id, task_display_name: id, dag_id: run.dag, dag_run_id: run.id, map_index: -1, state },
    ...{ try_number: 1, max_tries: 0, operator: '_PythonDecoratedOperator', note: null },
  };
}

/** A refusal: 2 follows RFC 7807, 3 has a detail alone. */
export function problem(version: 2 | 3, status: number, detail: string): object {
  if (version === 3) return { detail };
  const titles: Readonly<Record<number, string>> = { 401: 'Unauthorized', 404: 'Not Found', 409: 'Conflict' };
  return { detail, status, title: titles[status] ?? 'Bad Request', type: 'about:blank' };
}

function timeShown(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
