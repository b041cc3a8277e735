import { type BridgeEvent, changedAtOf } from './eventbridge-event.ts';
import { amountOf, textOf } from './foreign-fields.ts';
import { oneLine } from './foreign-text.ts';
import type { News } from './news.ts';
import { MAX_NAME } from './sagemaker-resource.ts';

const APPROVAL: Readonly<Record<string, string>> = {
  Approved: 'was approved',
  Rejected: 'was rejected',
  PendingManualApproval: 'waits for approval',
};

/** `SageMaker Model Package State Change`: who may serve next is a change, and never a fault. Null for what does not look like it. */
export function modelPackageState(event: BridgeEvent): News | null {
  const { detail } = event;
  const arn = textOf(detail.ModelPackageArn) ?? '';
  const name = textOf(detail.ModelPackageGroupName) ?? textOf(detail.ModelPackageName) ?? arn.split('/').at(1) ?? '';
  if (name === '') return null;

  const status = textOf(detail.ModelPackageStatus) ?? '';
  const approval = textOf(detail.ModelApprovalStatus) ?? '';
  const version = amountOf(detail.ModelPackageVersion);
  const done =
    status === 'Failed' ? 'could not be made' : (APPROVAL[approval] ?? `is ${approval || status || 'changed'}`);
  const at = changedAtOf(event, 'LastModifiedTime', 'CreationTime');
  const subject = oneLine(name, MAX_NAME);
  const change = {
    id: oneLine(`eb:${arn}/${status}/${approval}/${at}`, 512),
    at,
    kind: 'model',
    subject,
    text: oneLine(`Model ${subject}${version === null ? '' : ` version ${version}`} ${done}`, 512),
    by: null,
    url: null,
  } as const;
  return { alerts: [], changes: [change] };
}
