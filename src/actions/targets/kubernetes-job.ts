import { createHash } from 'node:crypto';
import { SetupError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import { amountOf, type Fields, listOf, textOf } from '../../sources/foreign-fields.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { type Cluster, clusterOf, kubernetes, lockOf, nameIn, overtaken, refusal } from './kubernetes-api.ts';
import { textsIn, within } from './kubernetes-deployment.ts';
import { isFine } from './rest.ts';
import { digest } from './subject.ts';

type Sealed = Cluster & {
  readonly cronjob: string;
  readonly uid: string;
  /** Digest of what the job is made from. */
  readonly template: string;
  /** How long after its end a job is there at least, in ms; `null`: until somebody deletes it. */
  readonly keptMs: number | null;
};

const BATCH = 'batch/v1';

/** Runs the job of a CronJob once, as `kubectl create job --from` does. Its name is the run's, so that it cannot be made twice. */
export const kubernetesJob: Target<'kubernetes_job', Sealed> = {
  plan,
  look,
  async change(deps, sealed, { run }) {
    const held = await cronJobOf(deps, sealed, sealed.cronjob);
    if (digest(held.template) !== sealed.template || held.uid !== sealed.uid) {
      throw new SetupError(`The CronJob ${sealed.cronjob} has just been changed.`);
    }
    const name = jobName(sealed.cronjob, run.token);
    const answer = await kubernetes(deps, sealed).send('POST', BATCH, 'jobs', jobOf(sealed, held, name));
    // AlreadyExists: an earlier sending of this very run has made it. Conflict: the quota has just been counted for somebody else.
    const isThere = answer.status === 409 && answer.json.reason === 'AlreadyExists';
    if (answer.status === 409 && answer.json.reason === 'Conflict') throw overtaken('The quota of the namespace');
    if (!isFine(answer) && !isThere) throw refusal(sealed, answer);
    return { reference: name };
  },
  async cancel(deps, sealed, { run }) {
    const name = jobName(sealed.cronjob, run.token);
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
    const answer = await kubernetes(deps, sealed).send('DELETE', BATCH, `jobs/${name}`, body);
    if (!isFine(answer) && answer.status !== 404) throw refusal(sealed, answer);
  },
  repeatable: true,
};

/** At most 63 characters, which become a label of its pods. */
function jobName(cronjob: string, token: string): string {
  const mark = createHash('sha256').update(token).digest('hex').slice(0, 12);
  return `${cronjob.slice(0, 48).replace(/[.-]+$/, '')}-t${mark}`;
}

interface CronJob {
  readonly uid: string;
  readonly isSuspended: boolean;
  readonly concurrency: string;
  readonly schedule: string;
  /** Names of its jobs that run. */
  readonly active: readonly string[];
  /** `spec.jobTemplate` */
  readonly template: Fields;
  readonly keptMs: number | null;
}

async function cronJobOf(deps: TargetDeps, cluster: Cluster, name: string): Promise<CronJob> {
  const found = await kubernetes(deps, cluster).get(BATCH, `cronjobs/${name}`);
  if (!found) throw new SetupError(`There is no CronJob ${name} in the namespace ${cluster.namespace}.`);
  const spec = within(found, 'spec');
  const template = within(spec, 'jobTemplate');
  const ttl = amountOf(within(template, 'spec').ttlSecondsAfterFinished);
  const keepsNone = amountOf(spec.successfulJobsHistoryLimit) === 0 || amountOf(spec.failedJobsHistoryLimit) === 0;
  return {
    uid: textOf(within(found, 'metadata').uid) ?? '',
    isSuspended: spec.suspend === true,
    concurrency: textOf(spec.concurrencyPolicy) ?? 'Allow',
    schedule: textOf(spec.schedule) ?? '',
    active: listOf(within(found, 'status').active, (one) => textOf(one.name)),
    template,
    keptMs: keepsNone ? 0 : ttl === null ? null : ttl * 1_000,
  };
}

async function plan(deps: TargetDeps, asked: Asked<'kubernetes_job'>): Promise<Draft<Sealed>> {
  const cluster = clusterOf(asked, deps);
  const cronjob = nameIn(asked.fill(asked.settings.cronjob));
  const held = await cronJobOf(deps, cluster, cronjob);
  const active = await runningJobs(deps, cluster, held);
  const template = digest(held.template);
  return {
    subject: cronjob,
    lock: lockOf(cluster, `cronjob/${cronjob}`),
    current: active.length === 0 ? 'not running' : `${active[0]} is running`,
    target: 'one job, now',
    differences: [{ what: 'Job', from: 'none', to: imagesOf(held.template).join(', ') || cronjob }],
    deployed: null,
    checks: checksOf(cronjob, held, active),
    ...{ takesMs: null, cost: null, cannotUndo: ['What the job writes'] },
    fingerprint: [held.uid, template, held.isSuspended].join(' '),
    sealed: { ...cluster, cronjob, uid: held.uid, template, keptMs: held.keptMs },
  };
}

function checksOf(
  name: string,
  { isSuspended, concurrency, schedule }: CronJob,
  active: readonly string[],
): PlanCheck[] {
  const running = active.slice(0, 3).join(', ');
  return [
    isSuspended
      ? { isWell: false, text: `${name} is suspended: somebody has stopped it. Resume it first.` }
      : { isWell: true, text: `${name} is scheduled: ${schedule}.` },
    active.length === 0
      ? { isWell: true, text: 'No job of it is running.' }
      : {
          isWell: concurrency === 'Allow' ? null : false,
          text:
            concurrency === 'Allow'
              ? `${running} is running already; it allows several at a time.`
              : `${running} is running already, and it allows one at a time: wait for it.`,
        },
  ];
}

/** Also those that people started: Kubernetes lists only its own in the CronJob's status. */
async function runningJobs(deps: TargetDeps, cluster: Cluster, { uid, active }: CronJob): Promise<string[]> {
  const found = await kubernetes(deps, cluster).get(BATCH, 'jobs');
  const running = listOf(found?.items, (job) => {
    const metadata = within(job, 'metadata');
    const isOwn = listOf(metadata.ownerReferences, (owner) => textOf(owner.uid)).includes(uid);
    return isOwn && endOf(job) === null ? textOf(metadata.name) : null;
  });
  return [...new Set([...active, ...running])];
}

function imagesOf(template: Fields): string[] {
  const pod = within(within(within(template, 'spec'), 'template'), 'spec');
  return [...listOf(pod.containers, (one) => textOf(one.image))];
}

/** https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/create/create_job.go: what kubectl makes of a CronJob. */
function jobOf({ cronjob }: Sealed, { uid, template }: CronJob, name: string): Json {
  const metadata = within(template, 'metadata');
  return {
    apiVersion: BATCH,
    kind: 'Job',
    metadata: {
      name,
      annotations: { ...textsIn(metadata, 'annotations'), 'cronjob.kubernetes.io/instantiate': 'manual' },
      labels: textsIn(metadata, 'labels'),
      ownerReferences: [{ apiVersion: BATCH, kind: 'CronJob', name: cronjob, uid, controller: true }],
    },
    spec: within(template, 'spec') as Json, // as JSON brought it
  };
}

/** How a job has ended; `null`: it has not. */
function endOf(job: Fields): { readonly isWell: boolean; readonly says: string } | null {
  const ends = listOf(within(job, 'status').conditions, (one) => {
    const isEnd = one.status === 'True' && (one.type === 'Complete' || one.type === 'Failed');
    return isEnd ? { isWell: one.type === 'Complete', says: textOf(one.message) ?? textOf(one.reason) ?? '' } : null;
  });
  return ends[0] ?? null;
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  const name = jobName(sealed.cronjob, run.token);
  const job = await kubernetes(deps, sealed).get(BATCH, `jobs/${name}`);
  if (!job) return absent(deps.now(), sealed, name, run);
  const end = endOf(job);
  if (end?.isWell) return { kind: 'done', detail: `The job ${name} has completed.`, link: null };
  if (end) return { kind: 'failed', why: `The job ${name} has failed: ${end.says.slice(0, 200)}`, link: null };
  const status = within(job, 'status');
  const [active, succeeded, failed] = [status.active, status.succeeded, status.failed].map((one) => amountOf(one) ?? 0);
  const wanted = amountOf(within(job, 'spec').completions) ?? 1;
  const again = (failed ?? 0) > 0 ? `, ${failed} failed before` : '';
  const phase = (active ?? 0) === 0 ? 'Waiting for a pod' : `${active} of its pods running${again}`;
  return { kind: 'under_way', phase, share: wanted > 1 ? Math.min(1, (succeeded ?? 0) / wanted) : null, link: null };
}

/** A request ends after ten seconds: by then a job that it makes is there. */
const SHOWS_WITHIN_MS = 20_000;

/** A job that is gone may have run: it is made again only where it would still be there if it had. */
function absent(now: number, { keptMs }: Sealed, name: string, run: Looked): Sight {
  const { sentAt, beganAt, reference, cancelAskedBy } = run;
  if (sentAt === null) return { kind: 'untouched' };
  if (reference !== null && cancelAskedBy !== null)
    return { kind: 'failed', why: `The job ${name} was stopped and deleted.`, link: null };
  if (reference !== null)
    return { kind: 'moved', why: `The job ${name} was there and is gone: nobody can see how it ended.` };
  const isCleared = keptMs !== null && now >= (beganAt ?? sentAt) + keptMs;
  if (!isCleared) return { kind: 'untouched' };
  if (now < sentAt + SHOWS_WITHIN_MS)
    return { kind: 'under_way', phase: 'Sent, and not to be seen yet', share: null, link: null };
  return {
    kind: 'moved',
    why: `The job ${name} is not there. It may have run: jobs of this CronJob are deleted when they end.`,
  };
}
