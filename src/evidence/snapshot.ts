import type { Dispatch } from '../app/dispatch.ts';
import { kindOf } from '../app/errors.ts';
import type { EvidenceStore } from '../app/evidence-store.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Renderer } from '../charts/renderer.ts';
import type { Fact, Graph, Moment } from '../domain/evidence.ts';
import { type Incident, isOver } from '../domain/incident.ts';
import type { Service } from '../domain/service.ts';
import { askedOnce } from './asked-once.ts';
import type { Breaker } from './breaker.ts';
import { alarmCourse, type Knowledge, sourcesFor } from './gathering.ts';
import { type Drawn, drawGraph } from './graph.ts';
import { mostTelling } from './most-telling.ts';
import type { Scene } from './scene.ts';
import { factsOf, missing, within } from './source.ts';

export interface SnapshotDeps extends Knowledge {
  readonly store: Pick<IncidentStore, 'load' | 'openIds' | 'loadMany'>;
  readonly evidence: EvidenceStore;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  readonly renderer: Renderer;
  readonly breaker: Breaker;
  /** Brings a picture to Slack: the file's id, ready to be shown. `null`: pictures are off. Throws TransientError and SetupError. */
  readonly upload: (png: Uint8Array, title: string) => Promise<string | null>;
  /** Asks what grades the alarms, and lets the severity follow. */
  readonly measure: (incident: string) => Promise<void>;
  /** For each source, in ms: all are asked at once. */
  readonly budgetMs?: number;
  readonly now: () => number;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

const BUDGET_MS = 2_500;

/** Takes one snapshot, and shows it on the card: the facts as soon as they are there, the graph when Slack has it. */
export async function takeSnapshot(deps: SnapshotDeps, incident: Incident, moment: Moment): Promise<void> {
  const isShown = moment === 'fire' && !isOver(incident);
  const measured = isShown ? measureNow(deps, incident.id) : undefined;
  const { scene, facts, course, probes } = await gather(deps, incident, moment);
  await measured;
  const shown = isShown ? mostTelling(facts) : [];
  if (isShown) await show(deps, incident.id, moment, shown, null);

  // At the end the graph shows the way back; one that showed nothing at first would be new to everybody.
  const isDrawn = isShown || (moment === 'resolve' && incident.evidence?.graph != null);
  const { graph, why } = isDrawn ? await graphOf({ ...deps, probes }, scene, course) : NO_GRAPH;
  if (graph) await show(deps, incident.id, moment, [], graph); // the card keeps its facts
  await deps.evidence.keep(incident.id, { moment, at: scene.now, facts: [...facts, ...why], graph });
}

async function gather(deps: SnapshotDeps, incident: Incident, moment: Moment) {
  const service = deps.services().find(({ name }) => name === incident.service) ?? null;
  const scene: Scene = { incident, service, moment, now: deps.now() };
  const course = alarmCourse(deps.aws, scene);
  const probes = askedOnce(deps.probes);
  const facts = await factsOf(sourcesFor({ ...deps, probes }, scene, course), {
    breaker: deps.breaker,
    budgetMs: deps.budgetMs ?? BUDGET_MS,
    onBug: (error, title) =>
      deps.log.error({ err: error, incident: incident.id, title }, 'a source of evidence has a bug'),
  });
  return { scene, facts, course, probes };
}

/** It must not keep the facts from the card. */
async function measureNow({ measure, log, budgetMs = BUDGET_MS }: SnapshotDeps, id: string): Promise<void> {
  await within(budgetMs, () => measure(id)).catch((error: unknown) =>
    log.warn({ err: error, incident: id }, 'the value that grades an alarm could not be measured'),
  );
}

async function show(
  { dispatch }: SnapshotDeps,
  id: string,
  moment: Moment,
  facts: readonly Fact[],
  graph: Graph | null,
): Promise<void> {
  await dispatch(id, { type: 'show_evidence', moment, facts, graph });
}

interface GraphFound {
  readonly graph: Graph | null;
  /** The fact that says why there is none, where there should be one. */
  readonly why: readonly Fact[];
}

const NO_GRAPH: GraphFound = { graph: null, why: [] };

async function graphOf(deps: SnapshotDeps, scene: Scene, course: ReturnType<typeof alarmCourse>): Promise<GraphFound> {
  try {
    const off = deps.breaker.offBecause(UPLOAD);
    if (off) throw off;
    const drawn = await drawGraph({ ...deps, budgetMs: deps.budgetMs ?? BUDGET_MS }, scene, course);
    const file = drawn && (await uploaded(deps, drawn));
    return drawn && file !== null ? { graph: { file, alt: drawn.alt }, why: [] } : NO_GRAPH;
  } catch (error) {
    const level = kindOf(error) === 'bug' ? 'error' : 'warn';
    deps.log[level]({ err: error, incident: scene.incident.id }, 'there is no graph');
    return { graph: null, why: [missing('graph', error)] };
  }
}

/** The breaker's name for Slack's files. */
const UPLOAD = 'slack/files';

async function uploaded({ upload, breaker }: SnapshotDeps, { png, title }: Drawn): Promise<string | null> {
  try {
    const file = await upload(png, title);
    breaker.worked(UPLOAD);
    return file;
  } catch (error) {
    breaker.failed(UPLOAD, error);
    throw error;
  }
}
