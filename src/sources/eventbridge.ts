import { alarmConfiguration, silencedAlarm } from './cloudwatch-change.ts';
import { type BridgeEvent, type Delivery, readEvent } from './eventbridge-event.ts';
import type { News } from './news.ts';
import { endpointDeployment, endpointState } from './sagemaker-endpoint.ts';
import { JOB_KINDS, jobState } from './sagemaker-job.ts';
import { modelPackageState } from './sagemaker-model.ts';
import { pipelineState, pipelineStepState } from './sagemaker-pipeline.ts';

type Reader = (event: BridgeEvent, receivedAt: number) => News | null;

/** Who reads which event, by its detail type. State changes of CloudWatch alarms that are not silenced are read as alarms. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['SageMaker Endpoint State Change', endpointState],
  ['SageMaker Endpoint Deployment State Change', endpointDeployment],
  ['SageMaker Model Building Pipeline Execution Status Change', pipelineState],
  ['SageMaker Model Building Pipeline Execution Step Status Change', pipelineStepState],
  ['SageMaker Model Package State Change', modelPackageState],
  ['CloudWatch Alarm Configuration Change', alarmConfiguration],
  ['CloudWatch Alarm State Change', silencedAlarm],
  ['CloudWatch Alarm Contributor State Change', silencedAlarm],
  ...[...JOB_KINDS.keys()].map((type) => [type, jobState] as const),
]);

/** What an event of EventBridge says. Null for what is none, and for those that are read otherwise or by nobody. */
export function newsFromEvent(content: unknown, delivery: Delivery, receivedAt: number): News | null {
  const event = readEvent(content, delivery);
  return event && (readers.get(event.detailType)?.(event, receivedAt) ?? null);
}

/** Whether events of this detail type are read for what they say. */
export function readsEvent(detailType: string): boolean {
  return readers.has(detailType);
}
