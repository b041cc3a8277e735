import type { AlertState } from '../src/domain/alert.ts';
import type { Member } from '../src/domain/member.ts';
import { oneLine } from './foreign-text.ts';
import { BUDGET } from './limits.ts';

type Measured = NonNullable<Member['measurement']>;

/**
 * What was measured against its limit, as one clause: `p95 model latency 2.4 s, above 800 ms`, and once it has recovered
 * `p95 model latency 310 ms (alarms above 800 ms)`; without data `p95 model latency: no data (…)`. `null` when there is no number at all, as for a composite alarm.
 */
export function measurementWords(measurement: Measured | null, state: AlertState = 'firing'): string | null {
  if (!measurement || (measurement.value === null && measurement.threshold === null)) return null;

  const { value, threshold } = measurement;
  const unit = unitOf(measurement);
  const digits = digitsToTellApart(value, threshold, unit);
  const limit = threshold === null ? null : quantityWords(threshold, unit, digits);
  const subject = subjectWords(measurement);
  if (state === 'unknown') return `${subject}: no data${aside(measurement, limit)}`;
  if (value === null) return `${subject}: value unknown${aside(measurement, limit)}`;

  const clause = `${subject} ${quantityWords(value, unit, digits)}`;
  if (state !== 'firing') return `${clause}${aside(measurement, limit)}`;
  const words = limitWords(measurement.comparison ?? comparisonOf(value, threshold), limit);
  return words === '' ? clause : `${clause}, ${words}`;
}

function aside({ comparison }: Measured, limit: string | null): string {
  if (comparison === null) return limit === null ? '' : ` (limit ${limit})`;
  return ` (alarms ${limitWords(comparison, limit)})`;
}

/** Not every source says how it compares; which side of the limit a firing value is on, its numbers say. */
function comparisonOf(value: number, threshold: number | null): string | null {
  if (threshold === null) return null;
  if (value === threshold) return 'at';
  return value > threshold ? 'above' : 'below';
}

const FEW_DIGITS = 3;

/** 99.95 % above 99.9 % must not read “100 % above 99.9 %”, nor 800.4 ms “800 ms above 800 ms”. */
export function digitsToTellApart(value: number | null, threshold: number | null, unit: string | null): number {
  if (value === null || threshold === null || value === threshold) return FEW_DIGITS;
  const exact = (digits: number) =>
    Math.abs(Number(value.toPrecision(digits)) - value) < Math.abs(value - threshold) / 2;
  const differ = (digits: number) => quantityWords(value, unit, digits) !== quantityWords(threshold, unit, digits);
  return [3, 4, 5, 6, 9].find((digits) => exact(digits) && differ(digits)) ?? 15;
}

/** Foreign sentence that says why, where there is no number: without its full stop, on one line. */
export function reasonWords(reason: string): string {
  return oneLine(reason, BUDGET.reason).replace(/\.$/, '');
}

function limitWords(comparison: string | null, threshold: string | null): string {
  if (comparison === null) return '';
  if (threshold !== null && !comparison.endsWith('band')) return `${comparison} ${threshold}`;
  return comparison.replace('the band', 'the expected band');
}

/** How a statistic is said before the metric. A sum goes without saying. */
const STATISTICS: Readonly<Record<string, string>> = {
  average: 'Average',
  sum: '',
  minimum: 'Lowest',
  maximum: 'Highest',
  samplecount: 'Samples of',
};

/** What is measured: `p95 model latency`, `Average CPU utilization`; its unit and number are said elsewhere. */
export function subjectWords(measured: Measured): string {
  const { metric, statistic } = withoutQuery(measured);
  const name = metric === null ? 'measured value' : metricWords(metric.replace(PERCENT_LABEL, ''));
  const how = statistic === null ? '' : (STATISTICS[statistic.toLowerCase()] ?? oneLine(statistic, 20));
  if (how !== '') return `${how} ${name}`;
  const isWords = /^[a-z]{3,}( [a-z0-9]+)*$/.test(name);
  return isWords ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : name;
}

/** `SELECT MAX(CPUUtilization) FROM …`, as Metrics Insights asks. */
const INSIGHTS = /^SELECT (?<how>AVG|COUNT|MAX|MIN|SUM)\("?(?<what>[^")]{1,255})"?\) FROM /i;
const INSIGHTS_STATISTICS: Readonly<Record<string, string>> = {
  AVG: 'average',
  COUNT: 'samplecount',
  MAX: 'maximum',
  MIN: 'minimum',
  SUM: 'sum',
};
/** How people label what they have calculated in percent: `Error rate (%)`. */
const PERCENT_LABEL = / ?[([]%[)\]]$/;

/** What a query of Metrics Insights measures, in place of the query. */
function withoutQuery({ metric, statistic }: Measured): Pick<Measured, 'metric' | 'statistic'> {
  const { how = '', what = null } = INSIGHTS.exec(metric ?? '')?.groups ?? {};
  return what === null
    ? { metric, statistic }
    : { metric: what, statistic: INSIGHTS_STATISTICS[how.toUpperCase()] ?? statistic };
}

/** Names that splitting at capitals would not make readable. */
const METRICS: Readonly<Record<string, string>> = {
  '4xx': '4xx errors',
  '4XXError': '4xx errors',
  '5xx': '5xx errors',
  '5XXError': '5xx errors',
  Invocation4XXErrors: 'invocations with 4xx errors',
  Invocation5XXErrors: 'invocations with 5xx errors',
};

