import type { Aws } from '../aws/aws.ts';
import type { SageMakerChanges } from '../aws/sagemaker/changes.ts';
import type { Webhook } from './prometheus/alertmanager.ts';

/** What the systems run in and speak to. */
export interface SystemWorld {
  readonly aws: Aws;
  readonly changes: SageMakerChanges;
  readonly now: () => number;
  /** Where the sandbox is reached, without a slash at the end. */
  readonly base: () => string;
  readonly alertmanagerWebhook: Webhook;
  readonly eventsWebhook: Webhook;
}
