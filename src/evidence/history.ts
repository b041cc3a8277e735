import type { AwsClients } from '../aws/clients.ts';
import { askAws } from '../aws/errors.ts';
import type { Fact } from '../domain/evidence.ts';
import { timeWords } from '../probes/answer.ts';
import { fieldsOf, textOf } from '../sources/foreign-fields.ts';
import type { PastIncidents } from '../store/past-incidents.ts';
import { type AlarmPlace, alarmPlaceOf } from './alarm-definition.ts';
import { leadOf, type Scene } from './scene.ts';
import type { Source } from './source.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const PAGE = 100;

/** How often the alarm fired before: CloudWatch knows of its own, of all others Tocsin has seen. */
export function historySource(
  { aws, past }: { readonly aws: AwsClients; readonly past: PastIncidents },
  scene: Scene,
): Source[] {
  const lead = leadOf(scene.incident);
  if (!lead) return [];
  const place = alarmPlaceOf(lead);
  const own: Source = {
    title: 'earlier alarms',
    name: null,
    async ask() {
      const firings = await past.firings(lead.key, scene.now);
      const before = firings.filter(({ at }) => at < lead.firedAt).map(({ at }) => at);
      return [historyFact(before, scene.now, false)];
    },
  };
  if (!place) return [own];
  return [
    {
      title: 'alarm history',
      name: `history/${place.region}`,
      ask: async (signal) => {
        const { times, isCut } = await firingsOf(aws, place, scene.now, signal);
        return [
          historyFact(
            times.filter((at) => at < lead.firedAt - 1_000),
            scene.now,
            isCut,
          ),
        ];
      },
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html, newest first, one page. */
async function firingsOf(aws: AwsClients, { region, name }: AlarmPlace, now: number, signal: AbortSignal) {
  const client = await aws.cloudwatch(region);
  const { DescribeAlarmHistoryCommand } = await import('@aws-sdk/client-cloudwatch'); // the client has loaded it
  const command = new DescribeAlarmHistoryCommand({
    AlarmName: name,
    HistoryItemType: 'StateUpdate',
    StartDate: new Date(now - WEEK_MS),
    EndDate: new Date(now),
    MaxRecords: PAGE,
    ScanBy: 'TimestampDescending',
  });
  const got = await askAws({ permission: 'cloudwatch:DescribeAlarmHistory', region }, () =>
    client.send(command, { abortSignal: signal }),
  );
  const times = (got.AlarmHistoryItems ?? []).flatMap(({ Timestamp, HistoryData }) =>
    Timestamp && firesIn(HistoryData) ? [Timestamp.getTime()] : [],
  );
  return { times, isCut: got.NextToken !== undefined };
}

/** `{"version":"1.0","oldState":{…},"newState":{"stateValue":"ALARM",…}}`, cut off at 4,095 characters. */
function firesIn(data: string | undefined): boolean {
  try {
    return textOf(fieldsOf(fieldsOf(JSON.parse(data ?? ''))?.newState)?.stateValue) === 'ALARM';
  } catch {
    return /"newState":\s*\{\s*"stateValue":\s*"ALARM"/.test(data ?? '');
  }
}

function historyFact(times: readonly number[], now: number, isCut: boolean): Fact {
  const inDay = times.filter((at) => at >= now - DAY_MS).length;
  const inWeek = times.filter((at) => at >= now - WEEK_MS).length;
  const last = times.reduce((a, b) => Math.max(a, b), 0);
  const week = `${isCut ? 'at least ' : ''}${timesWords(inWeek)} in 7 days`;
  const text =
    inWeek === 0
      ? 'did not fire in the 7 days before'
      : `fired ${timesWords(inDay)} in 24 h, ${week}, last ${timeWords(last)}`;
  return { kind: 'history', text, at: null, url: null };
}

function timesWords(count: number): string {
  return count === 0 ? 'never' : count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
