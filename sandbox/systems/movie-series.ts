import { daily, noise } from './course.ts';
import type { Faults } from './faults.ts';
import type { Labels, PromSeries } from './prometheus/series.ts';

const MINUTE_MS = 60_000;
const LEAD_MS = 12 * MINUTE_MS;
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5];
const FEATURES = ['user_age', 'genre_affinity', 'session_length', 'release_year'];
const SPREAD = 0.6;

/** What the service and its drift job tell Prometheus. */
export function movieSeries(faults: Faults): readonly PromSeries[] {
  const shows = (fault: string, at: number, leadMs = LEAD_MS): boolean => faults.showsAt(fault, at, leadMs);
  const isUp = (at: number): boolean => !shows('service-down', at, 3 * MINUTE_MS);
  const requests = (at: number): number | null =>
    isUp(at) ? 21 * (shows('traffic-spike', at) ? 4 : 1) * daily(at, 0.5) * noise('movies', at, 0.08) : null;
  const failing = (at: number): number =>
    shows('model-errors', at) ? 0.067 : shows('bad-release', at) ? 0.034 : 0.0002;
  const part = (share: (at: number) => number) => (at: number) => {
    const all = requests(at);
    return all === null ? null : all * share(at);
  };
  const base = { job: 'movie-recommender', instance: 'api:8080', service: 'movie-recommender' };
  const counter = (name: string, labels: Labels, perSecond: (at: number) => number | null): PromSeries => ({
    ...{ kind: 'counter', labels: { __name__: name, ...base, ...labels } },
    perSecond,
  });
  const gauge = (name: string, labels: Labels, value: (at: number) => number | null): PromSeries => ({
    ...{ kind: 'gauge', labels: { __name__: name, ...base, ...labels } },
    value,
  });
  const rarely = part(() => 0.0001);
  const medianMs = (at: number): number =>
    (shows('slow-model', at) ? 128 : shows('traffic-spike', at) ? 96 : 24) * noise('movie-ms', at, 0.06);

  return [
    gauge('up', {}, (at) => Number(isUp(at))),
    counter(
      'recommend_requests_total',
      { status: '200' },
      part((at) => 1 - failing(at)),
    ),
    counter('recommend_requests_total', { status: '500' }, part(failing)),
    counter('recommend_errors_total', { error_type: 'internal_error' }, part(failing)),
    counter('recommend_errors_total', { error_type: 'invalid_model' }, rarely),
    ...latency((le, share) => counter('recommend_latency_seconds_bucket', { le }, part(share)), medianMs),
    ...FEATURES.map((feature, i) =>
      gauge(
        'data_drift_psi',
        { feature },
        (at) =>
          (i < 2 && shows('drift-the-features', at) ? 0.56 - 0.17 * i : 0.06 + 0.02 * i) * noise(feature, at, 0.05),
      ),
    ),
    gauge('process_resident_memory_bytes', {}, (at) => (isUp(at) ? 812e6 * noise('rss', at, 0.03) : null)),
  ];
}

/** A bucket for each limit, and the one that holds all. */
function latency(
  bucket: (le: string, share: (at: number) => number) => PromSeries,
  medianMs: (at: number) => number,
): readonly PromSeries[] {
  const limited = BUCKETS_S.map((le) => bucket(String(le), (at) => shareBelow(le * 1000, medianMs(at))));
  return [...limited, bucket('+Inf', () => 1)];
}

/** The share of a log-normal distribution with this median that lies below a value. */
function shareBelow(value: number, median: number): number {
  const z = Math.log(value / median) / SPREAD;
  return 1 / (1 + Math.exp(-1.702 * z));
}
