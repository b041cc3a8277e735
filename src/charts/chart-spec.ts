import type { TopLevelSpec } from 'vega-lite';
import { oneLine } from '../../blocks/foreign-text.ts';
import type { Series } from '../domain/query.ts';
import { type Chart, drawnOf, piecesOf, thresholdWords } from './chart.ts';
import { type Scale, scaleOf } from './scale.ts';

/** In CSS pixels; the image has twice as many, for phones. */
export const WIDTH = 600;
export const HEIGHT = 300;
export const FONT = 'DejaVu Sans';

const INK = '#1d1c1d';
const QUIET = '#616061';
const GRID = '#e4e4e4';
const ALARM = '#c4122f';
const BAND = '#9fb8d9';
/** Told apart also without red and green: Okabe and Ito, https://jfly.uni-koeln.de/color/, without their yellow, which white hides. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9'];
const DAY_MS = 86_400_000;

type Layer = Record<string, unknown>;

/** The chart in the words of Vega-Lite: a pure function of its data. */
export function chartSpec(chart: Chart): TopLevelSpec {
  const scale = scaleOf(chart);
  const layers = [
    bandLayer(chart, scale),
    ...courseLayers(chart, scale),
    ...thresholdLayers(chart, scale),
    ...firedLayers(chart, scale),
  ];
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: WIDTH,
    height: HEIGHT,
    autosize: { type: 'fit', contains: 'padding' },
    padding: { left: 10, top: 10, right: 16, bottom: 8 },
    background: '#ffffff',
    title: { text: oneLine(chart.title, 60), subtitle: subtitleOf(chart, scale) },
    layer: layers.filter((layer) => layer !== null),
    config: CONFIG,
  };
  return spec as unknown as TopLevelSpec; // built from parts that Vega-Lite's types know only as a whole
}

const CONFIG = {
  font: FONT,
  title: {
    anchor: 'start',
    fontSize: 17,
    fontWeight: 'bold',
    color: INK,
    subtitleColor: QUIET,
    subtitleFontSize: 13,
    offset: 10,
  },
  axis: {
    labelFontSize: 14,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelColor: INK,
    titleColor: QUIET,
    gridColor: GRID,
    domainColor: QUIET,
    tickColor: QUIET,
  },
  legend: {
    labelFontSize: 12,
    labelColor: INK,
    labelLimit: 0,
    symbolType: 'stroke',
    symbolStrokeWidth: 4,
    orient: 'bottom',
    title: null,
    columns: 3,
    rowPadding: 1,
    offset: 2,
  },
  view: { stroke: null },
};

/** What the drawing leaves out is said: a limit beyond it, and lines that are not drawn. */
function subtitleOf(chart: Chart, { showsThreshold }: Scale): string {
  const far = chart.threshold && !showsThreshold ? `${thresholdWords(chart.threshold)}, beyond this chart` : '';
  const left = chart.series.length - drawnOf(chart).length;
  const more = left > 0 ? `${left} more ${left === 1 ? 'line is' : 'lines are'} not drawn` : '';
  return [far, more].filter(Boolean).join(' · ');
}

function bandLayer({ band }: Chart, scale: Scale): Layer | null {
  if (band.length === 0) return null;
  return {
    data: { values: band.map(([at, low, high]) => ({ at, low, high })) },
    mark: { type: 'area', color: BAND, opacity: 0.4, clip: true },
    encoding: { x: { field: 'at', type: 'temporal' }, y: heightOf('low', scale), y2: { field: 'high' } },
  };
}

