import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { askAws } from '../aws/errors.ts';
import type { Answer } from '../domain/query.ts';
import { answer } from './answer.ts';
import type { Asking } from './probes.ts';

/** Whether a rule of EventBridge is on, and when it runs. */
export async function askSchedule({ aws, region, ask, where, fill }: Asking<'schedule'>): Promise<Answer> {
  const client = await aws.eventbridge(region);
  const command = new DescribeRuleCommand({
    Name: fill(ask.rule),
    ...(ask.bus !== null && { EventBusName: fill(ask.bus) }),
  });
  const rule = await askAws({ permission: 'events:DescribeRule', region }, () =>
    client.send(command, { abortSignal: where.signal }),
  );
  const state = rule.State ?? 'unknown';
  const when = rule.ScheduleExpression ?? (rule.EventPattern === undefined ? '' : 'on events');
  return answer(when === '' ? state : `${state}, ${when}`, { word: state });
}
