import type { AlarmState } from './alarm-definitions.ts';
import type { Input } from './input.ts';
import { list, number, pageOf, text, time } from './input.ts';

/** One line of an alarm's history. Times are epoch milliseconds. */
export interface HistoryItem {
  readonly name: string;
  readonly type: 'MetricAlarm' | 'CompositeAlarm';
  readonly at: number;
  readonly kind: 'StateUpdate' | 'Action' | 'AlarmContributorStateUpdate' | 'AlarmContributorAction';
  readonly summary: string;
  readonly data: object;
  readonly contributorId: string | null;
}

/** What alarms did, newest last. Old lines are forgotten. */
export interface AlarmHistory {
  add(item: HistoryItem): void;
  all(): readonly HistoryItem[];
}

const LINES_KEPT = 5000;
/** CloudWatch cuts the data off here, in the middle of the JSON if need be. */
const MOST_DATA = 4095;

export function createAlarmHistory(): AlarmHistory {
  const items: HistoryItem[] = [];
  return {
    add: (item) => {
      items.push(item);
      if (items.length > 2 * LINES_KEPT) items.splice(0, items.length - LINES_KEPT);
    },
    all: () => items,
  };
}

/** DescribeAlarmHistory: newest first unless asked otherwise; without `AlarmTypes` of metric alarms only. */
export function describeAlarmHistory(history: AlarmHistory, input: Input): object {
  const [name, kind, contributor] = ['AlarmName', 'HistoryItemType', 'AlarmContributorId'].map((key) =>
    text(input, key),
  );
  const types = list(input, 'AlarmTypes') ?? ['MetricAlarm'];
  const from = time(input, 'StartDate') ?? Number.NEGATIVE_INFINITY;
  const to = time(input, 'EndDate') ?? Number.POSITIVE_INFINITY;
  const found = history
    .all()
    .filter(
      (item) =>
        (name === undefined || name === item.name) &&
        (kind === undefined || kind === item.kind) &&
        (contributor === undefined || contributor === item.contributorId) &&
        types.includes(item.type) &&
        item.at >= from &&
        item.at <= to,
    );
  if (text(input, 'ScanBy') !== 'TimestampAscending') found.reverse();
  const { items, next } = pageOf(found, text(input, 'NextToken'), number(input, 'MaxRecords') ?? 100);
  return { AlarmHistoryItems: items.map(described), ...next };
}

function described({ name, type, at, kind, summary, data, contributorId }: HistoryItem): object {
  return {
    AlarmName: name,
    AlarmType: type,
    Timestamp: at / 1000,
    HistoryItemType: kind,
    HistorySummary: summary,
    HistoryData: JSON.stringify(data).slice(0, MOST_DATA),
    ...(contributorId === null ? {} : { AlarmContributorId: contributorId }),
  };
}

/** The data of a change of state. */
export function stateUpdateData(
  from: { state: AlarmState; reason: string },
  to: { state: AlarmState; reason: string },
): object {
  return {
    version: '1.0',
    oldState: { stateValue: from.state, stateReason: from.reason },
    newState: { stateValue: to.state, stateReason: to.reason },
  };
}

/** The data of an action that published `message` to a topic. */
export function actionData(topicArn: string, message: string, at: number): object {
  return {
    actionState: 'Succeeded',
    stateUpdateTimestamp: at,
    notificationResource: topicArn,
    publishedMessage: JSON.stringify({ default: message }),
  };
}
