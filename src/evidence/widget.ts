import type { MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from '../aws/clients.ts';
import { askAws } from '../aws/errors.ts';
import type { Chart } from '../charts/chart.ts';
import { metricQueriesOf } from './alarm-course.ts';

const WIDTH = 600;
const HEIGHT = 300;
const ALARM_RED = '#c4122f';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * CloudWatch's own graph of what an alarm watches, as PNG; `null` where what comes is no image. Not in GovCloud and China.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricWidgetImage.html
 */
export async function widgetImage(
  aws: AwsClients,
  region: string,
  alarm: MetricAlarm,
  chart: Chart,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const client = await aws.cloudwatch(region);
  const { GetMetricWidgetImageCommand } = await import('@aws-sdk/client-cloudwatch'); // the client has loaded it
  const command = new GetMetricWidgetImageCommand({ MetricWidget: JSON.stringify(widgetOf(alarm, chart, region)) });
  const { MetricWidgetImage: image } = await askAws({ permission: 'cloudwatch:GetMetricWidgetImage', region }, () =>
    client.send(command, { abortSignal: signal }),
  );
  return image && PNG.equals(image.subarray(0, PNG.length)) ? image : null;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html */
export function widgetOf(alarm: MetricAlarm, { title, from, to, threshold, firedAt }: Chart, region: string): object {
  const at = (time: number) => new Date(time).toISOString();
  return {
    view: 'timeSeries',
    title: `${title} (time in UTC)`,
    width: WIDTH,
    height: HEIGHT,
    start: at(from),
    end: at(to),
    timezone: '+0000',
    region,
    legend: { position: 'hidden' },
    metrics: metricQueriesOf(alarm).map((query) => rowOf(query, alarm)),
    annotations: {
      ...(threshold && {
        horizontal: [{ value: threshold.value, label: threshold.words, color: ALARM_RED }],
      }),
      ...(firedAt !== null && { vertical: [{ value: at(firedAt), label: 'alarm', color: ALARM_RED }] }),
    },
  };
}

/** A metric is its namespace, name and dimensions in a row, with options at the end; an expression is its options. */
function rowOf({ Id, Label, Expression, MetricStat, ReturnData }: MetricDataQuery, alarm: MetricAlarm): unknown[] {
  const isBand = Id !== undefined && Id === alarm.ThresholdMetricId;
  const common = { id: Id, ...(Label !== undefined && { label: Label }), visible: isBand || ReturnData !== false };
  if (!MetricStat) return [{ ...common, expression: Expression }];
  const { Metric, Period, Stat } = MetricStat;
  const dimensions = (Metric?.Dimensions ?? []).flatMap(({ Name, Value }) => [Name, Value]);
  return [Metric?.Namespace, Metric?.MetricName, ...dimensions, { ...common, stat: Stat, period: Period }];
}
