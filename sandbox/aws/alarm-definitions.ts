import type { SandboxAlarm } from '../api.ts';

/** A metric as CloudWatch names it. */
export interface MetricRef {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit?: string;
  /** Set for a metric that lives in another region, where no query of this one finds it unless it names it. */
  readonly region?: string;
}

export type Comparison =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

interface Named {
  readonly name: string;
  readonly service: string;
  readonly description: string;
  /** Name of the SNS topic that its ALARM, OK and INSUFFICIENT_DATA actions go to. */
  readonly topic: string;
}

interface Evaluated extends Named {
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
  /** What the newest datapoints are when it fires and when it has recovered, newest first. */
  readonly bad: readonly number[];
  readonly good: readonly number[];
}

interface AgainstThreshold extends Evaluated {
  readonly comparison: Comparison;
  readonly threshold: number;
}

export interface MetricAlarm extends AgainstThreshold {
  readonly kind: 'metric';
  readonly metric: MetricRef;
  /** `Sum`, `Average`, `p95` … */
  readonly statistic: string;
}

export interface MathAlarm extends AgainstThreshold {
  readonly kind: 'math';
  readonly expression: string;
  readonly label: string;
  /** By their ids in the expression. */
  readonly metrics: Readonly<Record<string, { readonly metric: MetricRef; readonly statistic: string }>>;
}

export interface AnomalyAlarm extends Evaluated {
  readonly kind: 'anomaly';
  readonly metric: MetricRef;
  readonly statistic: string;
  /** Width of the band in standard deviations, and the band's ends at the newest datapoint. */
  readonly width: number;
  readonly band: readonly [low: number, high: number];
  /** It fires above the band only. */
  readonly upper?: boolean;
}

/** How an alarm on a band compares, in CloudWatch's words. */
export function bandComparison({ upper }: Pick<AnomalyAlarm, 'upper'>): string {
  return upper === true ? 'GreaterThanUpperThreshold' : 'LessThanLowerOrGreaterThanUpperThreshold';
}

/** Fires while all of its children do. */
export interface CompositeAlarm extends Named {
  readonly kind: 'composite';
  readonly children: readonly string[];
}

/** One alarm over many series (Metrics Insights `GROUP BY`): it tells about itself, and about each series that fires. */
export interface ContributorAlarm extends AgainstThreshold {
  readonly kind: 'contributor';
  readonly query: string;
  readonly label: string;
  readonly contributors: readonly { readonly id: string; readonly attributes: Readonly<Record<string, string>> }[];
  /** How many of the contributors, from the first, fire. */
  readonly firing: number;
  /** How many series there are; the contributors are all of them when it is left out. */
  readonly series?: number;
}

export type AlarmDefinition = (MetricAlarm | MathAlarm | AnomalyAlarm | CompositeAlarm | ContributorAlarm) & {
  readonly kind: SandboxAlarm['kind'];
};

/** `OK`, `ALARM` or `INSUFFICIENT_DATA`, CloudWatch's own words. */
export type AlarmState = SandboxAlarm['state'];
