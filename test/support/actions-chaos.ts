import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createLedger } from '../../src/actions/ledger.ts';
import { createRunLock } from '../../src/actions/lock.ts';
import { createPlanner } from '../../src/actions/planner.ts';
import { loadTarget } from '../../src/actions/targets.ts';
import { createDeclare } from '../../src/app/declare.ts';
import { createDispatch } from '../../src/app/dispatch.ts';
import { createAwsClients } from '../../src/aws/clients.ts';
import { readServices } from '../../src/config/services.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { requestOf } from '../../src/domain/run-commands.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { pause } from './eventually.ts';
import type { Scenario } from './scenario.ts';

/** The kinds of machines: one shows its position, one knows the key of a request, one shows and knows nothing. */
export const MACHINES = ['shows', 'knows', 'blind'] as const;
export type MachineKind = (typeof MACHINES)[number];

const shown = `current: { url: "\${MACHINES}/{machine}", pick: position }
      done: { url: "\${MACHINES}/{machine}", pick: position, equals: new, failed: broken }`;

/** A service whose actions turn machines. */
export const MACHINE_SERVICE = `
owner: Chaos team
channel: C0INCIDENTS
fallback: true
grouping: 1s
actions:
${MACHINES.map(
  (kind) => `  ${kind}:
    title: Turn a machine that ${kind}
    risk: low
    heals: false
    inputs: { machine: { label: Machine } }
    http:
      url: "\${MACHINES}/{machine}"
      body: { to: new }
      repeatable: ${kind === 'knows'}
      ${kind === 'shows' ? shown : ''}
`,
).join('')}
`;

const TAKES_MS = 700;

/** Turns each once, if it is asked once; every fifth answer is lost on its way, every seventh comes late. */
export async function startMachines() {
  const turns = new Map<string, number>();
  const keys = new Set<string>();
  const since = new Map<string, number>();
  let asked = 0;
  const positionOf = (name: string): string => {
    const at = since.get(name);
    if (at === undefined) return 'old';
    return Date.now() - at < TAKES_MS ? 'turning' : 'new';
  };
  const turn = (name: string, key: string): void => {
    const isKnown = name.startsWith('knows') && keys.has(key);
    keys.add(key);
    if (!isKnown) turns.set(name, (turns.get(name) ?? 0) + 1);
    if (!since.has(name)) since.set(name, Date.now());
  };
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const say = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    request.resume().on('end', () => {
      if (request.method === 'GET') return say({ position: positionOf(name) });
      turn(name, String(request.headers['idempotency-key'] ?? ''));
      asked++;
      if (asked % 5 === 0) return response.destroy();
      setTimeout(() => say({ ok: true }), asked % 7 === 0 ? 1_500 : 5);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    env: { MACHINES: `http://127.0.0.1:${port}` },
    turns,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A run that was asked for, and the machine that it is to turn. */
export interface Asked {
  readonly incident: string;
  readonly kind: MachineKind;
  readonly machine: string;
}

/** Asks for one run after the other, each in an incident of its own, as another process on the same Redis would. */
export async function askForRuns(
  { redis, servicesDir }: Scenario,
  env: Readonly<Record<string, string>>,
  runs: number,
  overMs: number,
) {
  const services = readServices(servicesDir, env);
  const keys = createKeys();
  const now = Date.now;
  const store = createIncidentStore(redis, keys, now);
  const deps = { store, now, poke: () => {}, services: () => services };
  const declare = createDeclare(deps);
  const dispatch = createDispatch(deps);
  const aws = createAwsClients();
  const [service] = services;
  if (!service) throw new Error('there is no service');
  const unasked = async (): Promise<never> => {
    throw new Error('nothing is measured here');
  };
  const planner = createPlanner({
    target: { aws, acting: aws, fetch, variables: env, ledger: createLedger(redis, keys, now), ask: unasked, now },
    lock: createRunLock(redis, keys, store),
    ...{ targets: loadTarget, ask: unasked, region: '', now, log: pino({ level: 'silent' }) },
  });

  async function one(i: number): Promise<Asked> {
    const kind = MACHINES[i % MACHINES.length] ?? 'shows';
    const machine = `${kind}-${i}`;
    const words = { by: 'U0CHLOE', title: `Trouble ${i}`, summary: '', environment: `e${i}`, drill: false } as const;
    const opened = await declare('machines', { ...words, severity: 'P1', incidentClass: 'system' });
    if (!opened.ok) throw new Error(opened.rejection.message);
    const incident = opened.value;
    const action = service?.actions[kind];
    if (!service || !action) throw new Error(`there is no ${kind}`);
    const plan = await planner.plan({ incident, service, environment: words.environment, action, inputs: { machine } });
    const requested = requestOf(action, service.actions, { token: randomUUID(), plan, reason: '' });
    const asked = await dispatch(incident.id, {
      ...{ type: 'request_run', by: 'U0CHLOE', requested, typed: null, breakGlass: null },
    });
    if (!asked.ok) throw new Error(asked.rejection.message);
    return { incident: incident.id, kind, machine };
  }

  const all: Promise<Asked | null>[] = [];
  for (let i = 0; i < runs; i++) {
    all.push(one(i).catch(() => null)); // Redis was away: nobody was told that it was asked for
    await pause(overMs / runs);
  }
  const asked = (await Promise.all(all)).filter((held) => held !== null);
  return { asked, load: async (id: string): Promise<Incident | null> => await store.load(id) };
}
