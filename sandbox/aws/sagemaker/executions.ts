import type { PipelineExecution, PipelineStep, SageMaker, SageMakerChange } from './registry.ts';

/** What a pipeline does that nobody has described. */
export const USUAL_STEPS: readonly PipelineStep[] = [
  { name: 'Prepare', type: 'Processing', takesMs: 10_000 },
  { name: 'Train', type: 'Training', takesMs: 25_000 },
  { name: 'Evaluate', type: 'Processing', takesMs: 8_000 },
  { name: 'Register', type: 'RegisterModel', takesMs: 2_000 },
];

/** One step as it is at a moment. Steps that were not reached are not there, as in the real answer. */
export interface StepNow {
  readonly step: PipelineStep;
  readonly status: 'Executing' | 'Stopping' | 'Stopped' | 'Failed' | 'Succeeded';
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly why: string | null;
}

/** The steps that an execution has begun by now, in their order. */
export function stepsOf(execution: PipelineExecution, now: number): StepNow[] {
  const { startedAt, endedAt, work } = execution;
  const until = Math.min(endedAt ?? now, work?.stoppingAt ?? now);
  const steps: StepNow[] = [];
  let at = startedAt;
  for (const step of work?.steps ?? []) {
    const isBegun = at < until || (at === until && endedAt === null);
    if (!isBegun || steps.at(-1)?.status === 'Failed') break;
    steps.push(stepAt(execution, step, at, until));
    at += step.takesMs;
  }
  return steps;
}

function stepAt(
  { status, endedAt, work }: PipelineExecution,
  step: PipelineStep,
  startedAt: number,
  until: number,
): StepNow {
  const endsAt = startedAt + step.takesMs;
  if (endsAt > until) return { step, status: unfinished(status), startedAt, endedAt, why: null };
  const failure = work?.failure?.step === step.name ? work.failure : null;
  return { step, status: failure ? 'Failed' : 'Succeeded', startedAt, endedAt: endsAt, why: failure?.why ?? null };
}

function unfinished(status: PipelineExecution['status']): StepNow['status'] {
  if (status === 'Stopping' || status === 'Stopped') return status;
  return 'Executing';
}

/** Brings an execution up to now; answers what has happened meanwhile, oldest first. */
export function settleExecution({ timing }: SageMaker, execution: PipelineExecution, now: number): SageMakerChange[] {
  const { arn, work, status } = execution;
  if (!work || (status !== 'Executing' && status !== 'Stopping')) return [];
  const stopsAt = work.stoppingAt === null ? Number.POSITIVE_INFINITY : work.stoppingAt + timing.stopMs;
  const steps = stepsOf(execution, now);
  const news: SageMakerChange[] = [];
  for (const { step, endedAt, status: ended } of steps.slice(work.told)) {
    if (endedAt === null || ended !== 'Succeeded') break;
    work.told += 1;
    news.push({ kind: 'step', arn, step, at: endedAt });
  }
  const end = endOf(execution, steps, now, stopsAt);
  if (!end) return news;
  Object.assign(execution, end);
  return [...news, { kind: 'execution', arn, before: status, at: end.endedAt }];
}

type End = Pick<PipelineExecution, 'status' | 'failureReason'> & { readonly endedAt: number };

function endOf({ work }: PipelineExecution, steps: readonly StepNow[], now: number, stopsAt: number): End | null {
  const last = steps.at(-1);
  const endedAt = last?.endedAt ?? null;
  if (last?.status === 'Failed' && endedAt !== null)
    return { status: 'Failed', failureReason: 'Step failure: One or multiple steps failed.', endedAt };
  if (steps.length === work?.steps.length && last?.status === 'Succeeded' && endedAt !== null)
    return { status: 'Succeeded', failureReason: null, endedAt };
  return now >= stopsAt ? { status: 'Stopped', failureReason: null, endedAt: stopsAt } : null;
}