function courseLayers(chart: Chart, scale: Scale): Layer[] {
  const drawn = drawnOf(chart);
  const names = drawn.map(({ label }, i) => oneLine(label, 24) || `line ${i + 1}`);
  const labels = names.map((name, i) => (names.indexOf(name) < i ? `${name} (${i + 1})` : name));
  const encoding = {
    x: timeOf(chart),
    y: heightOf('value', scale),
    color:
      drawn.length > 1
        ? { field: 'label', type: 'nominal', scale: { domain: labels, range: COLOURS } }
        : { value: COLOURS[0] },
  };
  const line = {
    mark: { type: 'line', strokeWidth: 2.5, strokeJoin: 'round' },
    encoding: { ...encoding, detail: { field: 'piece' } },
  };
  const alone = { transform: [{ filter: 'datum.isAlone' }], mark: { type: 'point', filled: true, size: 45 }, encoding };
  return [{ data: { values: rowsOf(drawn, labels) }, layer: [line, alone] }];
}

function rowsOf(drawn: readonly Series[], labels: readonly string[]): object[] {
  return drawn.flatMap(({ points }, line) =>
    piecesOf(points).flatMap((piece, i) => {
      const of = { piece: `${line}/${i}`, label: labels[line], isAlone: piece.length === 1 };
      return piece.map(([at, value]) => ({ at, value, ...of }));
    }),
  );
}

function timeOf({ from, to }: Chart) {
  const isLong = to - from > DAY_MS;
  return {
    field: 'at',
    type: 'temporal',
    scale: { type: 'utc', domain: [from, to], nice: false },
    axis: {
      title: 'time in UTC',
      format: isLong ? '%d %b %H:%M' : '%H:%M',
      tickCount: isLong ? 4 : 6,
      grid: false,
      labelOverlap: true,
    },
  };
}

function heightOf(field: string, { low, high, ticks }: Scale) {
  const labels = Object.fromEntries(ticks.map(({ value, label }) => [String(value), label]));
  return {
    field,
    type: 'quantitative',
    scale: { domain: [low, high], nice: false, zero: false },
    axis: {
      values: ticks.map(({ value }) => value),
      labelExpr: `(${JSON.stringify(labels)})[datum.value]`,
      title: null,
    },
  };
}

function thresholdLayers({ threshold, from }: Chart, scale: Scale): Layer[] {
  if (!threshold || !scale.showsThreshold) return [];
  const data = { values: [{ at: from, value: threshold.value }] };
  const isHigh = threshold.value > scale.low + (scale.high - scale.low) * 0.88;
  const y = heightOf('value', scale);
  return [
    { data, mark: { type: 'rule', color: ALARM, strokeWidth: 2, strokeDash: [7, 4] }, encoding: { y } },
    ...labelled(data, oneLine(thresholdWords(threshold), 50), {
      mark: { align: 'left', dx: 6, dy: isHigh ? 12 : -10 },
      encoding: { x: { field: 'at', type: 'temporal' }, y },
    }),
  ];
}

function firedLayers({ firedAt, from, to }: Chart, scale: Scale): Layer[] {
  if (firedAt === null || firedAt < from || firedAt > to) return [];
  const data = { values: [{ at: firedAt, top: scale.high }] };
  const x = { field: 'at', type: 'temporal' };
  const isLate = firedAt > from + (to - from) / 2;
  return [
    { data, mark: { type: 'rule', color: ALARM, strokeWidth: 2 }, encoding: { x } },
    ...labelled(data, 'alarm', {
      mark: { align: isLate ? 'right' : 'left', dx: isLate ? -6 : 6, dy: -4, baseline: 'bottom' },
      encoding: { x, y: heightOf('top', scale) },
    }),
  ];
}

/** Twice: the broad white one below keeps lines from cutting through the letters. */
function labelled(data: object, text: string, { mark, encoding }: { mark: object; encoding: object }): Layer[] {
  const label = { type: 'text', text, fontSize: 13, fontWeight: 'bold', ...mark };
  const rim = { ...label, color: '#ffffff', stroke: '#ffffff', strokeWidth: 5, strokeJoin: 'round' };
  return [
    { data, mark: rim, encoding },
    { data, mark: { ...label, color: ALARM }, encoding },
  ];
}
