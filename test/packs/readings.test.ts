import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { answerDue } from '../../src/domain/answer-time.ts';
import { T0 } from '../domain/given.ts';
import { fires, judged, SERVICES } from './shipped.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function serviceOf(name: string) {
  const found = SERVICES.find((one) => one.name === name);
  if (!found) throw new Error(`There is no pack ${name}.`);
  return found;
}

function report(
  name: string,
  value: number,
  { annotations = {}, unit = null }: { annotations?: Alert['annotations']; unit?: string | null } = {},
): Alert {
  const measurement = {
    metric: name,
    namespace: null,
    dimensions: [],
    statistic: null,
    unit,
    value,
    threshold: null,
    comparison: null,
    periodSeconds: null,
    periods: null,
  };
  return fires('event', name, { isReport: true, measurement, annotations });
}

/** On the dimension that the alarm's metric has. */
function about(endpoint: string): Partial<Alert> {
  const { measurement } = report('x', 0);
  return {
    measurement: measurement && {
      ...measurement,
      value: null,
      dimensions: [{ name: 'EndpointName', value: endpoint }],
    },
  };
}

describe('bikeshare', () => {
  it('tells staging from prod on one topic, by the dimension', () => {
    const found = ['bikeshare-prod', 'bikeshare-staging', 'bikeshare-prod-2'].map((endpoint) =>
      judged(fires('cloudwatch', 'bikeshare-data-drift-failed', about(endpoint))),
    );

    expect(found.map(({ environment, severity }) => [environment, severity])).toEqual([
      ['prod', 'P2'],
      ['staging', 'P3'],
      ['prod', 'P2'],
    ]);
  });

  it('misses the heartbeat of batch prediction after ten minutes, and asks CloudWatch before it says so', () => {
    expect(serviceOf('bikeshare').signals).toEqual([
      expect.objectContaining({ name: 'PredictionHeartbeat', everyMs: 600_000, query: 'heartbeat', severity: 'P2' }),
    ]);
  });

  it('wants anything critical answered within ten minutes', () => {
    expect(answerDue(serviceOf('bikeshare'), null, T0)).toEqual({ P0: T0 + HOUR / 6, P1: T0 + HOUR / 6 });
  });
});

describe('credit-risk', () => {
  it.each([
    ['credit-risk-api-down', 'P0', HOUR / 4],
    ['credit-risk-drift-report', 'P1', 4 * HOUR],
    ['credit-risk-disk', 'P1', 2 * HOUR],
  ] as const)('gives %s its own time to answer, whatever its level', (name, severity, ms) => {
    const { service, rule } = judged(fires('event', name));

    expect(answerDue(service, rule, T0)[severity]).toBe(T0 + ms);
  });

  it('gives the performance of the model until the end of the next working day', () => {
    const friday = Date.UTC(2026, 10, 20, 15);
    const { service, rule } = judged(fires('event', 'credit-risk-f1'));

    expect(answerDue(service, rule, friday).P1).toBe(Date.UTC(2026, 10, 23, 17));
  });

  it('wakes nobody about the volume until its limits are confirmed', () => {
    const found = judged(report('credit-risk-volume', 5));

    expect([found.severity, found.rule?.paging]).toEqual(['P1', 'never']);
  });

  it('counts "baseline − 5 %" relative to the baseline', () => {
    const at = (value: number) => judged(report('credit-risk-f1', value, { annotations: { baseline: '0.80' } }));

    expect([0.76, 0.759, 0.72, 0.719].map((f1) => [at(f1).isReached, at(f1).severity])).toEqual([
      [false, 'P2'],
      [true, 'P2'],
      [true, 'P2'],
      [true, 'P1'],
    ]);
  });

  it('takes a share of 0.51 for 51 %', () => {
    const found = judged(report('credit-risk-drift-report', 0.51, { unit: 'Share' }));

    expect([found.severity, found.ruling.value]).toEqual(['P1', 51]);
  });

  it('expects a drift report every day', () => {
    expect(serviceOf('credit-risk').signals).toEqual([
      expect.objectContaining({ name: 'credit-risk-drift-report', everyMs: DAY, incidentClass: 'drift' }),
    ]);
  });
});

