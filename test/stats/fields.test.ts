import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/domain/milestones.ts';
import {
  type Cell,
  decodeField,
  decodeLabels,
  encodeField,
  encodeLabels,
  OTHER,
  packed,
  unpacked,
} from '../../src/stats/fields.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);
const labels = fc.record({
  service: name,
  severity: fc.constantFrom('P0', 'P1', 'P2', 'P3'),
  incidentClass: fc.constantFrom('ingestion', 'drift', 'model-quality', 'system', 'pipeline'),
  drill: fc.boolean(),
});
const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant<Cell>({ of: 'incidents' }),
  fc.record({
    of: fc.constant('samples' as const),
    metric: fc.constantFrom(...METRICS),
    bucket: fc.nat(1600),
  }),
);

/** Any text at all, broken surrogate pairs included. */
const utf16 = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));

describe('a field of a day’s hash', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(labels, cell, (under, what) => {
        const decoded = decodeField(encodeField(encodeLabels(under), what));

        expect(decoded?.cell).toEqual(what);
        expect(decodeLabels(decoded?.labels ?? '')).toEqual(under);
      }),
    );
  });

  it('never throws, and stays readable, whatever a service is called', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), utf16), labels, cell, (service, under, what) => {
        const decoded = decodeField(encodeField(encodeLabels({ ...under, service }), what));

        expect([service, OTHER]).toContain(decodeLabels(decoded?.labels ?? '')?.service);
        expect(decoded?.cell).toEqual(what);
      }),
    );
  });

  it.each([
    'a:b',
    'checkout:r',
    '',
    ':::::',
    '__proto__',
  ])('counts a service called %j under another name', (service) => {
    const labels = encodeLabels({ service, severity: 'P1', incidentClass: 'drift', drill: false });

    expect(labels).toBe('_other:P1:drift:r');
  });

  it.each([
    ['', 'nothing'],
    ['i:checkout:P1:drift', 'too few parts'],
    ['i:checkout:P1:drift:r:5k', 'incidents with a bucket'],
    ['a:checkout:P1:drift:r', 'a metric without one'],
    ['a:checkout:P1:drift:x:5k', 'neither drill nor real'],
    ['z:checkout:P1:drift:r:5k', 'a metric of a later version'],
    ['a:checkout:P1:drift:r:5k:9', 'too many parts'],
    ['a:checkout:P1:drift:r:-1', 'a bucket that is no number'],
    ['a:check out:P1:drift:r:5k', 'a service that cannot be one'],
  ])('leaves %j alone: %s', (field) => {
    const decoded = decodeField(field);

    expect(decoded && decodeLabels(decoded.labels)).toBeNull();
  });
});

describe('the samples of a field', () => {
  const YEAR = 366 * 86_400_000;

  it('are counted and summed exactly, added as Redis adds them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(YEAR), { minLength: 1, maxLength: 300 }), (durations) => {
        const total = durations.reduce((sum, duration) => sum + BigInt(packed(duration)), 0n);

        expect(unpacked(String(total))).toEqual({
          count: durations.length,
          sum: durations.reduce((sum, duration) => sum + duration, 0),
        });
      }),
    );
  });

  it.each(['0', '', '-1', 'many', '1.5', '9999999999999', '1'.repeat(20)])('are none in %j', (value) => {
    expect(unpacked(value)).toBeNull();
  });
});
