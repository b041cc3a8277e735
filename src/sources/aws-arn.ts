/** Where a topic lives: everything that trust in its messages is derived from. */
export interface Topic {
  readonly arn: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

interface Partition {
  /** What AWS host names of the partition end in. */
  readonly suffix: string;
  /** Where its console answers, or null where that is not public. */
  readonly console: string | null;
}

/** The partitions of the AWS SDKs' endpoint tables. */
const partitions: ReadonlyMap<string, Partition> = new Map([
  ['aws', { suffix: 'amazonaws.com', console: 'console.aws.amazon.com' }],
  ['aws-cn', { suffix: 'amazonaws.com.cn', console: 'console.amazonaws.cn' }],
  ['aws-us-gov', { suffix: 'amazonaws.com', console: 'console.amazonaws-us-gov.com' }],
  ['aws-eusc', { suffix: 'amazonaws.eu', console: 'console.amazonaws-eusc.eu' }],
  ['aws-iso', { suffix: 'c2s.ic.gov', console: null }],
  ['aws-iso-b', { suffix: 'sc2s.sgov.gov', console: null }],
  ['aws-iso-e', { suffix: 'cloud.adc-e.uk', console: null }],
  ['aws-iso-f', { suffix: 'csp.hci.ic.gov', console: null }],
]);

const TOPIC =
  /^arn:(?<partition>aws[a-z-]{0,10}):sns:(?<region>[a-z0-9-]{1,32}):(?<account>\d{12}):(?<name>[\w-]{1,256})$/;
const ALARM =
  /^arn:(?<partition>aws[a-z-]{0,10}):cloudwatch:(?<region>[a-z0-9-]{1,32}):(?<account>\d{12}):alarm:(?<name>.+)$/su;

/** Null unless the text is the ARN of a standard topic in a known partition. FIFO topics have no HTTP subscriptions. */
export function parseTopicArn(arn: string): Topic | null {
  const groups = TOPIC.exec(arn)?.groups;
  if (!groups || !partitions.has(groups.partition ?? '')) return null;
  const { partition = '', region = '', account = '', name = '' } = groups;
  return { arn, partition, region, account, name };
}

/** Where an alarm lives and what it is called. Its name may hold colons, slashes, `#` and any script. */
export interface AlarmArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

/** Null unless the text is the ARN of a CloudWatch alarm. */
export function parseAlarmArn(arn: string): AlarmArn | null {
  const groups = ALARM.exec(arn)?.groups;
  if (!groups) return null;
  const { partition = '', region = '', account = '', name = '' } = groups;
  return { partition, region, account, name };
}

/** What AWS host names end in, in this partition. */
export function dnsSuffixOf(partition: string): string | null {
  return partitions.get(partition)?.suffix ?? null;
}

/** The longest name that CloudWatch gives an alarm, in characters. */
export const MAX_ALARM_NAME = 255;

/** The alarm's page in the console, in the form of CloudWatch's own e-mails. Null where there is no public console. */
export function alarmConsoleUrl(where: { partition: string; region: string }, alarmName: string): string | null {
  if (alarmName.length > MAX_ALARM_NAME) return null;
  const name = encodeURIComponent(alarmName.toWellFormed());
  return consoleUrl(where, `/cloudwatch/deeplink.js?region=${where.region}#alarmsV2:alarm/${name}`);
}

/** A page of the console in a region, by its path. Null where there is no public console. */
export function consoleUrl({ partition, region }: { partition: string; region: string }, path: string): string | null {
  const host = partitions.get(partition)?.console;
  return host ? `https://${region}.${host}${path}` : null;
}
