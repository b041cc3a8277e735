import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { SetupError, TransientError } from '../app/errors.ts';
import type { Where } from '../app/probes.ts';
import { askAws } from '../aws/errors.ts';
import type { Answer, MetricQuery, Series } from '../domain/query.ts';
import { answer, numberAnswer } from './answer.ts';
import type { Asking } from './probes.ts';

/** 100,800 points come in one answer: more pages would be more than a person can look at. */
const MAX_PAGES = 3;

/** The newest value of a metric or of metric math, and its course. */
export async function askCloudWatch(asking: Asking<'cloudwatch'>): Promise<Answer> {
  const { query } = asking;
  const results = await resultsOf(asking, queriesOf(asking));
  for (const result of results) refuse(result, query.label);

  const series = results.map(seriesOf).filter(({ points }) => points.length > 0);
  const newest = series[0]?.points.at(-1);
  if (!newest) return answer('no data in this time');
  const found = numberAnswer(query, newest[1], newest[0], series);
  const isPartial = results.some(({ StatusCode }) => StatusCode === 'PartialData');
  return isPartial ? { ...found, text: `${found.text} (CloudWatch did not give all of its data)` } : found;
}

/** All pages of one question. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export async function resultsOf(
  {
    aws,
    region,
    where,
  }: Pick<Asking<'cloudwatch'>, 'aws' | 'region'> & { readonly where: Pick<Where, 'from' | 'to' | 'signal'> },
  queries: MetricDataQuery[],
): Promise<MetricDataResult[]> {
  const client = await aws.cloudwatch(region);
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch'); // the client has loaded it
  const found = new Map<string, MetricDataResult>();
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const span = {
      StartTime: new Date(where.from),
      EndTime: new Date(where.to),
      ScanBy: 'TimestampAscending',
    } as const;
    const command = new GetMetricDataCommand({
      ...span,
      MetricDataQueries: queries,
      ...(token !== undefined && { NextToken: token }),
    });
    const got = await askAws({ permission: 'cloudwatch:GetMetricData', region }, () =>
      client.send(command, { abortSignal: where.signal }),
    );
    for (const result of got.MetricDataResults ?? []) {
      // An expression may give several series of one id: a band gives two.
      const name = JSON.stringify([result.Id, result.Label]);
      found.set(name, joined(found.get(name), result));
    }
    token = got.NextToken;
    if (token === undefined) break;
  }
  return [...found.values()];
}

function joined(before: MetricDataResult | undefined, { Timestamps, Values, ...rest }: MetricDataResult) {
  return {
    ...rest,
    Timestamps: [...(before?.Timestamps ?? []), ...(Timestamps ?? [])],
    Values: [...(before?.Values ?? []), ...(Values ?? [])],
  };
}

function queriesOf({ ask, query, fill }: Asking<'cloudwatch'>): MetricDataQuery[] {
  const metrics = Object.entries(ask.metrics).map(([id, metric]) => ({
    Id: id,
    MetricStat: metricStat(metric, fill),
    ReturnData: ask.expression === null,
  }));
  if (ask.expression === null) return metrics;
  // Ids begin with a small letter and may hold `_`, so this one cannot be among those of a service file twice by chance.
  return [...metrics, { Id: 'tocsin_answer', Expression: fill(ask.expression), Label: query.label, ReturnData: true }];
}

function metricStat(
  { namespace, metric, dimensions, stat, periodSeconds }: MetricQuery,
  fill: (text: string) => string,
) {
  return {
    Metric: {
      Namespace: fill(namespace),
      MetricName: fill(metric),
      Dimensions: Object.entries(dimensions).map(([name, value]) => ({ Name: name, Value: fill(value) })),
    },
    Stat: stat,
    Period: periodSeconds,
  };
}

function refuse({ StatusCode, Messages }: MetricDataResult, label: string): void {
  const why = (Messages ?? []).flatMap(({ Value }) => Value ?? []).join(' ');
  if (StatusCode === 'Forbidden') {
    throw new SetupError(
      `CloudWatch does not let Tocsin read the metric of “${label}”. Allow cloudwatch:GetMetricData in the account that owns it. ${why}`.trim(),
    );
  }
  if (StatusCode === 'InternalError') {
    throw new TransientError(`CloudWatch could not work out “${label}” just now`, { cause: why });
  }
}

/** Oldest first. */
export function seriesOf({ Id, Label, Timestamps = [], Values = [] }: MetricDataResult): Series {
  const points = Timestamps.flatMap((time, i) => {
    const value = Values[i];
    return value !== undefined && Number.isFinite(value) ? [[time.getTime(), value] as const] : [];
  });
  return { label: Label ?? Id ?? '', points: points.sort(([a], [b]) => a - b) };
}
