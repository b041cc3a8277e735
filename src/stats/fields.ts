import { METRICS, type Metric } from '../domain/milestones.ts';

/** What an incident is counted under. */
export interface Labels {
  readonly service: string;
  readonly severity: string;
  readonly incidentClass: string;
  readonly drill: boolean;
}

/** One number of a day's hash: incidents opened, or the samples in a bucket, see `packed`. */
export type Cell =
  | { readonly of: 'incidents' }
  | { readonly of: 'samples'; readonly metric: Metric; readonly bucket: number };

const CODES = {
  detect: 'd',
  notify: 'n',
  seen: 's',
  acknowledge: 'a',
  mitigate: 'm',
  resolve: 'r',
} as const satisfies Record<Metric, string>;

const METRIC_OF = new Map<string, Metric>(METRICS.map((metric) => [CODES[metric], metric]));

/** Stands for a name that cannot be a part of a field; no service is called so, because of its underscore. */
export const OTHER = '_other';

const NAME = /^(?:[A-Za-z][A-Za-z0-9-]{0,62}|_other)$/;
const BUCKET = /^[0-9a-z]{1,4}$/;

/**
 * The part of a field's name that its labels make: `checkout:P1:drift:r`, with `d` at its end for a drill. Total: a name that
 * cannot be written becomes `_other`, because a strange name must not stop an incident from being stored.
 */
export function encodeLabels({ service, severity, incidentClass, drill }: Labels): string {
  const names = [service, severity, incidentClass].map((name) => (NAME.test(name) ? name : OTHER));
  return `${names.join(':')}:${drill ? 'd' : 'r'}`;
}

/** The reverse; `null` for what this version did not write. */
export function decodeLabels(text: string): Labels | null {
  const [service = '', severity = '', incidentClass = '', kind = '', ...more] = text.split(':');
  const named = NAME.test(service) && NAME.test(severity) && NAME.test(incidentClass);
  if (!named || more.length > 0 || (kind !== 'd' && kind !== 'r')) return null;

  return { service, severity, incidentClass, drill: kind === 'd' };
}

/**
 * Name of a field: `a:checkout:P1:drift:r:5k` has the samples of bucket 5k (base 36) of time to acknowledge, and
 * `i:checkout:P1:drift:r` counts incidents.
 */
export function encodeField(labels: string, cell: Cell): string {
  if (cell.of === 'incidents') return `i:${labels}`;

  return `${CODES[cell.metric]}:${labels}:${cell.bucket.toString(36)}`;
}

/** The reverse, the labels still encoded: a day has many fields and few labels. `null` for a field that this version does not know. */
export function decodeField(field: string): { readonly labels: string; readonly cell: Cell } | null {
  if (field.startsWith('i:')) return { labels: field.slice(2), cell: { of: 'incidents' } };

  const metric = field[1] === ':' ? METRIC_OF.get(field.charAt(0)) : undefined;
  const end = field.lastIndexOf(':');
  const bucket = field.slice(end + 1);
  if (metric === undefined || !BUCKET.test(bucket)) return null;

  return { labels: field.slice(2, end), cell: { of: 'samples', metric, bucket: Number.parseInt(bucket, 36) } };
}

/** The last digits of packed samples are their sum: more than 300 years, in milliseconds. */
const SUM_DIGITS = 13;
const ONE = 10 ** SUM_DIGITS;

/**
 * One sample as a number that Redis can add: `10000000156000` is one sample of 156,000 ms, `20000000300000` are two of 300,000 ms
 * together. Half a million samples of one bucket and day fit into Redis' 64 bits.
 */
export function packed(milliseconds: number): number {
  return ONE + milliseconds;
}

/** The reverse, of any number of them added; `null` for what is no such sum. */
export function unpacked(value: string): { readonly count: number; readonly sum: number } | null {
  if (!/^\d{14,19}$/.test(value)) return null;
  return { count: Number(value.slice(0, -SUM_DIGITS)), sum: Number(value.slice(-SUM_DIGITS)) };
}
