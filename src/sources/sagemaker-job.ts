import type { Change } from '../domain/change.ts';
import { type BridgeEvent, changedAtOf } from './eventbridge-event.ts';
import { textOf } from './foreign-fields.ts';
import { oneLine } from './foreign-text.ts';
import { stemOf } from './job-stem.ts';
import { type News, NO_NEWS } from './news.ts';
import { alertAbout, MAX_NAME, type Resource } from './sagemaker-resource.ts';

interface JobKind {
  readonly kind: Resource['kind'];
  /** What the names of its fields begin with: `TrainingJobName`, `TrainingJobStatus`, `TrainingJobArn`. */
  readonly field: string;
  readonly words: string;
  /** Its list in the console. */
  readonly page: string;
}

/** By the detail type of their events. */
export const JOB_KINDS: ReadonlyMap<string, JobKind> = new Map([
  ['SageMaker Training Job State Change', job('training-job', 'TrainingJob', 'Training job', 'jobs')],
  [
    'SageMaker Processing Job State Change',
    job('processing-job', 'ProcessingJob', 'Processing job', 'processing-jobs'),
  ],
  ['SageMaker Transform Job State Change', job('transform-job', 'TransformJob', 'Transform job', 'transform-jobs')],
  [
    'SageMaker HyperParameter Tuning Job State Change',
    job('tuning-job', 'HyperParameterTuningJob', 'Tuning job', 'hyper-tuning-jobs'),
  ],
]);

function job(kind: Resource['kind'], field: string, words: string, page: string): JobKind {
  return { kind, field, words, page };
}

/** What Model Monitor writes when a job did its work and found the data out of line. */
const VIOLATIONS = 'CompletedWithViolations';
const STARTED: Readonly<Record<string, string>> = {
  InProgress: 'started',
  Completed: 'completed',
  Stopped: 'was stopped',
};

/**
 * The state of a job: one that failed fires, one that completed has recovered, both for the job's stem; starts and ends are
 * changes. A monitoring job that found violations fires though it completed. Trainings of a tuning job may fail: the tuning job
 * decides. Null for what does not look like a job.
 */
export function jobState(event: BridgeEvent, receivedAt: number): News | null {
  const read = readJob(event);
  if (!read) return null;
  const { name, status, isPart } = read;
  if (isPart) return NO_NEWS;

  const found = textOf(event.detail.ExitMessage) ?? '';
  const isFailing = status === 'Failed' || (status === 'Completed' && found.startsWith(VIOLATIONS));
  const why = textOf(event.detail.FailureReason) ?? found;
  const done = STARTED[status];
  return {
    alerts: isFailing || status === 'Completed' ? [conditionOf(event, read, { isFailing, why, receivedAt })] : [],
    changes: done ? [changeOf(read, `${read.words} ${name} ${done}`)] : [],
  };
}

interface Job extends JobKind {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly resource: Resource;
  /** It belongs to a job of its own kind of event. */
  readonly isPart: boolean;
  readonly changedAt: number;
}

function readJob(event: BridgeEvent): Job | null {
  const { detailType, detail, account, region } = event;
  const known = JOB_KINDS.get(detailType);
  const name = known && textOf(detail[`${known.field}Name`]);
  const status = known && textOf(detail[`${known.field}Status`]);
  if (!known || !name || !status) return null;
  const schedule = textOf(detail.MonitoringScheduleArn)?.split('/').at(-1);
  return {
    ...known,
    arn: oneLine(textOf(detail[`${known.field}Arn`]) ?? `${account}/${region}/${known.kind}/${name}`, 256),
    name: oneLine(name, MAX_NAME),
    status,
    resource: schedule
      ? { kind: 'monitoring-schedule', name: schedule }
      : { kind: known.kind, name: stemOf(oneLine(name, MAX_NAME)) },
    isPart: known.kind === 'training-job' && textOf(detail.TuningJobArn) !== null,
    changedAt: changedAtOf(event, 'LastModifiedTime', 'TrainingEndTime', 'ProcessingEndTime', 'TransformEndTime'),
  };
}

function conditionOf(
  event: BridgeEvent,
  { resource, name, page, words, changedAt }: Job,
  { isFailing, why, receivedAt }: { readonly isFailing: boolean; readonly why: string; readonly receivedAt: number },
) {
  const hasViolations = why.startsWith(VIOLATIONS);
  const said = hasViolations ? why.slice(VIOLATIONS.length).replace(/^[:\s]+/, '') : why;
  const verb = hasViolations ? 'found violations' : 'failed';
  const end = isFailing ? `${verb}${said === '' ? '' : `: ${said}`}` : 'completed';
  return alertAbout(event, resource, {
    state: isFailing ? 'firing' : 'recovered',
    changedAt,
    receivedAt,
    reason: `${words} ${name} ${end}`,
    labels: { job: name },
    page: `${page}/${encodeURIComponent(name)}`,
  });
}

/** Each of a run's states is one change, however many events tell of it. */
function changeOf({ arn, status, resource, kind, changedAt }: Job, text: string): Change {
  const isTraining = kind === 'training-job' || kind === 'tuning-job';
  const id = `eb:${arn}/${status}`;
  return {
    id,
    at: changedAt,
    kind: isTraining ? 'training' : 'other',
    subject: resource.name,
    text,
    by: null,
    url: null,
  };
}
