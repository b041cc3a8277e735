import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import type { Chart } from './chart.ts';
import { chartSpec, FONT, WIDTH } from './chart-spec.ts';

/** Slim images have no fonts, and without one no word would be drawn. */
const require = createRequire(import.meta.url);
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

const PIXELS_PER_POINT = 2;

/** A chart as PNG. Takes a tenth of a second of computing: see `renderer.ts` for where. */
export async function renderPng(chart: Chart): Promise<Uint8Array> {
  const view = new View(parse(compile(chartSpec(chart)).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  const font = { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: FONT, sansSerifFamily: FONT };
  return new Resvg(svg, { font, fitTo: { mode: 'width', value: WIDTH * PIXELS_PER_POINT } }).render().asPng();
}
