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

/** How often the alarm fired before: CloudWatch knows of its own, of all others Tocsin says what it has seen. */
export function historySource(
  { aws, past }: { readonly aws: AwsClients; readonly past: PastIncidents },
  scene: Scene,
): Source[] {
  const lead = leadOf(scene.incident);
  if (!lead) return [];
  const seen = async () => {
    const firings = await past.firings(lead.key, scene.now);
    const times = firings.map(({ at }) => at).filter((at) => at < lead.firedAt);
    return [historyFact(times, scene.now, SEEN)];
  };
  const place = alarmPlaceOf(lead);
  if (!place) return [{ title: 'earlier alarms', name: null, ask: seen }];
  return [
    {
      title: 'alarm history',
      name: `history/${place.region}`,
      ask: async (signal) => {
        const known = await firingsOf(aws, place, scene.now, signal);
        // It has just fired: a history without a word of it is not its own, but that of another account.
        if (!known) return await seen();
        const times = known.times.filter((at) => at < lead.firedAt - 1_000);
        return [historyFact(times, scene.now, known.isCut ? CUT : KNOWN)];
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
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], // without it metric alarms alone; not everywhere log alarms are known
    HistoryItemType: 'StateUpdate',
    StartDate: new Date(now - WEEK_MS),
    EndDate: new Date(now),
    MaxRecords: PAGE,
    ScanBy: 'TimestampDescending',
  });
  const got = await askAws({ permission: 'cloudwatch:DescribeAlarmHistory', region }, () =>
    client.send(command, { abortSignal: signal }),
  );
  const items = got.AlarmHistoryItems ?? [];
  if (items.length === 0) return null;
  const times = items.flatMap(({ Timestamp, HistoryData }) =>
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

interface Telling {
  readonly verb: string;
  readonly none: string;
  readonly atLeast: boolean;
}
const KNOWN: Telling = { verb: 'fired', none: 'did not fire in the 7 days before', atLeast: false };
const CUT: Telling = { ...KNOWN, atLeast: true };
const SEEN: Telling = { verb: 'seen', none: 'not seen in the 7 days before', atLeast: false };

function historyFact(times: readonly number[], now: number, { verb, none, atLeast }: Telling): Fact {
  const inDay = times.filter((at) => at >= now - DAY_MS).length;
  const inWeek = times.filter((at) => at >= now - WEEK_MS).length;
  const last = times.reduce((a, b) => Math.max(a, b), 0);
  const week = `${atLeast ? 'at least ' : ''}${timesWords(inWeek)} in 7 days`;
  const text = inWeek === 0 ? none : `${verb} ${timesWords(inDay)} in 24 h, ${week}, last ${timeWords(last)}`;
  return { kind: 'history', text, at: null, url: null };
}

function timesWords(count: number): string {
  return count === 0 ? 'never' : count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