describe('recommendation', () => {
  it('lets the rate decide: 11 errors of 60,000 are at most P2', () => {
    const alarm = fires('cloudwatch', 'recommendation-api-high-error-rate');

    expect(judged(alarm, { value: (100 * 11) / 60_000 }).severity).toBe('P2');
    expect(judged(alarm, { value: 5.01 }).severity).toBe('P1');
  });

  it('gives drift of exactly 0.3 to the worse grade, and of exactly 0.1', () => {
    const at = (value: number) => judged(fires('cloudwatch', 'recommendation-model-drift-detected'), { value });

    expect([0.099, 0.1, 0.299, 0.3].map((drift) => [at(drift).isReached, at(drift).severity])).toEqual([
      [false, 'P3'],
      [true, 'P3'],
      [true, 'P3'],
      [true, 'P2'],
    ]);
  });

  it('counts metrics of data and models one level less than those of the system', () => {
    const levels = (name: string) =>
      judged(fires('cloudwatch', name))
        .rule?.grades?.steps.slice(0, 2)
        .map(({ severity }) => severity);

    expect(levels('recommendation-api-latency-p95-warning')).toEqual(['P2', 'P1']);
    expect(levels('recommendation-online-coverage-warning')).toEqual(['P3', 'P2']);
  });

  it('has its own times to answer, and watches a recovery for half an hour', () => {
    const { severities, recovery } = serviceOf('recommendation');

    expect(Object.values(severities).map(({ answerWithin }) => answerWithin)).toEqual(
      [HOUR / 4, HOUR / 2, 2 * HOUR, DAY].map((ms) => ({ kind: 'within', ms })),
    );
    expect(recovery.watchMs).toBe(HOUR / 2);
  });
});

describe('movie-recommender', () => {
  const drift = (value: number) => judged(fires('alertmanager', 'HighDataDrift'), { value });

  it('gives a PSI of 0.30 a week, and of 0.31 three days', () => {
    expect(drift(0.3).ruling).toMatchObject({ advice: 'Plan a retrain within a week', dueAt: T0 + 7 * DAY });
    expect(drift(0.31).ruling).toMatchObject({ advice: 'Retrain within 2–3 days', dueAt: T0 + 3 * DAY });
    expect([drift(0.3).severity, drift(0.31).severity, drift(0.51).severity]).toEqual(['P3', 'P2', 'P1']);
  });

  it('takes an error rate of exactly 2.0 % for "2–5 %"', () => {
    const { ruling } = judged(fires('alertmanager', 'HighErrorRate'), { value: 2 });

    expect(ruling.advice).toBe('Roll back to the previous model version');
  });

  it('tells the on-call engineer of a warning at any hour, but not of drift that may wait', () => {
    expect(judged(fires('alertmanager', 'HighLatencyP95')).rule?.paging).toBe('always');
    expect(judged(fires('alertmanager', 'HighDataDrift')).rule?.paging).toBeNull();
  });

  it('knows no version to go back to but the popular one', () => {
    const commands = JSON.stringify(serviceOf('movie-recommender').runbooks);

    expect(commands).toContain('switch?model=v_popularity');
    expect(commands).not.toMatch(/model=v0\.\d|v0\.2/);
  });
});

describe('potato-pipeline', () => {
  it('takes its own table for the level, not the word in the rule', () => {
    const warning = fires('alertmanager', 'PipelineDataStale', { labels: { severity: 'warning' } });

    expect(judged(warning).severity).toBe('P1');
    expect(judged(warning, { value: 4.01 }).severity).toBe('P0');
  });

  it('has one hour for P1 where recommendation has half of one', () => {
    const within = (name: string) => serviceOf(name).severities.P1.answerWithin;

    expect([within('potato-pipeline'), within('recommendation')]).toEqual([
      { kind: 'within', ms: HOUR },
      { kind: 'within', ms: HOUR / 2 },
    ]);
  });

  it('measures failures with sums, and says when the ratio of the runbook differs', () => {
    const { queries, runbooks } = serviceOf('potato-pipeline');
    const asked = runbooks.failures?.steps.map(({ query }) => query);

    expect(queries['failure-rate']?.ask).toMatchObject({
      query: expect.stringMatching(/sum\(increase.*sum\(increase/),
    });
    expect(asked).toEqual(expect.arrayContaining(['failure-rate', 'failure-rates-apart']));
  });

  it('runs its jobs in its own namespace', () => {
    const run = serviceOf('potato-pipeline').runbooks.freshness?.steps.find(({ id }) => id === 'run');

    expect(run?.commands.prod).toContain('-n {namespace}');
    expect(serviceOf('potato-pipeline').environments.prod?.values.namespace).toBe('potato-pipeline');
  });
});
