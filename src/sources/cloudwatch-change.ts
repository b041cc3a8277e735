import type { Change } from '../domain/change.ts';
import { alarmConsoleUrl, MAX_ALARM_NAME } from './aws-arn.ts';
import { comparisons } from './cloudwatch-measurement.ts';
import type { BridgeEvent } from './eventbridge-event.ts';
import { type Fields, fieldsOf, textOf } from './foreign-fields.ts';
import { oneLine } from './foreign-text.ts';
import { timeUntil } from './foreign-time.ts';
import type { News } from './news.ts';

const OPERATIONS: Readonly<Record<string, string>> = { create: 'created', update: 'changed', delete: 'deleted' };
/** What people ask of an alarm that was changed, in the words of the event. */
const TOLD: Readonly<Record<string, string>> = {
  threshold: 'threshold',
  comparisonOperator: 'comparison',
  evaluationPeriods: 'periods',
  datapointsToAlarm: 'datapoints to alarm',
  treatMissingData: 'missing data',
  actionsEnabled: 'actions enabled',
  alarmRule: 'rule',
};

/**
 * `CloudWatch Alarm Configuration Change`: somebody created, changed or deleted an alarm, with what is different now. Null for
 * what does not look like it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function alarmConfiguration(event: BridgeEvent): News | null {
  const { detail, at } = event;
  const name = textOf(detail.alarmName);
  const operation = textOf(detail.operation) ?? '';
  const done = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (!name || !done) return null;
  const differences = operation === 'update' ? differencesOf(detail) : [];
  const text = `Alarm ${name} was ${done}${differences.length > 0 ? `: ${differences.join(', ')}` : ''}`;
  return { alerts: [], changes: [changeOf(event, { name, at, text, id: operation })] };
}

/**
 * A state change of an alarm that was muted, or whose actions another alarm suppresses. CloudWatch tells nobody of it by SNS, and
 * neither do we open an incident for it; it is kept as a change, so that people see it beside what fires. Null for every
 * other state change, and for recoveries: those count however they come.
 */
export function silencedAlarm(event: BridgeEvent): News | null {
  const { detail } = event;
  const name = textOf(detail.alarmName);
  const state = fieldsOf(detail.state);
  if (!name || textOf(state?.value) !== 'ALARM') return null;
  const by = silencerOf(detail, state ?? {});
  if (!by) return null;
  const at = timeUntil(state?.timestamp, event.publishedAt) ?? event.at;
  return { alerts: [], changes: [changeOf(event, { name, at, text: `Alarm ${name} fires ${by}`, id: 'silenced' })] };
}

function silencerOf(detail: Fields, state: Fields): string | null {
  const suppressor = textOf(state.actionsSuppressedBy);
  if (suppressor) {
    const why = textOf(state.actionsSuppressedReason);
    return `while its actions are suppressed: ${why ?? suppressor}`;
  }
  const mute = fieldsOf(detail.muteDetail);
  if (!mute) return null;
  const rule = textOf(mute.mutedByArn)?.split(':').at(-1);
  const until = Date.parse(textOf(mute.muteWindowEnd) ?? '');
  const end = Number.isNaN(until) ? '' : ` until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `while it is muted${rule ? ` by ${rule}` : ''}${end}`;
}

function differencesOf({ configuration, previousConfiguration }: Fields): string[] {
  const [before, after] = [fieldsOf(previousConfiguration), fieldsOf(configuration)];
  if (!before || !after) return [];
  return Object.entries(TOLD).flatMap(([field, words]) => {
    const [was, is] = [before[field], after[field]].map(
      (value) => comparisons.get(textOf(value) ?? '') ?? plain(value),
    );
    return was === is ? [] : [`${words} ${was} → ${is}`];
  });
}

function plain(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? oneLine(String(value), 120) : 'none';
}

function changeOf(
  event: BridgeEvent,
  { name, at, text, id }: { readonly name: string; readonly at: number; readonly text: string; readonly id: string },
): Change {
  const subject = oneLine(name, MAX_ALARM_NAME);
  return {
    id: `eb:${event.account}/${event.region}/alarm/${subject}/${id}/${at}`,
    at,
    kind: 'alarm',
    subject,
    text: oneLine(text, 512),
    by: null,
    url: alarmConsoleUrl(event, name),
  };
}
