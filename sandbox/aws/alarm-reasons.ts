import type { AlarmDefinition, AlarmState, AnomalyAlarm, Comparison } from './alarm-definitions.ts';

const WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** A number as CloudWatch's sentences write it: always with a decimal point. */
export function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/**
 * CloudWatch's own sentence about why an alarm that evaluates data changed from `from` to `to` at `at` (epoch ms).
 * Composite alarms have other sentences, see `childReason`.
 */
export function reasonOf(definition: AlarmDefinition, from: AlarmState, to: AlarmState, at: number): string {
  if (definition.kind === 'composite') throw new Error('A composite alarm changes because of a child');
  if (to === 'INSUFFICIENT_DATA') return insufficientData(definition.evaluationPeriods);
  const data = sentence(to === 'ALARM' ? definition.bad : definition.good, definition, at);
  const minimum = `(minimum ${count(definition.datapointsToAlarm)} for ${from} -> ${to} transition)`;
  const { be, text } = data;
  const not = to === 'ALARM' ? '' : 'not ';
  if (definition.kind === 'anomaly')
    return `Thresholds Crossed: ${text} ${be} ${not}${bandWords(definition)} ${minimum}.`;
  const words = `${WORDS[definition.comparison]} the threshold (${decimal(definition.threshold)})`;
  return `Threshold Crossed: ${text} ${be} ${not}${words} ${minimum}.`;
}

/** Why a composite alarm changed: the child that did, and when (English, UTC, as CloudWatch writes it). */
export function childReason(childArn: string, state: AlarmState, at: number): string {
  const date = new Date(at);
  const words = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(date);
  const day = `${words({ weekday: 'long' })} ${words({ day: '2-digit' })} ${words({ month: 'long' })}, ${words({ year: 'numeric' })}`;
  return `${childArn} transitioned to ${state} at ${day} ${date.toISOString().slice(11, 19)} UTC`;
}

/** The sentence of an alarm over many series about all of them together. */
export function contributorsReason(firing: number, total: number): string {
  return `${firing} out of ${total} contributors evaluated to ALARM`;
}

function insufficientData(periods: number): string {
  return periods === 1
    ? 'Insufficient Data: 1 datapoint was unknown.'
    : `Insufficient Data: ${periods} datapoints were unknown.`;
}

/** `2 out of the last 3 datapoints [9.0 (22/11/26 06:24:00), …]` with the verb that fits. */
function sentence(
  values: readonly number[],
  { period, evaluationPeriods }: { readonly period: number; readonly evaluationPeriods: number },
  at: number,
): { readonly text: string; readonly be: 'was' | 'were' } {
  const newest = Math.floor(at / (period * 1000)) * period * 1000;
  const points = values.map((value, i) => `${decimal(value)} (${stamp(newest - i * period * 1000)})`);
  const last = `${values.length} out of the last ${evaluationPeriods} datapoints`;
  return { text: `${last} [${points.join(', ')}]`, be: values.length === 1 ? 'was' : 'were' };
}

function bandWords({ band: [low, high], upper }: AnomalyAlarm): string {
  if (upper === true) return `greater than the upper thresholds [${high}]`;
  return `less than the lower thresholds [${low}] or greater than the upper thresholds [${high}]`;
}

function count(datapoints: number): string {
  return datapoints === 1 ? '1 datapoint' : `${datapoints} datapoints`;
}

/** `22/11/26 06:24:00`, day first. */
function stamp(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`;
}
