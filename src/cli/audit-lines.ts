import { parseArgs } from 'node:util';
import type { AuditLine } from '../actions/audit-chain.ts';
import { ok, type Result, reject } from '../domain/result.ts';

export const USAGE =
  'npm run audit:actions -- [--since 30d|24h|2026-01-31] [--until 2026-02-28] [--format table|json]      (every line is verified, whatever is shown)';

export interface AuditRequest {
  /** Epoch ms; lines from then on. */
  readonly since: number;
  /** Epoch ms; lines before then. */
  readonly until: number;
  readonly format: 'table' | 'json';
}

const HOUR = 3_600_000;
const SPANS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 168 * HOUR };

/** Reads the command line. Rejects with `bad_input` and the usage as its hint. */
export function parseAuditArguments(args: readonly string[], now: number): Result<AuditRequest> {
  const refuse = (message: string) => reject('bad_input', message, USAGE);
  const options = { since: { type: 'string' }, until: { type: 'string' }, format: { type: 'string' } } as const;
  try {
    const { since: from, until: to, format = 'table' } = parseArgs({ args: [...args], options }).values;
    const since = from === undefined ? 0 : timeOf(from, now);
    const until = to === undefined ? Number.POSITIVE_INFINITY : timeOf(to, now);
    if (since === null || until === null)
      return refuse('A time is a span such as 24h or 30d, or a date such as 2026-01-31.');
    if (format !== 'table' && format !== 'json') return refuse('--format is table or json.');
    return ok({ since, until, format });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // what parseArgs says of options that it does not know
    return refuse(error.message);
  }
}

function timeOf(text: string, now: number): number | null {
  const { count, unit } = /^(?<count>\d{1,5})(?<unit>[hdw])$/.exec(text)?.groups ?? {};
  if (count !== undefined && unit !== undefined) return now - Number(count) * (SPANS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** What a record says of itself; it may have been tampered with, so nothing in it is relied on. */
interface Said {
  readonly at: number | null;
  readonly incident: string;
  readonly type: string;
  readonly by: string;
  readonly run: string;
  readonly rest: string;
}

/** Whether a line belongs to the asked time. One that says no time is always shown. */
export function isAsked(line: Pick<AuditLine, 'record'>, { since, until }: AuditRequest): boolean {
  const { at } = saidOf(line);
  return at === null || (at >= since && at < until);
}

/** One line of the answer. */
export function auditText(line: AuditLine, format: AuditRequest['format']): string {
  if (format === 'json') return JSON.stringify({ number: line.number, ...fieldsOf(line), hash: line.hash });
  const { at, type, by, run, rest } = saidOf(line);
  const time = at === null ? 'no time' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  const columns = [
    String(line.number).padStart(6),
    time.padEnd(19),
    type.padEnd(18),
    by.padEnd(12),
    run.padEnd(10),
    rest,
  ];
  return columns.join('  ').trimEnd();
}

function saidOf(line: Pick<AuditLine, 'record'>): Said {
  const record = fieldsOf(line);
  const text = (name: string) => (typeof record[name] === 'string' ? shown(record[name]) : '');
  const { at } = record;
  return {
    at: typeof at === 'number' && Math.abs(at) <= 8.64e15 ? at : null,
    incident: text('incident'),
    type: text('type'),
    by: text('by'),
    run: text('run') || text('incident'),
    rest: [text('way'), text('state'), text('what'), text('action'), text('why') || text('reason')]
      .filter((one) => one !== '')
      .join(' · '),
  };
}

const MOST = 160;

/** Foreign text on a terminal: no control characters, no more than a line. */
function shown(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, MOST)
    .toWellFormed();
}

function fieldsOf({ record }: Pick<AuditLine, 'record'>): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(record);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : { record };
  } catch {
    return { record }; // somebody has written into the chain: the hash says so
  }
}
