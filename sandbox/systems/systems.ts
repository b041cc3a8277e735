import type { FastifyInstance } from 'fastify';
import type { ActResult, SandboxSystem } from '../api.ts';
import type { AlarmDefinition } from '../aws/alarm-definitions.ts';
import { createAlarmEvaluation } from '../aws/alarm-evaluation.ts';
import { createSageMakerChanges } from '../aws/sagemaker/changes.ts';
import { bikeshareParameters, runBikeshare } from './bikeshare.ts';
import { installedAlarms } from './cloudwatch-system.ts';
import { creditRisk } from './credit-risk.ts';
import { movieRecommender } from './movie.ts';
import { potatoPipeline } from './potato.ts';
import { recommendationParameters, runRecommendation } from './recommendation.ts';
import type { System, SystemName } from './system.ts';
import type { SystemWorld } from './system-world.ts';

/** The five systems, running, with what a person does to them. */
export interface Systems {
  list(): readonly SandboxSystem[];
  /** Breaks or heals. Never rejects. */
  set(system: string, fault: string, on: boolean): ActResult;
  onChange(listener: () => void): () => void;
  /** `GET /systems`, `POST /systems/<name>/faults/<fault>`, and what each system serves. */
  routes(app: FastifyInstance): void;
  close(): Promise<void>;
}

export interface SystemsOptions extends Omit<SystemWorld, 'changes'> {
  readonly tickMs?: number;
}

/** Where EventBridge's rules send what happens to endpoints and pipelines. */
const EVENT_TOPIC = 'sm-alerts';
const TICK_MS = 2000;
const SERVICES = ['bikeshare', 'recommendation'] as const;

/** The alarms that the packs of the CloudWatch systems ship. */
export async function alarmsOfSystems(topicArn: (name: string) => string): Promise<readonly AlarmDefinition[]> {
  const parameters = { bikeshare: bikeshareParameters(topicArn), recommendation: recommendationParameters(topicArn) };
  const installed = await Promise.all(SERVICES.map((service) => installedAlarms(service, parameters[service])));
  return installed.flat();
}

/** Starts the five systems. They measure themselves only when somebody looks, and look at their alarms every other second. */
export async function startSystems(options: SystemsOptions): Promise<Systems> {
  const { aws, tickMs = TICK_MS } = options;
  const topicArn = `arn:aws:sns:${aws.region}:${aws.account}:${EVENT_TOPIC}`;
  const tell = (event: object): void =>
    void aws.sns.publish(topicArn, { subject: null, message: JSON.stringify(event) });
  const changes = createSageMakerChanges({ sageMaker: aws.sageMaker, place: aws.board.place, tell });
  const world: SystemWorld = { ...options, changes };
  const systems: readonly System[] = [
    cloudWatchSystem(world, 'bikeshare', 'Bike share', runBikeshare(world)),
    creditRisk(world),
    cloudWatchSystem(world, 'recommendation', 'Recommendations', runRecommendation(world)),
    await movieRecommender(world),
    await potatoPipeline(world),
  ];
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const look = everySoOften(systems, world, tickMs, changed);

  return {
    list: () => systems.map(shown),
    set: (name, fault, on) => {
      const result = press(systems, name, fault, on);
      if (result.ok) changed();
      return result;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    routes: (app) => addRoutes(app, systems, changed),
    close: look.stop,
  };
}

/** Its alarms are evaluated with those of all others in this account, by `everySoOften`. */
function cloudWatchSystem(
  { aws }: SystemWorld,
  name: SystemName,
  title: string,
  run: Pick<System, 'faults' | 'running'> & Partial<Pick<System, 'tick' | 'routes'>>,
): System {
  const alarms = aws.board.all().filter(({ definition }) => definition.service === name);
  return {
    firing: () => alarms.filter(({ state }) => state === 'ALARM').map(({ definition }) => definition.name),
    tick: () => false,
    ...{ name, title, ...run },
  };
}

function everySoOften(
  systems: readonly System[],
  { aws, now }: SystemWorld,
  tickMs: number,
  changed: () => void,
): { stop(): Promise<void> } {
  const evaluation = createAlarmEvaluation(aws.board, aws.metrics);
  const isNews = createNews(systems);
  let running: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    const at = now();
    aws.sageMakerMachine.settle();
    const isTurned = systems.map(({ faults }) => faults.look()).some(Boolean);
    const isAlarmed = evaluation.run(at);
    if (isAlarmed) aws.alarms.changed();
    const ticked = await Promise.all(systems.map((system) => system.tick(at)));
    if (isTurned || isAlarmed || ticked.some(Boolean) || isNews()) changed();
  };
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = null;
    });
  }, tickMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

/** Whether something else runs, or something is under way, since it was asked last. */
function createNews(systems: readonly System[]): () => boolean {
  let last = '';
  return () => {
    const next = JSON.stringify(systems.map(({ running }) => running()));
    const isNew = next !== last;
    last = next;
    return isNew;
  };
}

function shown({ name, title, faults, firing, running }: System): SandboxSystem {
  const isBroken = faults.definitions.some((fault) => faults.isOn(fault.name));
  const alarms = firing();
  const state = isBroken ? 'failing' : alarms.length > 0 ? 'recovering' : 'well';
  return {
    name,
    title,
    state,
    running: running(),
    alarms,
    faults: faults.definitions.map((fault) => ({ ...fault, on: faults.isOn(fault.name) })),
  };
}

function press(systems: readonly System[], name: string, fault: string, on: boolean): ActResult {
  const system = systems.find((one) => one.name === name);
  if (system === undefined) return { ok: false, error: `There is no system ${name}.` };
  if (system.faults.set(fault, on)) return { ok: true };
  const definition = system.faults.definitions.find((one) => one.name === fault);
  if (definition === undefined) return { ok: false, error: `${system.title} has no fault ${fault}.` };
  return { ok: false, error: `“${definition.title}” is ${on ? 'on' : 'off'} already.` };
}

function addRoutes(app: FastifyInstance, systems: readonly System[], changed: () => void): void {
  app.get('/systems', () => ({ systems: systems.map(shown) }));
  app.post<{ Params: { name: string; fault: string }; Body: unknown }>(
    '/systems/:name/faults/:fault',
    (request, reply) => {
      const { name, fault } = request.params;
      const body = request.body;
      const on = typeof body === 'object' && body !== null && 'on' in body ? body.on : undefined;
      if (typeof on !== 'boolean')
        return reply.code(400).send({ ok: false, error: 'Send {"on": true} or {"on": false}.' });
      const result = press(systems, name, fault, on);
      if (result.ok) changed();
      return reply.code(result.ok ? 200 : 409).send(result);
    },
  );
  for (const { name, routes } of systems) {
    if (routes !== undefined) app.register(async (inner) => routes(inner), { prefix: `/systems/${name}` });
  }
}
