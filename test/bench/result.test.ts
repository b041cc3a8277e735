import { describe, expect, it } from 'vitest';
import { isBroken, tableOf } from '../../bench/result.ts';

const row = { what: 'time', value: 10, unit: 'ms' };

describe('a promise', () => {
  it.each([
    [{}, false],
    [{ atMost: 10 }, false],
    [{ atMost: 9.9 }, true],
    [{ atLeast: 10 }, false],
    [{ atLeast: 10.1 }, true],
    [{ atLeast: 5, atMost: 15 }, false],
    [{ atMost: 100, value: Number.POSITIVE_INFINITY }, true],
    [{ atMost: 100, value: Number.NaN }, true],
    [{ atLeast: 0.5, value: Number.NaN }, true],
  ])('%j is broken: %s', (more, expected) => {
    expect(isBroken({ ...row, ...more })).toBe(expected);
  });
});

describe('the table', () => {
  it('lines the numbers up, with what was promised and whether it holds', () => {
    const rows = [
      { ...row, atMost: 25 },
      { what: 'a longer name', value: 1234.5, unit: 'messages/s' },
      { what: 'ratio', value: 0.256, unit: '× floor', atLeast: 0.5 },
      { what: 'last', value: Number.POSITIVE_INFINITY, unit: 's', atMost: 15 },
    ];

    const table = tableOf([{ name: 'ingest', skipped: null, rows }]);

    expect(table).toMatchInlineSnapshot(`
      "ingest
        time            10.0 ms          ≤ 25 ok
        a longer name  1,235 messages/s
        ratio           0.26 × floor     ≥ 0.5 BROKEN
        last           never s           ≤ 15 BROKEN
      "
    `);
  });

  it('says loudly what was left out, and why', () => {
    const table = tableOf([{ name: 'alertmanager', skipped: 'it is not installed', rows: [] }]);

    expect(table).toContain('SKIPPED: it is not installed');
  });
});
