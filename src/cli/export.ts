import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { setting } from '../config/env.ts';
import { durationsOf, METRICS, type Metric, type Milestones } from '../domain/milestones.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import { connect } from '../store/connection.ts';
import { createIncidentStore } from '../store/incident-store.ts';
import { createKeys } from '../store/keys.ts';
import { exportHistories, storedHistories } from './export-histories.ts';
import { storedIncidents } from './export-source.ts';

export const USAGE =
  'npm run export -- --format csv|json|events [--since 30d|24h|2026-01-31] [--service checkout]      (events: all that happened, one incident in each line)';

/** One incident as it is exported. Titles and services are foreign text. */
export interface ExportRecord {
  readonly id: string;
  readonly service: string;
  readonly severity: string;
  readonly incidentClass: string;
  readonly drill: boolean;
  readonly title: string;
  readonly status: string;
  readonly owner: string | null;
  readonly milestones: Milestones;
  /** How many alarms are members of it. */
  readonly alarms: number;
}

/** Where incidents come from, page by page, so that memory does not grow with their number. */
export interface ExportSource {
  /** Incidents that began at `since` (epoch milliseconds) or later, in any order. */
  incidents(since: number): AsyncIterable<ExportRecord>;
}

/** Rows, or (`events`) all that happened. */
export type ExportFormat = RowFormat | 'events';
export type RowFormat = 'csv' | 'json';

export interface ExportRequest {
  readonly format: ExportFormat;
  /** Epoch milliseconds; 0 is everything. */
  readonly since: number;
  readonly service: string | null;
}

/** Resolves when more may be written, so that a slow reader slows the reading down. */
export type Write = (text: string) => void | Promise<void>;

const HOUR = 3_600_000;
const SPAN_UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 168 * HOUR };

/** Reads the command line. Rejects with `bad_input` and the usage as its hint. */
export function parseExportArguments(args: readonly string[], now: number): Result<ExportRequest> {
  const refuse = (message: string) => reject('bad_input', message, USAGE);
  const options = optionsOf(args);
  if (!options.ok) return refuse(options.rejection.message);

  const { format, since = null, service = null } = options.value;
  if (format !== 'csv' && format !== 'json' && format !== 'events') {
    return refuse('Say --format csv, --format json or --format events.');
  }

  const from = since === null ? 0 : sinceOf(since, now);
  if (from === null) return refuse(`--since ${since} is neither a span such as 30d nor a date such as 2026-01-31.`);

  return ok({ format, since: from, service });
}

/** The incidents that were asked for, as rows. Returns how many there were. */
export function exportIncidents(
  source: ExportSource,
  request: ExportRequest & { readonly format: RowFormat },
  write: Write,
): Promise<number> {
  const incidents = source.incidents(request.since);
  return exportRows(
    request.service === null ? incidents : ofService(incidents, request.service),
    request.format,
    write,
  );
}

/**
 * Writes one row per incident: CSV as RFC 4180 has it (a header line, CRLF) or one JSON array. Times are ISO 8601 in UTC, durations
 * seconds counted from the alarm, and what has not happened is an empty cell or `null`. Returns the number of rows.
 */
export async function exportRows(
  source: AsyncIterable<ExportRecord>,
  format: RowFormat,
  write: Write,
): Promise<number> {
  const shape = format === 'csv' ? CSV : JSON_ARRAY;
  let rows = 0;
  await write(shape.head);
  for await (const record of source) {
    await write(shape.row(rowOf(record), rows));
    rows += 1;
  }
  await write(shape.foot(rows));
  return rows;
}

/** Writes to standard output, say, and waits while its reader is behind. Rejects when the stream fails meanwhile. */
export function writerTo(stream: Writable): Write {
  return async (text) => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
}

type Value = string | number | boolean | null;

const TIMES = {
  fired_at: 'firedAt',
  received_at: 'receivedAt',
  posted_at: 'postedAt',
  seen_at: 'seenAt',
  acknowledged_at: 'acknowledgedAt',
  mitigated_at: 'mitigatedAt',
  resolved_at: 'resolvedAt',
  closed_at: 'closedAt',
} as const satisfies Record<string, keyof Milestones>;

const secondsColumn = (metric: Metric) => `${metric}_seconds`;

