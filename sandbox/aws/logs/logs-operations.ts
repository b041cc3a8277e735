import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { list, number, requiredText, text } from '../input.ts';
import type { Row } from './insights-query.ts';
import { runInsights } from './insights-query.ts';
import type { LogGroups } from './log-groups.ts';

/** `X-Amz-Target` of the Logs JSON protocol starts with this. */
export const LOGS_TARGET = 'Logs_20140328.';

interface RunningQuery {
  readonly rows: readonly Row[];
  readonly scanned: number;
  readonly readyAt: number;
  isStopped: boolean;
}

/** Logs Insights over the groups. */
export interface Logs {
  /** Throws `AwsError` as CloudWatch Logs would say no. */
  answer(operation: string, input: Input): object;
}

/** A query runs for a while; a stand-in must pick how long. */
const RUNS_MS = 250;
const QUERIES_KEPT = 200;

export function createLogs(groups: LogGroups, now: () => number): Logs {
  const queries = new Map<string, RunningQuery>();

  const start = (input: Input): object => {
    const names = namesIn(input);
    const missing = names.find((name) => !groups.has(name));
    if (names.length === 0) throw new AwsError('InvalidParameterException', 400, 'A query needs log groups');
    if (missing !== undefined) {
      throw new AwsError('ResourceNotFoundException', 400, `Log group '${missing}' does not exist for account ID`);
    }
    const from = 1000 * (number(input, 'startTime') ?? 0);
    const to = 1000 * (number(input, 'endTime') ?? 0);
    const lines = names.flatMap((name) => groups.lines(name, from, to)).sort((a, b) => a.at - b.at);
    const rows = runInsights(requiredText(input, 'queryString'), lines).slice(
      0,
      number(input, 'limit') ?? Number.POSITIVE_INFINITY,
    );
    const queryId = randomUUID();
    queries.set(queryId, { rows, scanned: lines.length, readyAt: now() + RUNS_MS, isStopped: false });
    const oldest = queries.keys().next().value;
    if (queries.size > QUERIES_KEPT && oldest !== undefined) queries.delete(oldest);
    return { queryId };
  };

  const queryOf = (input: Input): RunningQuery => {
    const query = queries.get(requiredText(input, 'queryId'));
    if (query === undefined) throw new AwsError('ResourceNotFoundException', 400, 'The query does not exist');
    return query;
  };

  return {
    answer: (operation, input) => {
      if (operation === 'StartQuery') return start(input);
      if (operation === 'GetQueryResults') return resultsOf(queryOf(input), now());
      if (operation !== 'StopQuery')
        throw new AwsError('UnknownOperationException', 400, `${operation} is not offered here`);
      const query = queryOf(input);
      if (query.readyAt <= now())
        throw new AwsError('InvalidParameterException', 400, 'Query is not in running or scheduled state');
      query.isStopped = true;
      return { success: true };
    },
  };
}

function namesIn(input: Input): readonly string[] {
  const keys = ['logGroupNames', 'logGroupIdentifiers'];
  const named = [text(input, 'logGroupName') ?? [], ...keys.map((key) => list(input, key) ?? [])];
  return named.flat().map((name) => String(name).replace(/^arn:.*:log-group:/, ''));
}

function resultsOf({ rows, scanned, readyAt, isStopped }: RunningQuery, at: number): object {
  const isReady = readyAt <= at;
  const status = isReady ? 'Complete' : 'Running';
  return {
    status: isStopped ? 'Cancelled' : status,
    results:
      isReady && !isStopped ? rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))) : [],
    statistics: { recordsMatched: rows.length, recordsScanned: scanned, bytesScanned: scanned * 120 },
  };
}
