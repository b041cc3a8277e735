import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Probes } from '../app/probes.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Chart } from '../charts/chart.ts';
import { chartWords } from '../charts/chart-words.ts';
import type { Renderer } from '../charts/renderer.ts';
import type { Breaker } from './breaker.ts';
import type { AlarmCourse } from './gathering.ts';
import { queryChart, queryToDraw } from './query-chart.ts';
import { askInScene } from './query-facts.ts';
import type { Scene } from './scene.ts';
import { within } from './source.ts';
import { widgetImage } from './widget.ts';

export interface DrawDeps {
  readonly aws: AwsClients;
  readonly probes: Probes;
  readonly renderer: Renderer;
  readonly breaker: Breaker;
  /** For one question, in ms. */
  readonly budgetMs: number;
}

/** A picture, and what it shows in words. */
export interface Drawn {
  readonly png: Uint8Array;
  readonly alt: string;
  readonly title: string;
}

/**
 * The course of the last hours with its limit and the moment of the alarm: as CloudWatch draws it, else drawn by us; of another
 * alarm, the query that says most. `null` where there is no course. Throws as `Probes` and the renderer do.
 */
export async function drawGraph(deps: DrawDeps, scene: Scene, course: AlarmCourse | null): Promise<Drawn | null> {
  const found = course && (await within(deps.budgetMs, course.load).catch(() => null)); // a fact says why it could not be told
  if (course && found && found.chart.series.length > 0) return await drawAlarm(deps, course.region, found);

  const { service } = scene;
  const query = queryToDraw(scene);
  if (!service || !query) return null;
  const answer = await within(deps.budgetMs, (signal) => askInScene(deps.probes, query, { ...scene, service }, signal));
  const chart = queryChart(scene, query, answer);
  return chart && (await drawOurselves(deps, chart));
}

async function drawAlarm(
  deps: DrawDeps,
  region: string,
  { alarm, chart }: { readonly alarm: MetricAlarm; readonly chart: Chart },
): Promise<Drawn> {
  const png = await drawnByCloudWatch(deps, region, alarm, chart);
  return png ? { png, alt: chartWords(chart), title: chart.title } : await drawOurselves(deps, chart);
}

/** `null` where CloudWatch does not draw for us; it is asked again when the breaker says so. */
async function drawnByCloudWatch(
  { aws, breaker, budgetMs }: DrawDeps,
  region: string,
  alarm: MetricAlarm,
  chart: Chart,
): Promise<Uint8Array | null> {
  const name = `widget/${region}`;
  if (breaker.offBecause(name)) return null;
  try {
    const png = await within(budgetMs, (signal) => widgetImage(aws, region, alarm, chart, signal));
    breaker.worked(name);
    return png;
  } catch (error) {
    breaker.failed(name, error);
    return null;
  }
}

async function drawOurselves({ renderer }: DrawDeps, chart: Chart): Promise<Drawn> {
  return { png: await renderer.render(chart), alt: chartWords(chart), title: chart.title };
}
