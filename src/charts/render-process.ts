import type { Chart } from './chart.ts';
import { renderPng } from './render.ts';

/** What the process is asked, and what it says; `name` tells questions apart. */
export interface Ask {
  readonly name: number;
  readonly chart: Chart;
}
export type Told =
  | { readonly name: number; readonly png: Uint8Array }
  | { readonly name: number; readonly error: string };

// It ends by itself when whoever began it is gone: then there is nothing left to listen to.
process.on('message', async ({ name, chart }: Ask) => {
  const told: Told = await renderPng(chart).then(
    (png) => ({ name, png }),
    (error: unknown) => ({ name, error: error instanceof Error ? error.message : 'no reason given' }),
  );
  process.send?.(told);
});
