import { describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { type Chart, drawnOf, piecesOf } from '../../src/charts/chart.ts';
import { chartSpec } from '../../src/charts/chart-spec.ts';
import { chartWords } from '../../src/charts/chart-words.ts';
import { createRenderer } from '../../src/charts/renderer.ts';
import { scaleOf } from '../../src/charts/scale.ts';

const TO = Date.UTC(2026, 10, 22, 2, 10);
const MINUTE = 60_000;
const FROM = TO - 180 * MINUTE;

const points = (value: (i: number) => number, every = MINUTE) =>
  Array.from({ length: Math.floor((TO - FROM) / every) }, (_, i) => [FROM + i * every, value(i)] as const);

function chart(more: Partial<Chart> = {}): Chart {
  return {
    title: 'p95 model latency',
    unit: 'Microseconds',
    from: FROM,
    to: TO,
    series: [{ label: 'p95', points: points((i) => (i < 160 ? 150_000 : 900_000)) }],
    threshold: { value: 800_000, words: 'above 800 ms' },
    band: [],
    firedAt: TO - 18 * MINUTE,
    ...more,
  };
}

describe('the scale of a chart', () => {
  it('holds what is drawn and the limit, with labels in words', () => {
    const { low, high, ticks, showsThreshold } = scaleOf(chart());

    expect([low <= 0, high >= 900_000, showsThreshold]).toEqual([true, true, true]);
    expect(ticks.map(({ label }) => label)).toEqual(['0 ms', '200 ms', '400 ms', '600 ms', '800 ms']);
  });

  it('leaves a limit out that would press the course flat, and the chart says so', () => {
    const far = chart({ threshold: { value: 80_000_000, words: 'above 1.33 min' } });

    expect(scaleOf(far).showsThreshold).toBe(false);
    expect(JSON.stringify(chartSpec(far))).toContain('alarms above 1.33 min, beyond this chart');
  });

  it.each([
    ['nothing at all', []],
    ['zero all the time', [{ label: '', points: points(() => 0) }]],
    ['one value all the time', [{ label: '', points: points(() => -4) }]],
    ['one sample', [{ label: '', points: [[FROM, 3] as const] }]],
    ['huge values', [{ label: '', points: points((i) => 1e300 * i) }]],
  ])('has room above and below for %s', (_, series) => {
    const { low, high, ticks } = scaleOf(chart({ series, threshold: null }));

    expect(high).toBeGreaterThan(low);
    expect([low, high].every(Number.isFinite)).toBe(true);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(12);
  });
});

describe('a course', () => {
  it('is in pieces where samples are missing', () => {
    const all = points(() => 1);
    const gap = all.filter((_, i) => i < 40 || i > 90);

    expect(piecesOf(all).map((piece) => piece.length)).toEqual([180]);
    expect(piecesOf(gap).map((piece) => piece.length)).toEqual([40, 89]);
  });

  it('is drawn without what is no number, or outside of its time', () => {
    const series = [
      { label: 'x', points: [[FROM - 1, 1] as const, [FROM, Number.NaN] as const, [FROM + 1, 2] as const] },
    ];

    expect(drawnOf(chart({ series }))[0]?.points).toEqual([[FROM + 1, 2]]);
  });

  it('says how many more there are than can be told apart', () => {
    const series = Array.from({ length: 8 }, (_, i) => ({ label: `line ${i}`, points: points(() => i) }));

    expect(JSON.stringify(chartSpec(chart({ series })))).toContain('3 more lines are not drawn');
  });
});

describe('a chart in words', () => {
  it('says from when to when, between what, and when it crossed the limit', () => {
    expect(chartWords(chart())).toBe(
      'p95 model latency, 23:10 to 02:10 UTC on 22 Nov: between 150 ms and 900 ms, newest 900 ms. ' +
        'Alarms above 800 ms, crossed at 01:50 UTC. The alarm fired at 01:52 UTC.',
    );
  });

  it.each([
    [{ series: [] }, 'p95 model latency, 23:10 to 02:10 UTC on 22 Nov: no data.'],
    [
      { series: [{ label: '', points: points(() => 5e6) }], firedAt: null },
      /always 5 s\. Alarms above 800 ms, crossed all the time\./,
    ],
    [
      {
        unit: 'Count',
        threshold: { value: 50, words: 'below 50' },
        series: [{ label: '', points: points((i) => (i < 60 ? 90 : 3)) }],
      },
      /Alarms below 50, crossed at 00:10 UTC/,
    ],
  ])('is honest about %j', (more, words) => {
    expect(chartWords(chart(more))).toEqual(typeof words === 'string' ? words : expect.stringMatching(words));
  });
});

describe('a renderer', () => {
  it('draws PNGs, twice as large as they are shown, for whatever a system may answer', async () => {
    const renderer = createRenderer();
    const odd = chart({
      title: '<script>alert(1)</script> & 漢字',
      series: [{ label: '"]}</svg>', points: points(() => Number.NaN) }],
      band: points(() => 1).map(([at]) => [at, 1, 2] as const),
    });

    const images = await Promise.all([renderer.render(chart()), renderer.render(odd)]);

    for (const png of images) {
      const header = Buffer.from(png);
      expect(header.subarray(1, 4).toString()).toBe('PNG');
      expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([1200, 600]);
    }
    renderer.stop();
  });

  it('draws letters, also where the machine has no fonts', async () => {
    const renderer = createRenderer();

    const [one, other] = await Promise.all([
      renderer.render(chart({ title: 'AAAA' })),
      renderer.render(chart({ title: 'VVVV' })),
    ]);

    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
    renderer.stop();
  });

  it('gives up on a drawing that takes too long, and draws the next', async () => {
    const renderer = createRenderer({ timeoutMs: 1 });
    await expect(renderer.render(chart())).rejects.toThrow(TransientError);

    const patient = createRenderer();
    await expect(patient.render(chart())).resolves.toBeInstanceOf(Uint8Array);
    patient.stop();
  });

  it('begins again after its process has ended for want of work', async () => {
    const renderer = createRenderer({ idleMs: 1 });

    await renderer.render(chart());
    await new Promise((resolve) => setTimeout(resolve, 50));

    await expect(renderer.render(chart())).resolves.toBeInstanceOf(Uint8Array);
    renderer.stop();
  });
});
