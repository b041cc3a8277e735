import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { objects, requiredText, text } from '../input.ts';
import { stepsOf, USUAL_STEPS } from './executions.ts';
import { paged, within } from './listing.ts';
import type { Calling, Operation } from './operation.ts';
import type { PipelineExecution, PipelineStep } from './registry.ts';

export const PIPELINE_OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribePipelineExecution: (calling, input) => described(calling, executionIn(calling, input)),
  DescribePipelineDefinitionForExecution: (calling, input) => {
    const { work, startedAt } = executionIn(calling, input);
    const Steps = (work?.steps ?? []).map(({ name, type }) => ({ Name: name, Type: type }));
    return {
      PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps }),
      CreationTime: startedAt / 1000,
    };
  },
  ListPipelineExecutions: (calling, input) => {
    const { sageMaker } = calling;
    const pipeline = pipelineIn(calling, input);
    const all = [...sageMaker.executions.values()].filter((one) => one.pipeline === pipeline);
    const found = within(all, input, ({ startedAt }) => startedAt).map((execution) => summary(execution));
    return paged('PipelineExecutionSummaries', found, input);
  },
  ListPipelineExecutionSteps: (calling, input) => {
    const steps = stepsOf(executionIn(calling, input), calling.at).map(({ step, status, startedAt, endedAt, why }) => ({
      StepName: step.name,
      StartTime: startedAt / 1000,
      ...(endedAt === null ? {} : { EndTime: endedAt / 1000 }),
      StepStatus: status,
      AttemptCount: 1,
      ...(why === null ? {} : { FailureReason: why }),
      Metadata: metadata(calling, step, startedAt),
    }));
    return paged('PipelineExecutionSteps', text(input, 'SortOrder') === 'Ascending' ? steps : steps.reverse(), input);
  },
  StartPipelineExecution: (calling, input) => {
    const { sageMaker } = calling;
    const pipeline = pipelineIn(calling, input);
    const token = tokenIn(input, `start/${pipeline}`);
    const known = sageMaker.tokens.get(token);
    if (known) return known;
    const answer = { PipelineExecutionArn: started(calling, pipeline, input) };
    sageMaker.tokens.set(token, answer);
    return answer;
  },
  StopPipelineExecution: (calling, input) => {
    const { sageMaker, at, tell } = calling;
    const execution = executionIn(calling, input);
    const { arn, status, work, pipeline } = execution;
    const answer = { PipelineExecutionArn: arn };
    const token = tokenIn(input, `stop/${arn}`);
    if (sageMaker.tokens.has(token)) return answer;
    if (status !== 'Executing' || !work) {
      throw new AwsError('ValidationException', 400, `Pipeline execution ${arn} is ${status} and cannot be stopped.`);
    }
    sageMaker.tokens.set(token, answer);
    Object.assign(execution, { status: 'Stopping' });
    work.stoppingAt = at;
    sageMaker.journal.push({ operation: 'StopPipelineExecution', subject: pipeline, at });
    tell({ kind: 'execution', arn, before: 'Executing', at });
    return answer;
  },
};

function started({ sageMaker, arnOf, at, tell }: Calling, pipeline: string, input: Input): string {
  const arn = arnOf(`pipeline/${pipeline}/execution/${randomUUID().replaceAll('-', '').slice(0, 12)}`);
  const parameters = objects(input, 'PipelineParameters').map((one) => [
    requiredText(one, 'Name'),
    text(one, 'Value') ?? '',
  ]);
  const execution: PipelineExecution = {
    ...{ arn, pipeline, startedAt: at, status: 'Executing', failureReason: null, endedAt: null },
    displayName: text(input, 'PipelineExecutionDisplayName') ?? `execution-${at}`,
    work: {
      steps: sageMaker.pipelines.get(pipeline)?.steps ?? USUAL_STEPS,
      parameters: Object.fromEntries(parameters),
      failure: sageMaker.faults.takeExecutionFailure(),
      ...{ told: 0, stoppingAt: null },
    },
  };
  sageMaker.executions.set(arn, execution);
  sageMaker.journal.push({ operation: 'StartPipelineExecution', subject: pipeline, at });
  tell({ kind: 'execution', arn, before: 'Executing', at });
  return arn;
}

/** A name or an ARN, of a pipeline that was made or has run. */
function pipelineIn({ sageMaker, arnOf }: Calling, input: Input): string {
  const name = requiredText(input, 'PipelineName').split('/').at(-1) ?? '';
  const isKnown =
    sageMaker.pipelines.has(name) || [...sageMaker.executions.values()].some((one) => one.pipeline === name);
  if (isKnown) return name;
  throw new AwsError('ResourceNotFound', 400, `Pipeline ${arnOf(`pipeline/${name}`)} does not exist.`);
}

function executionIn({ sageMaker }: Calling, input: Input): PipelineExecution {
  const arn = requiredText(input, 'PipelineExecutionArn');
  const execution = sageMaker.executions.get(arn);
  if (execution) return execution;
  throw new AwsError('ResourceNotFound', 400, `Pipeline execution ${arn} does not exist.`);
}

function tokenIn(input: Input, of: string): string {
  return `${of}/${requiredText(input, 'ClientRequestToken')}`;
}

function summary({ arn, status, startedAt, displayName, failureReason }: PipelineExecution): object {
  return {
    PipelineExecutionArn: arn,
    StartTime: startedAt / 1000,
    PipelineExecutionStatus: status,
    PipelineExecutionDisplayName: displayName,
    ...(failureReason === null ? {} : { PipelineExecutionFailureReason: failureReason }),
  };
}

function described({ arnOf }: Calling, execution: PipelineExecution): object {
  return {
    PipelineArn: arnOf(`pipeline/${execution.pipeline}`),
    PipelineExecutionArn: execution.arn,
    PipelineExecutionDisplayName: execution.displayName,
    PipelineExecutionStatus: execution.status,
    CreationTime: execution.startedAt / 1000,
    LastModifiedTime: (execution.endedAt ?? execution.startedAt) / 1000,
    ...(execution.failureReason === null ? {} : { FailureReason: execution.failureReason }),
  };
}

/** The job that does a step's work, named after both. */
function metadata({ arnOf }: Calling, { name, type }: PipelineStep, startedAt: number): object {
  const id = createHash('sha256').update(`${name}/${startedAt}`).digest('hex').slice(0, 8);
  if (type === 'Training') return { TrainingJob: { Arn: arnOf(`training-job/${name.toLowerCase()}-${id}`) } };
  if (type === 'Processing') return { ProcessingJob: { Arn: arnOf(`processing-job/${name.toLowerCase()}-${id}`) } };
  return {};
}
