import { setTimeout as pause } from 'node:timers/promises';
import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { quantityWords } from '../../blocks/measurement-words.ts';
import { SetupError, TransientError } from '../app/errors.ts';
import { askAws } from '../aws/errors.ts';
import type { Answer, Query } from '../domain/query.ts';
import { answer } from './answer.ts';
import type { Asking } from './probes.ts';

const POLL_MS = 250;
/** As many lines as are worth counting: `100 lines or more` says enough. */
const LIMIT = 100;
const STOP_MS = 2_000;

type Row = readonly (readonly [field: string, value: string])[];

/**
 * Asks Logs Insights and waits for the end, which the budget may bring: the query is then stopped, since it costs and 100 may run
 * at once. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 */
export async function askLogs(asking: Asking<'logs'>): Promise<Answer> {
  const client = await asking.aws.logs(asking.region);
  const queryId = await start(client, asking);
  try {
    return answerOf(asking.query, await results(client, asking, queryId));
  } catch (error) {
    if (error instanceof TransientError) stop(client, queryId);
    throw error;
  }
}

async function start(client: CloudWatchLogsClient, { ask, where, region, fill }: Asking<'logs'>): Promise<string> {
  const command = new StartQueryCommand({
    logGroupNames: ask.groups.map(fill),
    queryString: fill(ask.query),
    startTime: Math.floor((where.to - ask.sinceMs) / 1_000),
    endTime: Math.ceil(where.to / 1_000),
    limit: LIMIT,
  });
  const { queryId } = await askAws({ permission: 'logs:StartQuery', region }, () =>
    client.send(command, { abortSignal: where.signal }),
  );
  if (queryId === undefined) throw new TransientError('Logs Insights began no query', { cause: undefined });
  return queryId;
}

async function results(
  client: CloudWatchLogsClient,
  { where, region }: Asking<'logs'>,
  queryId: string,
): Promise<Row[]> {
  const permission = 'logs:GetQueryResults';
  for (;;) {
    const got = await askAws({ permission, region }, () =>
      client.send(new GetQueryResultsCommand({ queryId }), { abortSignal: where.signal }),
    );
    if (got.status === 'Complete') return rowsOf(got);
    if (got.status !== 'Running' && got.status !== 'Scheduled') throw ended(got.status);
    await pause(POLL_MS, undefined, { signal: where.signal }).catch((cause: unknown) => {
      throw new TransientError('Logs Insights was not done in time', { cause });
    });
  }
}

function ended(status: string | undefined): Error {
  if (status === 'Failed') return new SetupError('Logs Insights could not run the query: try it in the console.');
  return new TransientError(`Logs Insights ended the query: ${status ?? 'without a reason'}`, { cause: undefined });
}

/** Nobody waits for it, and when it fails the query ends by itself. */
function stop(client: CloudWatchLogsClient, queryId: string): void {
  client.send(new StopQueryCommand({ queryId }), { abortSignal: AbortSignal.timeout(STOP_MS) }).catch(() => undefined);
}

/** `@ptr` names the line for the API alone. */
function rowsOf({ results: rows }: GetQueryResultsCommandOutput): Row[] {
  return (rows ?? []).map((row) =>
    row.flatMap(({ field, value }) =>
      field === undefined || field === '@ptr' || value === undefined ? [] : [[field, value] as const],
    ),
  );
}

function answerOf({ unit }: Query, rows: readonly Row[]): Answer {
  const only = rows.length === 1 ? onlyNumber(rows[0] ?? []) : null;
  if (only !== null) return answer(quantityWords(only, unit), { value: only });
  const times = rows.flatMap((row) => timeOf(row) ?? []);
  const count = rows.length === 0 ? 'no lines' : `${rows.length} ${rows.length === 1 ? 'line' : 'lines'}`;
  return answer(rows.length >= LIMIT ? `${count} or more` : count, {
    value: rows.length,
    at: times.length > 0 ? Math.max(...times) : null,
    rows: rows.map(lineOf),
  });
}

/** What `stats` gives for all lines together: one row with one number. */
function onlyNumber(row: Row): number | null {
  const [first, ...others] = row;
  if (!first || others.length > 0 || first[0].startsWith('@') || first[1].trim() === '') return null;
  const value = Number(first[1]);
  return Number.isFinite(value) ? value : null;
}

/** `2026-11-01 02:10:00.000`, in UTC. */
function timeOf(row: Row): number | null {
  const text = row.find(([field]) => field === '@timestamp')?.[1] ?? '';
  const time = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? null : time;
}

function lineOf(row: Row): string {
  const time = row.find(([field]) => field === '@timestamp')?.[1].slice(11, 19);
  const message = row.find(([field]) => field === '@message')?.[1];
  if (message !== undefined) return time === undefined ? message : `${time} ${message}`;
  return row.map(([field, value]) => `${field} ${value}`).join(', ');
}
