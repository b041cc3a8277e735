import type { Place } from './alarm-messages.ts';
import { AwsError } from './aws-error.ts';
import type { Input } from './input.ts';
import { requiredText, text } from './input.ts';

/** `X-Amz-Target` of EventBridge's JSON protocol starts with this. */
export const EVENTBRIDGE_TARGET = 'AWSEvents.';

/** A rule that runs something on a schedule. */
export interface Rule {
  readonly name: string;
  readonly schedule: string;
  readonly description: string;
  isEnabled: boolean;
}

/** Rules of the default bus by name. */
export type Rules = Map<string, Rule>;

/**
 * Answers `DescribeRule`.
 * @throws AwsError as EventBridge would say no
 */
export function answerEventBridge(rules: Rules, { region, account }: Place, operation: string, input: Input): object {
  if (operation !== 'DescribeRule')
    throw new AwsError('UnknownOperationException', 400, `${operation} is not offered here`);
  const name = requiredText(input, 'Name');
  const bus = text(input, 'EventBusName') ?? 'default';
  const rule = bus === 'default' ? rules.get(name) : undefined;
  if (rule === undefined)
    throw new AwsError('ResourceNotFoundException', 400, `Rule ${name} does not exist on EventBus ${bus}.`);
  return {
    Name: name,
    Arn: `arn:aws:events:${region}:${account}:rule/${name}`,
    ScheduleExpression: rule.schedule,
    State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
    EventBusName: bus,
  };
}
