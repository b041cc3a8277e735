import type { Renderer } from '../../src/charts/renderer.ts';
import type { Alarm, AlarmBoard } from './alarm-board.ts';
import type { AlarmState } from './alarm-definitions.ts';
import { describeAlarm } from './alarm-description.ts';
import { describeAlarmHistory } from './alarm-history.ts';
import { alarmArn } from './alarm-messages.ts';
import { AwsError } from './aws-error.ts';
import type { Input } from './input.ts';
import { list, number, pageOf, text, validation } from './input.ts';
import { getMetricData, isSameMetric, listMetrics, putMetricData } from './metrics/metric-operations.ts';
import type { MetricStore } from './metrics/metric-store.ts';
import { readMetric } from './metrics/queries.ts';
import { widgetImage } from './metrics/widget-image.ts';

/** `X-Amz-Target` of the CloudWatch JSON protocol starts with this. */
export const CLOUDWATCH_TARGET = 'GraniteServiceVersion20100801.';

/** What CloudWatch knows. */
export interface CloudWatch {
  readonly board: AlarmBoard;
  readonly metrics: MetricStore;
  readonly renderer: Pick<Renderer, 'render'>;
  now(): number;
}

type Operation = (cloudWatch: CloudWatch, input: Input) => object | Promise<object>;

const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeAlarms: ({ board }, input) => describeAlarms(board, input),
  DescribeAlarmHistory: ({ board }, input) => describeAlarmHistory(board.history, input),
  DescribeAlarmsForMetric: ({ board }, input) => describeAlarmsForMetric(board, input),
  GetMetricData: ({ metrics }, input) => getMetricData(metrics, input),
  GetMetricWidgetImage: ({ metrics, now, renderer }, input) => widgetImage(metrics, now(), renderer, input),
  ListMetrics: ({ metrics, now }, input) => listMetrics(metrics, now(), input),
  PutMetricData: ({ metrics, now }, input) => putMetricData(metrics, now(), input),
  SetAlarmState: ({ board }, input) => {
    const name = text(input, 'AlarmName') ?? '';
    const state = text(input, 'StateValue') ?? '';
    if (!isState(state)) throw validation(`Value '${state}' at 'stateValue' must satisfy enum value set: [${STATES}]`);
    const reason = text(input, 'StateReason');
    if (reason === undefined) throw validation("Value null at 'stateReason' must satisfy: Member must not be null");
    const data = text(input, 'StateReasonData');
    if (data !== undefined && !isJson(data))
      throw new AwsError('InvalidFormat', 400, 'StateReasonData is not valid JSON');
    const alarm = board.find(name);
    if (alarm === undefined) throw new AwsError('ResourceNotFound', 404, `Alarm ${name} does not exist`);
    board.force(alarm, state, reason);
    return {};
  },
  DescribeAlarmContributors: ({ board }, input) => {
    const alarm = board.find(text(input, 'AlarmName') ?? '');
    if (alarm === undefined) throw new AwsError('ResourceNotFoundException', 404, 'The alarm does not exist');
    const { definition, state, reason, updatedAt } = alarm;
    const firing =
      definition.kind === 'contributor' && state === 'ALARM' ? definition.contributors.slice(0, definition.firing) : [];
    return {
      AlarmContributors: firing.map(({ id, attributes }) => ({
        ContributorId: id,
        ContributorAttributes: attributes,
        StateReason: reason,
        StateTransitionedTimestamp: updatedAt / 1000,
      })),
    };
  },
};

/**
 * Answers one CloudWatch call with the body of its JSON answer.
 * @throws AwsError as CloudWatch would say no
 */
export function answerCloudWatch(cloudWatch: CloudWatch, operation: string, input: Input): object | Promise<object> {
  const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (run === undefined) throw new AwsError('UnknownOperationException', 400, `${operation} is not offered here`);
  return run(cloudWatch, input);
}

/** Newest AWS behaviour: without `AlarmTypes` only metric alarms are answered. 50 to a page, at most 100. */
function describeAlarms(board: AlarmBoard, input: Input): object {
  const types = list(input, 'AlarmTypes') ?? ['MetricAlarm'];
  const most = number(input, 'MaxRecords') ?? 50;
  if (most < 1 || most > 100) throw validation(`Value '${most}' at 'maxRecords' must be between 1 and 100`);
  const found = board.all().filter((alarm) => types.includes(typeOf(alarm)) && matches(board, alarm, input));
  const { items: page, next } = pageOf(found, text(input, 'NextToken'), most);
  const describe = (type: string) =>
    page.filter((alarm) => typeOf(alarm) === type).map((alarm) => describeAlarm(alarm, board.place));
  return {
    MetricAlarms: describe('MetricAlarm'),
    CompositeAlarms: describe('CompositeAlarm'),
    ...next,
  };
}

/** Alarms on one metric alone: not those of metric math, and not composite ones. */
function describeAlarmsForMetric(board: AlarmBoard, input: Input): object {
  const metric = readMetric(input);
  const statistic = text(input, 'Statistic') ?? text(input, 'ExtendedStatistic');
  const period = number(input, 'Period');
  const found = board
    .all()
    .filter(
      ({ definition }) =>
        definition.kind === 'metric' &&
        isSameMetric(definition.metric, metric) &&
        (statistic === undefined || statistic === definition.statistic) &&
        (period === undefined || period === definition.period),
    );
  return { MetricAlarms: found.map((alarm) => describeAlarm(alarm, board.place)) };
}

function matches(board: AlarmBoard, alarm: Alarm, input: Input): boolean {
  const { name, topic } = alarm.definition;
  const names = list(input, 'AlarmNames');
  const state = text(input, 'StateValue');
  const { region, account } = board.place;
  const action = `arn:aws:sns:${region}:${account}:${topic}`;
  return (
    (names === undefined || names.includes(name) || names.includes(alarmArn(board.place, name))) &&
    name.startsWith(text(input, 'AlarmNamePrefix') ?? '') &&
    action.startsWith(text(input, 'ActionPrefix') ?? '') &&
    (state === undefined || state === alarm.state)
  );
}

function typeOf(alarm: Alarm): 'MetricAlarm' | 'CompositeAlarm' {
  return alarm.definition.kind === 'composite' ? 'CompositeAlarm' : 'MetricAlarm';
}

function isState(state: string): state is AlarmState {
  return STATES.includes(state);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