/** Names and order of the columns, which people's spreadsheets rely on: append only. */
export const COLUMNS: readonly string[] = [
  ...['id', 'service', 'severity', 'class', 'drill', 'title', 'status', 'owner'],
  ...Object.keys(TIMES),
  ...METRICS.map(secondsColumn),
  'members',
];

/** The characters that make a spreadsheet run a cell as a formula (OWASP "CSV Injection"), full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

interface Shape {
  readonly head: string;
  row(row: Readonly<Record<string, Value>>, index: number): string;
  foot(rows: number): string;
}

const CSV: Shape = {
  head: csvLine(COLUMNS),
  row: (row) => csvLine(COLUMNS.map((column) => row[column] ?? null)),
  foot: () => '',
};

const JSON_ARRAY: Shape = {
  head: '[',
  row: (row, index) => `${index === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`,
  foot: (rows) => (rows === 0 ? ']\n' : '\n]\n'),
};

function rowOf(record: ExportRecord): Readonly<Record<string, Value>> {
  const durations = durationsOf(record.milestones);
  const times = Object.entries(TIMES).map(([column, milestone]) => [column, isoOf(record.milestones[milestone])]);
  const seconds = METRICS.map((metric) => [secondsColumn(metric), secondsOf(durations[metric])]);

  return {
    id: record.id,
    service: record.service,
    severity: record.severity,
    class: record.incidentClass,
    drill: record.drill,
    title: record.title.toWellFormed(),
    status: record.status,
    owner: record.owner,
    ...Object.fromEntries(times),
    ...Object.fromEntries(seconds),
    members: record.alarms,
  };
}

/** `null` also for a time of the source's that no calendar has. */
function isoOf(at: number | null): string | null {
  return at === null || Number.isNaN(new Date(at).getTime()) ? null : new Date(at).toISOString();
}

function secondsOf(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}

function csvLine(values: readonly Value[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: Value): string {
  if (value === null) return '';

  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* ofService(incidents: AsyncIterable<ExportRecord>, service: string): AsyncIterable<ExportRecord> {
  for await (const incident of incidents) if (incident.service === service) yield incident;
}

function optionsOf(args: readonly string[]): Result<{ format?: string; since?: string; service?: string }> {
  const options = { format: { type: 'string' }, since: { type: 'string' }, service: { type: 'string' } } as const;
  try {
    return ok({ ...parseArgs({ args: [...args], options, allowPositionals: false }).values });
  } catch (error) {
    // `parseArgs` throws for what a person has typed wrong, with a sentence that says what.
    return reject('bad_input', error instanceof Error ? error.message : String(error));
  }
}

function sinceOf(text: string, now: number): number | null {
  const span = /^(?<amount>\d{1,5})(?<unit>[hdw])$/.exec(text)?.groups;
  if (span) return Math.max(0, now - Number(span.amount) * (SPAN_UNITS[span.unit ?? ''] ?? 0));

  // The 31st of February parses as a day in March, so what was parsed has to be what was written.
  const date = Date.parse(text);
  return isoOf(date)?.startsWith(`${text}T`) ? date : null;
}

/** Answers the exit code. Rows go to standard output, words to people to standard error. */
async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const request = parseExportArguments(args, Date.now());
  if (!request.ok) {
    say(`${request.rejection.message}\nUsage: ${request.rejection.hint}`);
    return 2;
  }
  const [url, deployment] = [setting(env, 'REDIS_URL'), setting(env, 'DEPLOYMENT')];
  if (url === null || deployment === null) {
    say(
      'Set REDIS_URL to the Redis of Tocsin (redis://, rediss:// or unix:), and DEPLOYMENT when it has a name of its own.',
    );
    return 2;
  }
  try {
    say(`${await exportFrom(url, deployment, request.value)} incidents.`);
    return 0;
  } catch (error) {
    say(`The export ended early: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function exportFrom(url: string, deployment: string, request: ExportRequest): Promise<number> {
  const redis = await connect(url, { warn: () => undefined });
  try {
    const store = createIncidentStore(redis, createKeys(deployment), Date.now);
    const write = writerTo(process.stdout);
    const { format } = request;
    if (format === 'events') return await exportHistories(storedHistories(store, Date.now), request, write);
    return await exportIncidents(storedIncidents(store, Date.now), { ...request, format }, write);
  } finally {
    redis.disconnect();
  }
}

if (import.meta.main) {
  // Whoever reads us may stop early, as `head` does: then there is nothing left to do, and nothing is wrong.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await main(process.argv.slice(2), process.env);
}
