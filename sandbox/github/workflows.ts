export interface NewWorkflow {
  /** `retrain.yml` */
  readonly file: string;
  readonly name: string;
  /** The file itself, as YAML. */
  readonly text: string;
  /** Jobs one after the other, each with steps of so many ms. */
  readonly jobs: readonly { readonly name: string; readonly steps: number; readonly stepMs: number }[];
  /** `run-name` with the inputs filled in; the name of the workflow without it. */
  readonly runName?: (inputs: Inputs) => string;
  /** How long a run waits for a runner, in ms. */
  readonly queuedMs?: number;
}

export type Inputs = Readonly<Record<string, string>>;

export interface Workflow extends Required<NewWorkflow> {
  readonly state: 'active' | 'disabled_manually';
}

export interface JobState {
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: string | null;
  readonly steps: readonly { readonly name: string; readonly status: string; readonly conclusion: string | null }[];
}

/** A run as it is at this moment. Times are epoch ms. */
export interface WorkflowRun {
  readonly id: number;
  readonly number: number;
  readonly file: string;
  readonly title: string;
  readonly ref: string;
  readonly inputs: Inputs;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: 'success' | 'failure' | 'cancelled' | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly jobs: readonly JobState[];
}

interface Held {
  readonly id: number;
  readonly number: number;
  readonly ref: string;
  readonly inputs: Inputs;
  readonly createdAt: number;
  readonly fails: string | null;
  readonly cancelledAt: number | null;
}

/** Workflows of one repository and their runs, whose states follow from the time alone. */
export interface Workflows {
  add(workflow: NewWorkflow): void;
  find(file: string): Workflow | null;
  enable(file: string, isEnabled: boolean): void;
  /** Somebody commits another version of the file. */
  rewrite(file: string, text: string): void;
  /** The next run fails in this job. */
  failNext(file: string, job: string): void;
  start(file: string, ref: string, inputs: Inputs): WorkflowRun;
  cancel(id: number): void;
  /** Newest first; of all workflows without `file`. */
  runs(file?: string): readonly WorkflowRun[];
}

const FIRST_ID = 19_000_000_000;

export function createWorkflows(now: () => number): Workflows {
  const held = new Map<string, { workflow: Workflow; runs: readonly Held[]; failing: string | null }>();
  let count = 0;
  const change = (file: string, next: Partial<Workflow>): void => {
    const one = held.get(file);
    if (one) held.set(file, { ...one, workflow: { ...one.workflow, ...next } });
  };
  const runsOf = (file: string): readonly WorkflowRun[] => {
    const one = held.get(file);
    return one ? one.runs.map((run) => atTime(one.workflow, run, now())) : [];
  };
  return {
    add: (given) => {
      const workflow = { runName: () => given.name, queuedMs: 4_000, ...given, state: 'active' as const };
      held.set(given.file, { workflow, runs: [], failing: null });
    },
    find: (file) => held.get(file)?.workflow ?? null,
    enable: (file, isEnabled) => change(file, { state: isEnabled ? 'active' : 'disabled_manually' }),
    rewrite: (file, text) => change(file, { text }),
    failNext: (file, failing) => {
      const one = held.get(file);
      if (one) held.set(file, { ...one, failing });
    },
    start: (file, ref, inputs) => {
      const one = held.get(file);
      if (!one) throw new Error(`no workflow ${file}`);
      count += 1;
      const base = { id: FIRST_ID + count * 17, number: one.runs.length + 1, createdAt: now() };
      const run = { ...base, ref, inputs, fails: one.failing, cancelledAt: null };
      held.set(file, { ...one, runs: [run, ...one.runs], failing: null });
      return atTime(one.workflow, run, now());
    },
    cancel: (id) => {
      for (const [file, one] of held) {
        const runs = one.runs.map((run) => (run.id === id ? { ...run, cancelledAt: now() } : run));
        held.set(file, { ...one, runs });
      }
    },
    runs: (file) => (file === undefined ? [...held.keys()].flatMap(runsOf) : runsOf(file)),
  };
}

function atTime(workflow: Workflow, run: Held, now: number): WorkflowRun {
  const { id, number, ref, inputs, createdAt, fails, cancelledAt } = run;
  const at = Math.min(now, cancelledAt ?? now);
  const begins = createdAt + workflow.queuedMs;
  const failing = workflow.jobs.findIndex(({ name }) => name === fails);
  const due = failing < 0 ? workflow.jobs : workflow.jobs.slice(0, failing + 1);
  const ends = due.reduce((time, { steps, stepMs }) => time + steps * stepMs, begins);
  const base = { id, number, file: workflow.file, title: workflow.runName(inputs), ref, inputs, createdAt };
  const jobs = jobsAt(workflow, { begins, at, failing, isOver: at >= ends || cancelledAt !== null });
  if (at >= ends) {
    const conclusion = failing < 0 ? ('success' as const) : ('failure' as const);
    return { ...base, status: 'completed', conclusion, updatedAt: ends, jobs };
  }
  if (cancelledAt !== null) return { ...base, status: 'completed', conclusion: 'cancelled', updatedAt: at, jobs };
  return { ...base, status: at >= begins ? 'in_progress' : 'queued', conclusion: null, updatedAt: at, jobs };
}

interface Moment {
  readonly begins: number;
  readonly at: number;
  readonly failing: number;
  readonly isOver: boolean;
}

function jobsAt({ jobs }: Workflow, moment: Moment): readonly JobState[] {
  let from = moment.begins;
  return jobs.map((job, i) => {
    const begins = from;
    from += job.steps * job.stepMs;
    return jobAt(job, i, begins, moment);
  });
}

function jobAt(
  { name, steps, stepMs }: Workflow['jobs'][number],
  i: number,
  begins: number,
  { at, failing, isOver }: Moment,
): JobState {
  if (at < begins || (failing >= 0 && i > failing)) {
    return { name, status: isOver ? 'completed' : 'queued', conclusion: isOver ? 'skipped' : null, steps: [] };
  }
  const done = Math.min(steps, Math.floor((at - begins) / stepMs));
  const shown = stepsShown(steps, done);
  if (done === steps) {
    return { name, status: 'completed', conclusion: i === failing ? 'failure' : 'success', steps: shown };
  }
  if (isOver) return { name, status: 'completed', conclusion: 'cancelled', steps: shown };
  return { name, status: 'in_progress', conclusion: null, steps: shown };
}

function stepsShown(steps: number, done: number): JobState['steps'] {
  return Array.from({ length: steps }, (_, i) => ({
    name: `Step ${i + 1}`,
    status: i < done ? 'completed' : i === done ? 'in_progress' : 'queued',
    conclusion: i < done ? 'success' : null,
  }));
}