/** `ModelLatency` → `model latency`; names with signs of their own (`ctr_drop`, an expression) stay as they are. */
function metricWords(metric: string): string {
  const known = Object.hasOwn(METRICS, metric) ? METRICS[metric] : undefined;
  if (known) return known;
  if (!/^[A-Z][A-Za-z]+$/.test(metric)) return oneLine(metric, BUDGET.name * 2);
  return metric
    .slice(0, BUDGET.name * 2)
    .replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .split(' ')
    .map((word) => (word === word.toUpperCase() ? word : word.toLowerCase()))
    .join(' ');
}

/**
 * Units of metrics whose alarms often carry none, by names that one AWS service uses alone.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html (SageMaker's latencies are microseconds)
 */
const UNITS_BY_METRIC: Readonly<Record<string, string>> = {
  ModelLatency: 'Microseconds',
  OverheadLatency: 'Microseconds',
  ModelSetupTime: 'Microseconds',
  IntegrationLatency: 'Milliseconds',
  SuccessfulRequestLatency: 'Milliseconds',
  TargetResponseTime: 'Seconds',
  CPUUtilization: 'Percent',
};

/** The unit that a measurement is in: its own, else the one that its metric has in AWS. */
export function unitOf(measured: Measured): string | null {
  const { unit } = measured;
  const { metric, statistic } = withoutQuery(measured);
  if (statistic?.toLowerCase() === 'samplecount') return null;
  if (unit !== null && unit !== 'None') return unit;
  if (PERCENT_LABEL.test(metric ?? '')) return 'Percent';
  return metric !== null && Object.hasOwn(UNITS_BY_METRIC, metric) ? (UNITS_BY_METRIC[metric] ?? null) : null;
}

/**
 * A number with its unit as people write it: `2.4 s`, `93 %`, `1.5 GB`, `12 per second`, `0.31`. Units are CloudWatch's, and
 * `Share`, a part of one that is said in percent; another one is appended as it is.
 */
export function quantityWords(value: number, unit: string | null, digits = FEW_DIGITS): string {
  if (!Number.isFinite(value)) return 'unknown';
  const [base = '', per] = (unit ?? '').split('/');
  const size = BYTES.exec(base)?.groups;
  if (size) return `${sizeWords(value, size, digits)}${per === 'Second' ? '/s' : ''}`;

  const amount = amountWords(value, base, digits);
  if (amount === null) return `${numberWords(value, digits)} ${oneLine(unit ?? '', 30)}`;
  return per === 'Second' ? `${amount} per second` : amount;
}

function amountWords(value: number, base: string, digits: number): string | null {
  const inMs = Object.hasOwn(MILLISECONDS, base) ? MILLISECONDS[base] : undefined;
  if (inMs !== undefined) return timeWords(value * inMs, digits);
  if (base === 'Percent') return `${numberWords(value, digits)} %`;
  if (base === 'Share') return `${numberWords(value * 100, digits)} %`;
  return ['', 'Count', 'None'].includes(base) ? numberWords(value, digits) : null;
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  Microseconds: 0.001,
  Milliseconds: 1,
  Seconds: 1_000,
  Minutes: 60_000,
  Hours: 3_600_000,
};
const BYTES = /^(?<scale>Kilo|Mega|Giga|Tera)?(?<of>bytes|bits)$/i;

function timeWords(ms: number, digits: number): string {
  const size = Math.abs(ms);
  if (size >= 3_600_000) return `${numberWords(ms / 3_600_000, digits)} h`;
  if (size >= 60_000) return `${numberWords(ms / 60_000, digits)} min`;
  if (size >= 1000) return `${numberWords(ms / 1000, digits)} s`;
  return size >= 1 || size === 0 ? `${numberWords(ms, digits)} ms` : `${numberWords(ms * 1000, digits)} µs`;
}

const SCALES = ['', 'k', 'M', 'G', 'T', 'P'] as const;
const SCALE_STEPS: Readonly<Record<string, number>> = { '': 0, kilo: 1, mega: 2, giga: 3, tera: 4 };

function sizeWords(value: number, { scale, of }: Record<string, string | undefined>, digits: number): string {
  let amount = value;
  let step = SCALE_STEPS[scale?.toLowerCase() ?? ''] ?? 0;
  while (Math.abs(amount) >= 1000 && step < SCALES.length - 1) {
    amount /= 1000;
    step++;
  }
  return `${numberWords(amount, digits)} ${SCALES[step]}${of?.toLowerCase() === 'bits' ? 'bit' : 'B'}`;
}

/** The digits that tell something, thousands grouped: `12`, `0.31`, `2.4`, `1,200`, `0.00042`; whole numbers stay whole. */
function numberWords(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size !== 0 && size < 1e-6)) return Number(value.toPrecision(digits)).toExponential();
  const whole = size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
  return formatOf(Math.max(digits, whole)).format(value);
}

/** Making a format costs more than drawing the rest of a card, so each is made once. */
const formats = new Map<number, Intl.NumberFormat>();

function formatOf(maximumSignificantDigits: number): Intl.NumberFormat {
  const format = formats.get(maximumSignificantDigits) ?? new Intl.NumberFormat('en-US', { maximumSignificantDigits });
  formats.set(maximumSignificantDigits, format);
  return format;
}
