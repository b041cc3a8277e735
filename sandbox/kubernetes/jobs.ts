import { randomUUID } from 'node:crypto';
import { alreadyExists, invalid, notFound, type Refusal } from './status.ts';

export const JOBS = { group: 'batch', resource: 'jobs' } as const;
const CRONJOBS = { group: 'batch', resource: 'cronjobs' } as const;

export interface NewCronJob {
  readonly namespace: string;
  readonly name: string;
  readonly schedule: string;
  readonly image: string;
  /** How long its jobs take. */
  readonly takesMs: number;
  readonly concurrencyPolicy?: 'Allow' | 'Forbid' | 'Replace';
  readonly ttlSecondsAfterFinished?: number;
}

interface CronJob extends NewCronJob {
  readonly uid: string;
  isSuspended: boolean;
}

interface Job {
  readonly namespace: string;
  readonly name: string;
  readonly body: JobBody;
  readonly uid: string;
  readonly cronJob: CronJob | null;
  readonly startedAt: number;
  readonly fails: boolean;
  version: number;
}

export interface JobBody {
  readonly metadata?: {
    readonly name?: string;
    readonly ownerReferences?: readonly { readonly uid?: string }[];
    readonly [key: string]: unknown;
  };
  readonly spec?: object;
}

/** A job for a system that is simulated: what ran, and how it ended. */
export interface JobState {
  readonly namespace: string;
  readonly name: string;
  /** `null`: it was made from none. */
  readonly cronJob: string | null;
  readonly state: 'pending' | 'running' | 'complete' | 'failed';
  readonly startedAt: number;
  /** `null`: it has not ended. */
  readonly endedAt: number | null;
}

function endOf(fails: boolean): 'complete' | 'failed' {
  return fails ? 'failed' : 'complete';
}

const POD_AFTER_MS = 1_000;

export interface JobsOptions {
  readonly now: () => number;
  readonly version: () => number;
}

/** CronJobs and the jobs that are made from them. */
export function createJobs({ now, version }: JobsOptions) {
  const cronJobs = new Map<string, CronJob>();
  const jobs = new Map<string, Job>();

  function stateOf({ namespace, name, cronJob, startedAt, fails }: Job): JobState {
    const takes = cronJob?.takesMs ?? 10_000;
    const endsAt = startedAt + POD_AFTER_MS + (fails ? takes / 2 : takes);
    const isOver = now() >= endsAt;
    const state = isOver ? endOf(fails) : now() >= startedAt + POD_AFTER_MS ? 'running' : 'pending';
    return { namespace, name, cronJob: cronJob?.name ?? null, state, startedAt, endedAt: isOver ? endsAt : null };
  }

  /** What has ended is cleared away after its time. */
  function kept(): Job[] {
    for (const [key, job] of jobs) {
      const ttl = job.cronJob?.ttlSecondsAfterFinished;
      const { endedAt } = stateOf(job);
      if (ttl !== undefined && endedAt !== null && now() >= endedAt + ttl * 1_000) jobs.delete(key);
    }
    return [...jobs.values()];
  }

  const find = (namespace: string, name: string) =>
    kept().find((job) => job.namespace === namespace && job.name === name);

  return {
    addCronJob(given: NewCronJob): void {
      cronJobs.set(`${given.namespace}/${given.name}`, { ...given, uid: randomUUID(), isSuspended: false });
    },
    suspend(namespace: string, name: string, suspended: boolean): void {
      const held = cronJobs.get(`${namespace}/${name}`);
      if (held) held.isSuspended = suspended;
    },
    states: (): readonly JobState[] => [...jobs.values()].map(stateOf),
    cronJob(namespace: string, name: string): object | Refusal {
      const held = cronJobs.get(`${namespace}/${name}`);
      if (!held) return notFound(CRONJOBS, name);
      const isOpen = (job: Job) => job.cronJob === held && stateOf(job).endedAt === null;
      // Only what the schedule has started stands here: kubectl's jobs do not.
      return shownCronJob(
        held,
        kept().filter((job) => isOpen(job) && !('annotations' in (job.body.metadata ?? {}))),
      );
    },
    get(namespace: string, name: string): object | Refusal {
      const job = find(namespace, name);
      return job ? shownJob(job, stateOf(job)) : notFound(JOBS, name);
    },
    list: (namespace: string): object => ({
      ...{ kind: 'JobList', apiVersion: 'batch/v1', metadata: {} },
      items: kept()
        .filter((job) => job.namespace === namespace)
        .map((job) => shownJob(job, stateOf(job))),
    }),
    create(namespace: string, body: JobBody, fails: boolean): object | Refusal {
      const name = body.metadata?.name ?? '';
      if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
        return invalid(
          'Job',
          JOBS,
          name,
          'metadata.name',
          `Invalid value: "${name}": must be no more than 63 characters`,
        );
      }
      if (find(namespace, name)) return alreadyExists(JOBS, name);
      const owner = body.metadata?.ownerReferences?.[0]?.uid;
      const cronJob = [...cronJobs.values()].find(({ uid }) => uid === owner) ?? null;
      const job = { namespace, name, body, uid: randomUUID(), cronJob, startedAt: now(), fails, version: version() };
      jobs.set(`${namespace}/${name}`, job);
      return shownJob(job, stateOf(job));
    },
    remove(namespace: string, name: string): object | Refusal {
      const job = find(namespace, name);
      if (!job) return notFound(JOBS, name);
      jobs.delete(`${namespace}/${name}`);
      const details = { name, group: 'batch', kind: 'jobs', uid: job.uid };
      return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
    },
  };
}

function shownCronJob(held: CronJob, active: readonly Job[]): object {
  const {
    namespace,
    name,
    uid,
    schedule,
    image,
    isSuspended,
    concurrencyPolicy = 'Allow',
    ttlSecondsAfterFinished: ttl,
  } = held;
  const template = { spec: { restartPolicy: 'Never', containers: [{ name, image }] } };
  const spec = { backoffLimit: 0, ...(ttl === undefined ? {} : { ttlSecondsAfterFinished: ttl }), template };
  return {
    kind: 'CronJob',
    apiVersion: 'batch/v1',
    metadata: { name, namespace, uid },
    spec: {
      ...{
        schedule,
        suspend: isSuspended,
        concurrencyPolicy,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
      jobTemplate: { metadata: { labels: { app: name }, annotations: { owner: 'data' } }, spec },
    },
    status: {
      active: active.map((job) => ({ kind: 'Job', apiVersion: 'batch/v1', namespace, name: job.name, uid: job.uid })),
    },
  };
}

const CONDITION = { pending: null, running: null, complete: 'Complete', failed: 'Failed' } as const;

function shownJob({ namespace, name, body, uid, version }: Job, { state }: JobState): object {
  const type = CONDITION[state];
  const isFailed = state === 'failed';
  const told = isFailed
    ? { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
    : {};
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: { ...body.metadata, name, namespace, uid, resourceVersion: String(version) },
    spec: body.spec ?? {},
    status: {
      ...(state === 'running' && { active: 1, ready: 1 }),
      ...(state === 'complete' && { succeeded: 1 }),
      ...(isFailed && { failed: 1 }),
      conditions: type === null ? [] : [{ type, status: 'True', ...told }],
    },
  };
}
