export interface NewDag {
  readonly id: string;
  /** One after the other; each takes so long, in ms. */
  readonly tasks: readonly { readonly id: string; readonly takesMs: number }[];
  readonly maxActiveRuns?: number;
  /** How long a run waits before its first task, in ms. */
  readonly queuedMs?: number;
}

/** What somebody starts. Times are epoch ms. */
export interface NewRun {
  readonly id: string;
  readonly conf: object;
  readonly note: string | null;
}

export type RunState = 'queued' | 'running' | 'success' | 'failed';

/** A run as it is at this moment. */
export interface DagRun extends NewRun {
  readonly dag: string;
  readonly state: RunState;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly tasks: readonly { readonly id: string; readonly state: string | null }[];
}

export interface Dag extends Required<NewDag> {
  readonly isPaused: boolean;
  readonly hasImportErrors: boolean;
}

interface Held extends NewRun {
  readonly queuedAt: number;
  /** When the scheduler took it up; `null`: its DAG is paused. */
  readonly takenAt: number | null;
  /** The task that fails. */
  readonly fails: string | null;
  readonly stoppedAt: number | null;
}

/** DAGs and their runs, whose states follow from the time alone. */
export interface Dags {
  add(dag: NewDag): void;
  find(id: string): Dag | null;
  pause(id: string, isPaused: boolean): void;
  breakFile(id: string, isBroken: boolean): void;
  /** The next run of the DAG fails in this task. */
  failNext(id: string, task: string): void;
  /** `false`: there is a run of this id. */
  start(dag: string, run: NewRun): boolean;
  /** Sets a run to failed, and what is left of its tasks to skipped. */
  stop(dag: string, run: string): void;
  /** Somebody takes a run away, with all that it had to say. */
  remove(dag: string, run: string): void;
  /** Newest first. */
  runs(dag: string): readonly DagRun[];
}

export function createDags(now: () => number): Dags {
  const dags = new Map<string, { dag: Dag; runs: readonly Held[]; failing: string | null }>();
  const change = (id: string, next: (dag: Dag) => Partial<Dag>): void => {
    const held = dags.get(id);
    if (held) dags.set(id, { ...held, dag: { ...held.dag, ...next(held.dag) } });
  };
  return {
    add: (dag) => {
      const given = { maxActiveRuns: 16, queuedMs: 3_000, ...dag, isPaused: false, hasImportErrors: false };
      dags.set(dag.id, { dag: given, runs: [], failing: null });
    },
    find: (id) => dags.get(id)?.dag ?? null,
    pause: (id, isPaused) => {
      change(id, () => ({ isPaused }));
      const held = dags.get(id);
      if (!held || isPaused) return;
      dags.set(id, { ...held, runs: held.runs.map((run) => ({ ...run, takenAt: run.takenAt ?? now() })) });
    },
    breakFile: (id, hasImportErrors) => change(id, () => ({ hasImportErrors })),
    failNext: (id, failing) => {
      const held = dags.get(id);
      if (held) dags.set(id, { ...held, failing });
    },
    start: (id, given) => {
      const held = dags.get(id);
      if (!held || held.runs.some((run) => run.id === given.id)) return false;
      const at = now();
      const takenAt = held.dag.isPaused ? null : at;
      const run = { ...given, queuedAt: at, takenAt, fails: held.failing, stoppedAt: null };
      dags.set(id, { ...held, runs: [run, ...held.runs], failing: null });
      return true;
    },
    stop: (id, run) => {
      const held = dags.get(id);
      if (!held) return;
      const stopped = (one: Held) => (one.id === run ? { ...one, stoppedAt: now() } : one);
      dags.set(id, { ...held, runs: held.runs.map(stopped) });
    },
    remove: (id, run) => {
      const held = dags.get(id);
      if (held) dags.set(id, { ...held, runs: held.runs.filter((one) => one.id !== run) });
    },
    runs: (id) => {
      const held = dags.get(id);
      return held ? held.runs.map((run) => atTime(held.dag, run, now())) : [];
    },
  };
}

/** What has become of a run by a time: its tasks run one after the other, and end with the one that fails. */
function atTime(dag: Dag, run: Held, now: number): DagRun {
  const { id, conf, note, queuedAt, takenAt, fails, stoppedAt } = run;
  const at = Math.min(now, stoppedAt ?? now);
  const start = takenAt === null ? null : takenAt + dag.queuedMs;
  const failing = dag.tasks.findIndex((task) => task.id === fails);
  const planned = failing < 0 ? dag.tasks : dag.tasks.slice(0, failing + 1);
  const end = start === null ? null : start + planned.reduce((sum, { takesMs }) => sum + takesMs, 0);
  const base = { id, conf, note, dag: dag.id, queuedAt };
  const tasks = tasksAt(dag, run, start, at);
  if (end !== null && at >= end) {
    return { ...base, state: failing < 0 ? 'success' : 'failed', startedAt: start, endedAt: end, tasks };
  }
  const startedAt = start !== null && at >= start ? start : null;
  if (stoppedAt !== null) return { ...base, state: 'failed', startedAt, endedAt: stoppedAt, tasks };
  return { ...base, state: startedAt === null ? 'queued' : 'running', startedAt, endedAt: null, tasks };
}

function tasksAt({ tasks }: Dag, { fails, stoppedAt }: Held, start: number | null, at: number): DagRun['tasks'] {
  const failing = tasks.findIndex(({ id }) => id === fails);
  let ends = start ?? Number.POSITIVE_INFINITY;
  return tasks.map(({ id, takesMs }, i) => {
    const begins = ends;
    ends += takesMs;
    if (at >= ends) return { id, state: endOf(i, failing) };
    if (stoppedAt !== null) return { id, state: at >= begins ? 'failed' : 'skipped' };
    return { id, state: at >= begins ? 'running' : null };
  });
}

function endOf(i: number, failing: number): string {
  if (failing < 0 || i < failing) return 'success';
  return i === failing ? 'failed' : 'upstream_failed';
}
