import { METRICS, type Metric } from '../domain/milestones.ts';

/** What an incident is counted under. */
export interface Labels {
  readonly service: string;
  readonly severity: string;
  readonly incidentClass: string;
  readonly drill: boolean;
}

/** One number of a day's hash: incidents opened, or samples in a bucket, or the sum of those samples in milliseconds. */
export type Cell =
  | { readonly of: 'incidents' }
  | { readonly of: 'count' | 'sum'; readonly metric: Metric; readonly bucket: number };

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

/**
 * Name of a field: `a:checkout:P1:drift:r:5k` counts the samples of bucket 5k (base 36) of time to acknowledge, with `+` at its
 * end it sums them, and `i:checkout:P1:drift:r` counts incidents; `d` in place of the last `r` is a drill. Total: a label that
 * cannot be written becomes `_other`, because a strange name must not stop an incident from being stored.
 */
export function encodeField(labels: Labels, cell: Cell): string {
  const names = [labels.service, labels.severity, labels.incidentClass].map((name) => (NAME.test(name) ? name : OTHER));
  const under = [...names, labels.drill ? 'd' : 'r'].join(':');
  if (cell.of === 'incidents') return `i:${under}`;

  return `${CODES[cell.metric]}:${under}:${cell.bucket.toString(36)}${cell.of === 'sum' ? '+' : ''}`;
}

/** The reverse; `null` for a field that this version does not know. */
export function decodeField(field: string): { readonly labels: Labels; readonly cell: Cell } | null {
  const [code = '', service = '', severity = '', incidentClass = '', kind = '', bucket, ...more] = field.split(':');
  const named = NAME.test(service) && NAME.test(severity) && NAME.test(incidentClass);
  if (!named || more.length > 0 || (kind !== 'd' && kind !== 'r')) return null;

  const cell = decodeCell(code, bucket);
  return cell && { labels: { service, severity, incidentClass, drill: kind === 'd' }, cell };
}

function decodeCell(code: string, bucket: string | undefined): Cell | null {
  if (bucket === undefined) return code === 'i' ? { of: 'incidents' } : null;

  const metric = METRIC_OF.get(code);
  if (metric === undefined || !/^[0-9a-z]{1,4}\+?$/.test(bucket)) return null;

  return { of: bucket.endsWith('+') ? 'sum' : 'count', metric, bucket: Number.parseInt(bucket, 36) };
}
