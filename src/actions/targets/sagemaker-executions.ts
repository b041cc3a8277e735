import type { PipelineExecutionStep } from '@aws-sdk/client-sagemaker';
import { kindOf } from '../../app/errors.ts';
import type { Looked, TargetDeps } from '../target.ts';
import { callSageMaker, tokenFor } from './sagemaker-calls.ts';

/** A pipeline of one region. */
export interface PipelinePlace {
  readonly region: string;
  readonly pipeline: string;
}

/** One execution. Times are epoch ms. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** `Executing`, `Stopping`, `Stopped`, `Failed`, `Succeeded`. */
  readonly status: string;
  readonly startedAt: number | null;
}

export interface ExecutionDetail extends Execution {
  readonly modifiedAt: number | null;
  readonly why: string;
}

/** What all executions that Tocsin starts are called, so that they are told from others, and found by their run. */
export const OWN = 'tocsin-';

/** Unique to a run: its id for people, and a part of its hashed token, which nobody can guess. */
export function nameFor(run: Pick<Looked, 'id' | 'token'>): string {
  return `${OWN}${run.id.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${tokenFor(run.token).slice(0, 8)}`.slice(
    0,
    MOST_OF_A_NAME,
  );
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html */
const MOST_OF_A_NAME = 82;
const NEWEST = 20;

/** The newest executions first. Throws SetupError when there is no such pipeline. */
export async function executionsOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, pipeline }: PipelinePlace,
): Promise<readonly Execution[]> {
  const call = { permission: 'sagemaker:ListPipelineExecutions', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(
      new sdk.ListPipelineExecutionsCommand({
        ...{ PipelineName: pipeline, SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: NEWEST },
      }),
    ),
  );
  return (said.PipelineExecutionSummaries ?? [])
    .map((one) => ({
      arn: one.PipelineExecutionArn ?? '',
      name: one.PipelineExecutionDisplayName ?? '',
      status: one.PipelineExecutionStatus ?? 'unknown',
      startedAt: one.StartTime?.getTime() ?? null,
    }))
    .toSorted((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0));
}

export async function executionOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region }: Pick<PipelinePlace, 'region'>,
  arn: string,
): Promise<ExecutionDetail> {
  const call = { permission: 'sagemaker:DescribePipelineExecution', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(new sdk.DescribePipelineExecutionCommand({ PipelineExecutionArn: arn })),
  );
  return {
    arn,
    name: said.PipelineExecutionDisplayName ?? '',
    status: said.PipelineExecutionStatus ?? 'unknown',
    startedAt: said.CreationTime?.getTime() ?? null,
    modifiedAt: said.LastModifiedTime?.getTime() ?? null,
    why: (said.FailureReason ?? '').slice(0, 200),
  };
}

export function isGoing({ status }: Pick<Execution, 'status'>): boolean {
  return status === 'Executing' || status === 'Stopping';
}

/** How far an execution is. */
export interface Progress {
  readonly phase: string;
  readonly share: number | null;
  /** The step that has failed, with its reason. */
  readonly failed: string | null;
}

/** `Step 3 of 5: Train`. Steps are a detail: whoever may not ask for them still sees whether it goes on. */
export async function progressOf(
  deps: TargetDeps,
  place: PipelinePlace,
  { arn, status }: Execution,
): Promise<Progress> {
  const [steps, names] = await Promise.all([
    orNothing(() => stepsOf(deps, place.region, arn)),
    orNothing(() => definedSteps(deps, place.region, arn)),
  ]);
  if (!steps || steps.length === 0) return { phase: status, share: null, failed: null };
  const failed = steps.find(({ StepStatus }) => StepStatus === 'Failed');
  const ended = steps.filter(({ StepStatus }) => StepStatus === 'Succeeded').length;
  const now = steps.find(({ StepStatus }) => StepStatus !== 'Succeeded');
  const total = names === null ? null : new Set([...names, ...steps.map(({ StepName }) => StepName ?? '')]).size;
  const of = total === null ? '' : ` of ${total}`;
  const where = now ? `Step ${ended + 1}${of}: ${now.StepName ?? 'unnamed'}` : `${ended}${of} steps are through`;
  return {
    phase: status === 'Stopping' ? `Stopping in ${now?.StepName ?? 'its last step'}` : where,
    share: total === null ? null : ended / total,
    failed: failed
      ? `${failed.StepName ?? 'A step'}: ${failed.FailureReason ?? 'no reason is given'}`.slice(0, 200)
      : null,
  };
}

/** Steps that were begun, the oldest first. */
async function stepsOf({ aws }: TargetDeps, region: string, arn: string): Promise<readonly PipelineExecutionStep[]> {
  const call = { permission: 'sagemaker:ListPipelineExecutionSteps', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(
      new sdk.ListPipelineExecutionStepsCommand({ PipelineExecutionArn: arn, SortOrder: 'Ascending', MaxResults: 100 }),
    ),
  );
  return said.PipelineExecutionSteps ?? [];
}

const MOST_CHARACTERS = 1_000_000;

/** Of the definition that this execution runs by: steps that were not reached are in no other answer. */
async function definedSteps({ aws }: TargetDeps, region: string, arn: string): Promise<readonly string[] | null> {
  const call = { permission: 'sagemaker:DescribePipelineDefinitionForExecution', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(new sdk.DescribePipelineDefinitionForExecutionCommand({ PipelineExecutionArn: arn })),
  );
  return stepNames(said.PipelineDefinition ?? '');
}

/** https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/ */
function stepNames(definition: string): readonly string[] | null {
  if (definition.length > MOST_CHARACTERS) return null;
  try {
    const read: unknown = JSON.parse(definition);
    const steps: unknown = typeof read === 'object' && read !== null ? Reflect.get(read, 'Steps') : null;
    if (!Array.isArray(steps)) return null;
    return steps.flatMap((one: unknown) => {
      const name: unknown = typeof one === 'object' && one !== null ? Reflect.get(one, 'Name') : null;
      return typeof name === 'string' ? [name] : [];
    });
  } catch {
    return null;
  }
}

async function orNothing<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (kindOf(error) === 'bug') throw error;
    return null;
  }
}
