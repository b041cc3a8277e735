import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { evaluateAt, keyOf } from './evaluate.ts';
import type { Expr } from './parse.ts';
import { durationMs, parsePromql } from './parse.ts';
import { PromError } from './prom-error.ts';
import type { Labels, PromSeries } from './series.ts';

const MOST_POINTS = 11_000;

/** `/api/v1/query`, `/api/v1/query_range`, `/-/ready` under a path, as Prometheus answers them. */
export function prometheusRoutes(
  app: FastifyInstance,
  path: string,
  series: () => readonly PromSeries[],
  now: () => number,
): void {
  const answer = (run: (params: URLSearchParams) => object) => (request: FastifyRequest, reply: FastifyReply) => {
    try {
      return reply.send({ status: 'success', data: run(paramsOf(request)) });
    } catch (error) {
      if (!(error instanceof PromError)) throw error;
      const body = { status: 'error', errorType: error.type, error: error.message };
      return reply.code(error.type === 'bad_data' ? 400 : 422).send(body);
    }
  };
  const both = (name: string, run: (params: URLSearchParams) => object): void => {
    app.route({ method: ['GET', 'POST'], url: `${path}/api/v1/${name}`, handler: answer(run) });
  };
  both('query', (params) => instant(parsePromql(params.get('query') ?? ''), series(), timeOf(params, 'time') ?? now()));
  both('query_range', (params) => overTime(params, series()));
  app.get(`${path}/-/ready`, () => 'Prometheus Server is Ready.\n');
  app.get(`${path}/-/healthy`, () => 'Prometheus Server is Healthy.\n');
}

function instant(expr: Expr, series: readonly PromSeries[], at: number): object {
  const value = evaluateAt(expr, series, at);
  if (typeof value === 'number') return { resultType: 'scalar', result: [at / 1000, worded(value)] };
  return {
    resultType: 'vector',
    result: value.map(({ labels, value: found }) => ({ metric: labels, value: [at / 1000, worded(found)] })),
  };
}

function overTime(params: URLSearchParams, series: readonly PromSeries[]): object {
  const expr = parsePromql(params.get('query') ?? '');
  const found = new Map<string, { readonly metric: Labels; readonly values: [number, string][] }>();
  for (const at of stepsOf(params)) {
    const value = evaluateAt(expr, series, at);
    for (const sample of typeof value === 'number' ? [{ labels: {}, value }] : value) {
      const key = `${sample.labels.__name__ ?? ''}${keyOf(sample.labels)}`;
      const row = found.get(key) ?? { metric: sample.labels, values: [] };
      row.values.push([at / 1000, worded(sample.value)]);
      found.set(key, row);
    }
  }
  return { resultType: 'matrix', result: [...found.values()] };
}

/** The times that are asked for, oldest first. */
function stepsOf(params: URLSearchParams): readonly number[] {
  const [start, end] = [timeOf(params, 'start'), timeOf(params, 'end')];
  const step = stepOf(params.get('step') ?? '');
  if (start === null || end === null || end < start)
    throw new PromError('bad_data', 'invalid parameter "start" or "end"');
  const count = Math.floor((end - start) / step) + 1;
  if (count > MOST_POINTS) {
    throw new PromError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  return Array.from({ length: count }, (_, i) => start + i * step);
}

/** Prometheus writes numbers as texts, and has words for those that are none. */
function worded(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

/** Seconds or RFC 3339, as epoch milliseconds. */
function timeOf(params: URLSearchParams, name: string): number | null {
  const text = params.get(name);
  if (text === null || text === '') return null;
  const at = /^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(at))
    throw new PromError('bad_data', `invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`);
  return at;
}

function stepOf(text: string): number {
  const step = /^[\d.]+$/.test(text) ? Number(text) * 1000 : durationMs(text);
  if (step <= 0) throw new PromError('bad_data', 'zero or negative query resolution step widths are not accepted');
  return step;
}

function paramsOf(request: FastifyRequest): URLSearchParams {
  const inQuery = new URL(request.url, 'http://localhost').searchParams;
  const inBody = typeof request.body === 'string' ? new URLSearchParams(request.body) : new URLSearchParams();
  return new URLSearchParams([...inQuery, ...inBody]);
}
