import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { number, object, objects, requiredText, text } from '../input.ts';

/** What SageMaker's model allows in a text. */
interface Allowed {
  readonly least: number;
  readonly most: number;
  readonly pattern: RegExp;
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html and API_UpdateModelPackage.html */
const TEXTS: Readonly<Record<string, Allowed>> = {
  ClientRequestToken: { least: 32, most: 128, pattern: /^[\s\S]*$/ },
  ClientToken: { least: 1, most: 36, pattern: /^[a-zA-Z0-9-]+$/ },
  PipelineExecutionDisplayName: { least: 1, most: 82, pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}$/ },
  PipelineExecutionDescription: { least: 0, most: 3_072, pattern: /^.*$/ },
  ApprovalDescription: { least: 0, most: 1_024, pattern: /^[\s\S]*$/ },
};

/** Throws AwsError for texts of a call that are too long, too short or of other characters. */
export function checkTexts(input: Input): void {
  for (const [key, { least, most, pattern }] of Object.entries(TEXTS)) {
    const value = text(input, key);
    if (value === undefined) continue;
    const camel = `${key.charAt(0).toLowerCase()}${key.slice(1)}`;
    if (value.length < least || value.length > most)
      refuse(`Value at '${camel}' failed to satisfy constraint: Member must have length between ${least} and ${most}`);
    if (!pattern.test(value))
      refuse(`Value '${value}' at '${camel}' failed to satisfy constraint: Member must satisfy regular expression`);
  }
}

/** Throws AwsError. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeploymentConfig.html */
export function checkDeployment(asked: Input): void {
  const policy = object(asked, 'BlueGreenUpdatePolicy');
  const rollback = object(asked, 'AutoRollbackConfiguration');
  const alarms = rollback ? objects(rollback, 'Alarms') : [];
  if (rollback && (alarms.length < 1 || alarms.length > 10)) refuse('Alarms must have between 1 and 10 members');
  if (!policy) return;
  between(policy, 'TerminationWaitInSeconds', 0, 3_600);
  between(policy, 'MaximumExecutionTimeoutInSeconds', 600, 28_800);
  const routing =
    object(policy, 'TrafficRoutingConfiguration') ?? refuse('TrafficRoutingConfiguration must not be null');
  if (number(routing, 'WaitIntervalInSeconds') === undefined) refuse('WaitIntervalInSeconds must not be null');
  between(routing, 'WaitIntervalInSeconds', 0, 3_600);
  const type = requiredText(routing, 'Type');
  if (type === 'CANARY') size(routing, 'CanarySize', 1);
  else if (type === 'LINEAR') size(routing, 'LinearStepSize', 10);
  else if (type !== 'ALL_AT_ONCE') refuse(`Value '${type}' at 'type' must be ALL_AT_ONCE, CANARY or LINEAR`);
}

/** Of the instances of a variant, at most half. */
function size(routing: Input, key: string, least: number): void {
  const asked = object(routing, key) ?? refuse(`${key} must not be null`);
  if (requiredText(asked, 'Type') !== 'CAPACITY_PERCENT') return;
  if (number(asked, 'Value') === undefined) refuse(`${key}.Value must not be null`);
  between(asked, 'Value', least, 50);
}

function between(input: Input, key: string, least: number, most: number): void {
  const value = number(input, key);
  if (value !== undefined && (value < least || value > most)) refuse(`${key} must be between ${least} and ${most}`);
}

function refuse(words: string): never {
  throw new AwsError('ValidationException', 400, `1 validation error detected: ${words}`);
}
