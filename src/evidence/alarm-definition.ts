import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from '../aws/clients.ts';
import { askAws } from '../aws/errors.ts';
import type { Member } from '../domain/member.ts';

/** Where a CloudWatch alarm lives and what it is called, as its identity has it. */
export interface AlarmPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

const KEY = /^cw:1:(?<account>\d{12})\/(?<region>[a-z0-9-]{1,32})\/(?<name>[^#]+)(?:#|$)/s;

/** `null` for alarms of other sources. */
export function alarmPlaceOf(member: Pick<Member, 'key'> | null): AlarmPlace | null {
  const { account, region, name } = KEY.exec(member?.key ?? '')?.groups ?? {};
  if (account === undefined || region === undefined || name === undefined) return null;
  return { account, region, name: name.replaceAll('%23', '#').replaceAll('%25', '%') };
}

/**
 * The alarm as it is defined: also what its message leaves out. `null` where the account that we are in has none of that name, or
 * its alarm of that name is another one.
 */
export async function definitionOf(
  aws: AwsClients,
  { account, region, name }: AlarmPlace,
  signal: AbortSignal,
): Promise<MetricAlarm | null> {
  const client = await aws.cloudwatch(region);
  const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch'); // the client has loaded it
  const command = new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm'] });
  const { MetricAlarms: found = [] } = await askAws({ permission: 'cloudwatch:DescribeAlarms', region }, () =>
    client.send(command, { abortSignal: signal }),
  );
  return found.find(({ AlarmArn = '' }) => AlarmArn === '' || AlarmArn.includes(`:${account}:`)) ?? null;
}
