import { describe, expect, it } from 'vitest';
import { measurementWords, quantityWords } from '../../blocks/measurement-words.ts';

const latency = {
  metric: 'ModelLatency',
  statistic: 'p95',
  unit: null,
  value: 2_400_000,
  threshold: 800_000,
  comparison: 'above',
};

describe('a measurement in words', () => {
  it.each([
    ['p95 model latency 2.4 s, above 800 ms', {}],
    ['5xx errors 12, above 5', { metric: '5XXError', statistic: 'sum', unit: 'Count', value: 12, threshold: 5 }],
    [
      'Average CPU utilization 93.2 %, at or above 80 %',
      { metric: 'CPUUtilization', statistic: 'average', value: 93.24, threshold: 80, comparison: 'at or above' },
    ],
    [
      'Lowest ctr_drop 0.031, below 0.05',
      { metric: 'ctr_drop', statistic: 'minimum', value: 0.031, threshold: 0.05, comparison: 'below' },
    ],
    [
      'Samples of model latency 3, below 10',
      { statistic: 'samplecount', value: 3, threshold: 10, comparison: 'below' },
    ],
    ['p95 model latency: value unknown (alarms above 800 ms)', { value: null }],
    [
      'Requests 812, outside the expected band',
      {
        metric: 'Requests',
        statistic: 'sum',
        unit: 'Count',
        value: 812,
        threshold: null,
        comparison: 'outside the band',
      },
    ],
    [
      'Requests 812, above the expected band',
      { metric: 'Requests', statistic: 'sum', value: 812, threshold: 3, comparison: 'above the band' },
    ],
    ['Measured value 3, above 2', { metric: null, statistic: null, value: 3, threshold: 2, comparison: null }],
    ['p95 model latency 310 ms, below 800 ms', { value: 310_000, comparison: null }],
    ['p95 model latency 800 ms, at 800 ms', { value: 800_000, comparison: null }],
    ['p95 model latency: value unknown (limit 800 ms)', { value: null, comparison: null }],
    ['Error rate 7.31 %, above 0.5 %', { metric: 'Error rate (%)', statistic: null, value: 7.31, threshold: 0.5 }],
    [
      'Highest CPU utilization 97.2 %, above 90 %',
      {
        metric: 'SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) GROUP BY InstanceId',
        statistic: null,
        value: 97.2,
        threshold: 90,
      },
    ],
    [
      'p95 SELECT something else 7, above 5',
      { metric: 'SELECT something else', value: 7, threshold: 5, comparison: 'above' },
    ],
    ['Measured value 3', { metric: null, statistic: null, value: 3, threshold: null, comparison: null }],
    ['m1/m2*100 7, above 5', { metric: 'm1/m2*100', statistic: null, value: 7, threshold: 5 }],
  ])('is “%s”', (words, changes) => {
    expect(measurementWords({ ...latency, ...changes })).toBe(words);
  });

  it('names the limit aside once the alarm has recovered', () => {
    expect(measurementWords({ ...latency, value: 310_000 }, 'recovered')).toBe(
      'p95 model latency 310 ms (alarms above 800 ms)',
    );
  });

  it('names the limit alone where nobody said how it compares', () => {
    expect(measurementWords({ ...latency, value: 310_000, comparison: null }, 'recovered')).toBe(
      'p95 model latency 310 ms (limit 800 ms)',
    );
  });

  it('says what there is no data of', () => {
    expect(measurementWords({ ...latency, value: null }, 'unknown')).toBe(
      'p95 model latency: no data (alarms above 800 ms)',
    );
  });

  it('is nothing where nothing was measured', () => {
    expect(measurementWords(null)).toBeNull();
    expect(measurementWords({ ...latency, value: null, threshold: null })).toBeNull();
  });

  it.each([
    [99.95, 99.9, 'Percent', '99.95 %, above 99.9 %'],
    [800.4, 800, 'Milliseconds', '800.4 ms, above 800 ms'],
    [1000.2, 1000, null, '1,000.2, above 1,000'],
    [5.000000001, 5, null, '5.000000001, above 5'],
    [5, 5, 'Count', '5, above 5'],
  ])('tells %d from %d', (value, threshold, unit, words) => {
    expect(measurementWords({ metric: 'x_y', statistic: null, unit, value, threshold, comparison: 'above' })).toBe(
      `x_y ${words}`,
    );
  });
});

describe('a quantity in words', () => {
  it.each([
    [2_400_000, 'Microseconds', '2.4 s'],
    [750, 'Microseconds', '750 µs'],
    [0, 'Milliseconds', '0 ms'],
    [90, 'Seconds', '1.5 min'],
    [7200, 'Seconds', '2 h'],
    [93.25, 'Percent', '93.3 %'],
    [0.031, 'Share', '3.1 %'],
    [12, 'Count', '12'],
    [12, 'Count/Second', '12 per second'],
    [1_500_000_000, 'Bytes', '1.5 GB'],
    [300, 'Kilobytes', '300 kB'],
    [2000, 'Megabits/Second', '2 Gbit/s'],
    [-1500, 'Bytes/Second', '-1.5 kB/s'],
    [0.00042, null, '0.00042'],
    [0.0000000123, null, '1.23e-8'],
    [1_234_567, null, '1,234,567'],
    [1e21, null, '1e+21'],
    [Number.NaN, 'Count', 'unknown'],
    [3, 'widgets', '3 widgets'],
    [3, 'None', '3'],
    [3, '__proto__', '3 __proto__'],
  ])('%d %s is %s', (value, unit, words) => {
    expect(quantityWords(value, unit)).toBe(words);
  });
});
