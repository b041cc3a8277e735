import { parentPort } from 'node:worker_threads';
import type { Chart } from './chart.ts';
import { renderPng } from './render.ts';

/** What the thread is asked, and what it says; `name` tells questions apart. */
export interface Ask {
  readonly name: number;
  readonly chart: Chart;
}
export type Told =
  | { readonly name: number; readonly png: Uint8Array }
  | { readonly name: number; readonly error: string };

parentPort?.on('message', async ({ name, chart }: Ask) => {
  const told: Told = await renderPng(chart).then(
    (png) => ({ name, png }),
    (error: unknown) => ({ name, error: error instanceof Error ? error.message : 'no reason given' }),
  );
  parentPort?.postMessage(told);
});
