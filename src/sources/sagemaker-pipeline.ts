import type { Change } from '../domain/change.ts';
import { type BridgeEvent, changedAtOf } from './eventbridge-event.ts';
import { textOf } from './foreign-fields.ts';
import { oneLine } from './foreign-text.ts';
import { type News, NO_NEWS } from './news.ts';
import { alertAbout, MAX_NAME } from './sagemaker-resource.ts';

const WORDS: Readonly<Record<string, string>> = {
  Executing: 'started',
  Succeeded: 'succeeded',
  Stopped: 'was stopped',
};

/**
 * `SageMaker Model Building Pipeline Execution Status Change`: an execution that failed fires for the pipeline, one that succeeded
 * has recovered it; starts and ends are changes. Null for what does not look like it.
 */
export function pipelineState(event: BridgeEvent, receivedAt: number): News | null {
  const pipeline = pipelineOf(event);
  const status = textOf(event.detail.currentPipelineExecutionStatus);
  if (!pipeline || !status) return null;
  const { name, execution } = pipeline;
  const shown = textOf(event.detail.pipelineExecutionDisplayName);
  const run = `Pipeline ${name}${shown ? ` (${oneLine(shown, MAX_NAME)})` : ''}`;
  const changedAt = changedAtOf(event, ...(status === 'Executing' ? ['executionStartTime'] : ['executionEndTime']));
  const words = WORDS[status];
  return {
    alerts: isEnd(status)
      ? [
          alertAbout(
            event,
            { kind: 'pipeline', name },
            {
              state: status === 'Failed' ? 'firing' : 'recovered',
              changedAt,
              receivedAt,
              reason: `${run} ${status === 'Failed' ? 'failed' : 'succeeded'}`,
              labels: { execution },
              page: null,
            },
          ),
        ]
      : [],
    changes: words ? [changeOf(pipeline, status, changedAt, `${run} ${words}`)] : [],
  };
}

/**
 * `SageMaker Model Building Pipeline Execution Step Status Change`: a step fires and recovers beside its pipeline, since only the
 * step says why. Null for what does not look like it.
 */
export function pipelineStepState(event: BridgeEvent, receivedAt: number): News | null {
  const { detail } = event;
  const pipeline = pipelineOf(event);
  const status = textOf(detail.currentStepStatus);
  const step = textOf(detail.stepName);
  if (!pipeline || !status || !step) return null;
  if (!isEnd(status)) return NO_NEWS;

  const why = textOf(detail.failureReason);
  const end = status === 'Failed' ? `failed${why ? `: ${why}` : ''}` : 'succeeded';
  const { name, execution } = pipeline;
  const alert = alertAbout(
    event,
    { kind: 'pipeline', name, step },
    {
      state: status === 'Failed' ? 'firing' : 'recovered',
      changedAt: changedAtOf(event, 'stepEndTime'),
      receivedAt,
      reason: `Step ${step} of pipeline ${name} ${end}`,
      labels: { execution, pipeline: name, step, stepType: detail.stepType },
      page: null,
    },
  );
  return { alerts: [alert], changes: [] };
}

interface Pipeline {
  readonly name: string;
  /** The id of the execution; empty where none is told. */
  readonly execution: string;
  readonly arn: string;
}

/** `arn:aws:sagemaker:<region>:<account>:pipeline/<name>`, and for an execution `…/execution/<id>` behind it. */
function pipelineOf({ detail, resources }: BridgeEvent): Pipeline | null {
  const arn = textOf(detail.pipelineExecutionArn) ?? textOf(detail.pipelineArn) ?? resources[0] ?? '';
  const groups = /:pipeline\/(?<name>[^/]+)(?:\/execution\/(?<execution>[^/]+))?$/.exec(arn.slice(0, 512))?.groups;
  if (!groups?.name) return null;
  return {
    name: oneLine(groups.name, MAX_NAME),
    execution: oneLine(groups.execution ?? '', MAX_NAME),
    arn: oneLine(arn, 512),
  };
}

function isEnd(status: string): boolean {
  return status === 'Failed' || status === 'Succeeded';
}

/** An execution that is retried starts anew, so its time belongs to what it is known by. */
function changeOf({ name, arn }: Pipeline, status: string, at: number, text: string): Change {
  return { id: `eb:${arn}/${status}/${at}`, at, kind: 'pipeline', subject: name, text, by: null, url: null };
}
