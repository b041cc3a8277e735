import type { AlarmContributor, AlarmHistoryItem, AlarmType, DescribeAlarmsInput } from '@aws-sdk/client-cloudwatch';
import { SetupError } from '../app/errors.ts';
import type { AwsClients } from '../aws/clients.ts';
import { askAws } from '../aws/errors.ts';
import type { Described } from './described-alarm.ts';

/** What reconciliation asks CloudWatch. Every function throws TransientError and SetupError, the latter with the missing permission. */
export interface CloudWatch {
  /** Those of the named alarms that there are. */
  named(region: string, names: readonly string[], signal: AbortSignal): Promise<Described[]>;
  /** Alarms that fire now; `topic`: that publish to it. */
  firing(region: string, topic: string | null, signal: AbortSignal): Promise<Described[]>;
  /** Any one alarm, which tells the account that is asked; `null` when there is none. */
  anyOne(region: string, signal: AbortSignal): Promise<Described | null>;
  contributors(region: string, name: string, signal: AbortSignal): Promise<AlarmContributor[]>;
  /** What alarms have published, the oldest first. */
  published(region: string, since: number, signal: AbortSignal): Promise<AlarmHistoryItem[]>;
  /** Whether somebody keeps the alarm quiet at this moment. */
  isMuted(region: string, name: string, signal: AbortSignal): Promise<boolean>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const NAMES_AT_ONCE = 100;
const RECORDS_AT_ONCE = 100;
const MAX_PAGES = 20;
const TYPES: readonly AlarmType[] = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'];
/** Where log alarms are not known yet. */
const OLDER_TYPES: readonly AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

export function createCloudWatch(clients: Pick<AwsClients, 'cloudwatch'>): CloudWatch {
  const types = new Map<string, readonly AlarmType[]>();
  const typesOf = (region: string) => types.get(region) ?? TYPES;

  async function describe(region: string, input: DescribeAlarmsInput, signal: AbortSignal) {
    const ask = (AlarmTypes: readonly AlarmType[]) =>
      askAws({ permission: 'cloudwatch:DescribeAlarms', region }, async () => {
        const command = new (await sdk()).DescribeAlarmsCommand({ ...input, AlarmTypes: [...AlarmTypes] });
        const answer = await (await clients.cloudwatch(region)).send(command, { abortSignal: signal });
        const { MetricAlarms = [], CompositeAlarms = [], LogAlarms = [] } = answer;
        return { items: [...MetricAlarms, ...CompositeAlarms, ...LogAlarms] as Described[], next: answer.NextToken };
      });
    try {
      return await ask(typesOf(region));
    } catch (error) {
      if (typesOf(region) === OLDER_TYPES || !isValidation(error)) throw error;
      const answer = await ask(OLDER_TYPES);
      types.set(region, OLDER_TYPES);
      return answer;
    }
  }

  const all = (region: string, input: DescribeAlarmsInput, signal: AbortSignal) =>
    pages((NextToken) => describe(region, { ...input, MaxRecords: RECORDS_AT_ONCE, NextToken }, signal));

  return {
    async named(region, names, signal) {
      const found: Described[] = [];
      for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
        found.push(...(await all(region, { AlarmNames: names.slice(from, from + NAMES_AT_ONCE) }, signal)));
      }
      return found;
    },
    firing: (region, topic, signal) =>
      all(region, { StateValue: 'ALARM', ...(topic !== null && { ActionPrefix: topic }) }, signal),
    anyOne: async (region, signal) => (await describe(region, { MaxRecords: 1 }, signal)).items[0] ?? null,
    contributors: (region, name, signal) => contributors(clients, region, name, signal),
    published: (region, since, signal) => published(clients, region, { since, types: typesOf(region) }, signal),
    isMuted: (region, name, signal) => isMuted(clients, region, name, signal),
  };
}

type Clients = Pick<AwsClients, 'cloudwatch'>;

const sdk = () => import('@aws-sdk/client-cloudwatch');

function contributors(clients: Clients, region: string, name: string, abortSignal: AbortSignal) {
  return askAws({ permission: 'cloudwatch:DescribeAlarmContributors', region }, async () => {
    const client = await clients.cloudwatch(region);
    const { DescribeAlarmContributorsCommand } = await sdk();
    return await pages(async (NextToken) => {
      const command = new DescribeAlarmContributorsCommand({ AlarmName: name, NextToken });
      const answer = await client.send(command, { abortSignal });
      return { items: answer.AlarmContributors ?? [], next: answer.NextToken };
    });
  });
}

function published(
  clients: Clients,
  region: string,
  { since, types }: { readonly since: number; readonly types: readonly AlarmType[] },
  abortSignal: AbortSignal,
) {
  return askAws({ permission: 'cloudwatch:DescribeAlarmHistory', region }, async () => {
    const client = await clients.cloudwatch(region);
    const { DescribeAlarmHistoryCommand } = await sdk();
    const span = { StartDate: new Date(since), MaxRecords: RECORDS_AT_ONCE, ScanBy: 'TimestampAscending' } as const;
    const of = (HistoryItemType: 'Action' | 'AlarmContributorAction') =>
      pages(async (NextToken) => {
        const input = { ...span, AlarmTypes: [...types], HistoryItemType, NextToken };
        const answer = await client.send(new DescribeAlarmHistoryCommand(input), { abortSignal });
        return { items: answer.AlarmHistoryItems ?? [], next: answer.NextToken };
      });
    const timeOf = ({ Timestamp }: AlarmHistoryItem) => Timestamp?.getTime() ?? 0;
    return [...(await of('Action')), ...(await of('AlarmContributorAction'))].sort((a, b) => timeOf(a) - timeOf(b));
  });
}

function isMuted(clients: Clients, region: string, name: string, abortSignal: AbortSignal) {
  return askAws({ permission: 'cloudwatch:ListAlarmMuteRules', region }, async () => {
    const command = new (await sdk()).ListAlarmMuteRulesCommand({ AlarmName: name, Statuses: ['ACTIVE'] });
    const { AlarmMuteRuleSummaries = [] } = await (await clients.cloudwatch(region)).send(command, { abortSignal });
    return AlarmMuteRuleSummaries.length > 0;
  });
}

async function pages<T>(
  ask: (next: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<T[]> {
  const found: T[] = [];
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await ask(next);
    found.push(...answer.items);
    next = answer.next;
    if (!next) break;
  }
  return found;
}

function isValidation(error: unknown): boolean {
  return error instanceof SetupError && /Validation|InvalidParameter/.test(String(error.cause));
}
