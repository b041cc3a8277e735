import { quantityWords } from '../../blocks/measurement-words.ts';
import { SetupError, TransientError } from '../app/errors.ts';
import type { Where } from '../app/probes.ts';
import type { Answer, Query, Series } from '../domain/query.ts';
import { fieldsOf, listOf, textOf } from '../sources/foreign-fields.ts';
import { oneLine } from '../sources/foreign-text.ts';
import { answer, timeWords, worstFirst } from './answer.ts';
import { addressOf } from './filled.ts';
import type { Asking } from './probes.ts';
import { get, jsonIn } from './web.ts';

const MAX_BYTES = 8_000_000;
/** Prometheus gives at most 11,000 points of a series; a chart shows no more than this. */
const POINTS = 240;
const SHORTEST_STEP_S = 15;
/** Of an answer; the worst is looked for among all. */
const MAX_SERIES = 20;

/** Prometheus itself looks back so far for the newest sample: a series without one has ended. */
const ENDED_MS = 300_000;

interface Found extends Series {
  /** The newest sample, which may be no number. */
  readonly newest: number;
  /** Epoch ms. */
  readonly newestAt: number;
}

/** The newest value of a PromQL query and its course; of several series the worst, with its labels in words. */
export async function askPrometheus(asking: Asking<'prometheus'>): Promise<Answer> {
  const { where, fetch } = asking;
  const url = addressFor(asking);
  const got = await get({ fetch, url, signal: where.signal, maxBytes: MAX_BYTES });
  const { host } = new URL(url);
  if (got.status === 503 || got.status === 429 || got.status === 502) {
    throw new TransientError(`Prometheus at ${host} answers ${got.status}`, { cause: undefined });
  }
  if (got.status >= 300 && !got.body.startsWith('{'))
    throw new SetupError(`Prometheus at ${host} answers ${got.status}.`);
  return answerOf(asking, jsonIn(got.body, host), host);
}

/** The newest sample is taken at the very end: a range is stepped through from its beginning. */
function addressFor({ ask, where, fill }: Asking<'prometheus'>): string {
  const rangeS = rangeOf(where);
  const step = stepOf(where);
  const end = Math.floor(where.to / 1_000);
  const start = end - Math.floor(rangeS / step) * step;
  const asked = { query: fill(ask.query), start: String(start), end: String(end), step: String(step) };
  return `${addressOf(where, 'prometheus')}/api/v1/query_range?${new URLSearchParams(asked)}`;
}

function rangeOf({ from, to }: Where): number {
  return Math.max(1, Math.round((to - from) / 1_000));
}

/** In seconds. */
function stepOf(where: Where): number {
  return Math.max(SHORTEST_STEP_S, Math.ceil(rangeOf(where) / POINTS));
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries: values are texts, also `NaN` and `+Inf`. */
function answerOf({ query, where }: Asking<'prometheus'>, json: unknown, host: string): Answer {
  const top = fieldsOf(json) ?? {};
  if (top.status !== 'success') {
    const why = oneLine(textOf(top.error) ?? 'without a reason', 150);
    if (top.errorType === 'timeout' || top.errorType === 'canceled') {
      throw new TransientError(`Prometheus at ${host} gave up: ${why}`, { cause: undefined });
    }
    throw new SetupError(`Prometheus refuses the query “${query.name}”: ${why}`);
  }
  const data = fieldsOf(top.data) ?? {};
  const found = listOf(data.result, seriesOf);
  const warnings = (Array.isArray(top.warnings) ? top.warnings : []).filter((one) => typeof one === 'string');
  const rows = warnings.map((one) => `Prometheus warns: ${one}`);
  const live = found.filter(({ newestAt }) => newestAt >= where.to - ENDED_MS - 1_000 * stepOf(where));
  return live.length > 0 ? inWords(query, live, rows) : endedWords(query, found, rows);
}

/** What was measured once says nothing of now: it is drawn, and is no value. */
function endedWords({ unit }: Query, found: readonly Found[], rows: readonly string[]): Answer {
  const [last] = found.toSorted((a, b) => b.newestAt - a.newestAt);
  if (!last) return answer('no data in this time', { rows });
  const was = Number.isFinite(last.newest) ? `, the last was ${quantityWords(last.newest, unit)}` : '';
  return answer(`no data since ${timeWords(last.newestAt)}${was}`, {
    at: last.newestAt,
    rows,
    series: found.slice(0, MAX_SERIES).map(({ label, points }) => ({ label, points })),
  });
}

function inWords(query: Query, found: readonly Found[], rows: readonly string[]): Answer {
  const byWorst = worstFirst(query);
  const sorted = found.filter(({ newest }) => Number.isFinite(newest)).sort((a, b) => byWorst(a.newest, b.newest));
  const worst = sorted[0];
  if (!worst) return answer('no number: the query divides by zero, or its metric holds none', { rows });
  const text = quantityWords(worst.newest, query.unit);
  const label =
    found.length > 1 && worst.label !== '' ? `${text} (${worst.label}, the worst of ${found.length})` : text;
  return answer(label, {
    value: worst.newest,
    at: worst.points.at(-1)?.[0] ?? null,
    rows,
    series: sorted.slice(0, MAX_SERIES).map(({ label: name, points }) => ({ label: name, points })),
  });
}

function seriesOf({ metric, values }: Readonly<Record<string, unknown>>): Found | null {
  const samples = (Array.isArray(values) ? values : []).flatMap((pair: unknown) => {
    const [time, value] = Array.isArray(pair) ? (pair as unknown[]) : [];
    return typeof time === 'number' ? [[time * 1_000, numberOf(value)] as const] : [];
  });
  const last = samples.at(-1);
  if (last === undefined) return null;
  const [newestAt, newest] = last;
  return {
    label: labelOf(fieldsOf(metric) ?? {}),
    newest,
    newestAt,
    points: samples.filter(([, value]) => Number.isFinite(value)),
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'string' && value.trim() !== '' ? Number(value.replace('Inf', 'Infinity')) : Number.NaN;
}

/** `job api, region eu`: the name of the metric is in the query already. */
function labelOf(metric: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(metric).flatMap(([name, value]) =>
    name === '__name__' || typeof value !== 'string' ? [] : [`${name} ${value}`],
  );
  return oneLine(words.join(', '), 80);
}
