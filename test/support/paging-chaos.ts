import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDeclare, type Declare } from '../../src/app/declare.ts';
import { createDispatch, type Dispatch } from '../../src/app/dispatch.ts';
import { readServices } from '../../src/config/services.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { pause } from './eventually.ts';
import type { Scenario } from './scenario.ts';

/** How big a run is. */
export interface Size {
  readonly incidents: number;
  /** Over how many milliseconds they open. */
  readonly opensMs: number;
}

/** A run of the promised size has the machine for itself; the everyday one runs beside the other tests, where times say little. */
const IS_FULL = process.env.CHAOS === 'full';
/** How late a page may be after its time, or after the last outage that it fell into. */
const LATE_MS = IS_FULL ? 2_000 : 8_000;

/** One step of the policy of a run, as the model reads it. */
interface ModelStep {
  readonly name: string;
  readonly afterMs: number;
  /** Whether an acknowledgement ends it. */
  readonly endsWithAcknowledgement: boolean;
}

/** The policy of a run: short times, a step that outlasts the acknowledgement, two steps at once. */
export const STEPS: readonly ModelStep[] = [
  { name: 'L1.1', afterMs: 0, endsWithAcknowledgement: true },
  { name: 'L1.2', afterMs: 4_000, endsWithAcknowledgement: true },
  { name: 'L2.1', afterMs: 9_000, endsWithAcknowledgement: true },
  { name: 'L2.2', afterMs: 9_000, endsWithAcknowledgement: false },
  { name: 'L3.1', afterMs: 15_000, endsWithAcknowledgement: true },
];

/** The same for the product, on as many receivers as there are steps, so that nothing is left out as told by another. */
export const SERVICE = `
owner: Chaos team
channel: C0INCIDENTS
fallback: true
grouping: 1s
escalation:
  paths:
    - name: run
      steps:
${STEPS.map(
  ({ name, afterMs, endsWithAcknowledgement }) =>
    `        - { level: ${name.slice(0, 2)}, after: ${afterMs === 0 ? 'at once' : `${afterMs / 1_000}s`}, notify: { person: U0ANA }, via: { webhook: "\${PAGES_${name.replace('.', '_')}}" }${endsWithAcknowledgement ? '' : ', until: resolved'} }`,
).join('\n')}
      end: nothing
`;

/** What happened to one incident, by the clock of the test. Times are epoch ms. */
export interface Life {
  readonly id: string;
  readonly openedAt: number;
  /** When somebody was told that the acknowledgement counts; `null`: nobody acknowledged. `began` is when they pressed. */
  readonly acknowledged: { readonly began: number; readonly answered: number } | null;
}

/** A page that the policy demands, or may demand: its time is so close to the acknowledgement that either is right. */
export interface Demanded {
  readonly page: string;
  readonly at: number;
  readonly isOpen: boolean;
}

/** As late as a page may be: within it before the press either is right. */
const UNDER_WAY_MS = LATE_MS;
/** What had left before the answer is not called back. */
const STILL_ARRIVES_MS = IS_FULL ? 500 : 3_000;

/**
 * What a policy demands of an incident, in plain words: a step is owed at its time (or when the outage that it fell into is over), unless
 * somebody has acknowledged before.
 */
export function demandedOf({ id, openedAt, acknowledged }: Life, outages: readonly Outage[]): Demanded[] {
  return STEPS.flatMap(({ name, afterMs, endsWithAcknowledgement }): Demanded[] => {
    const at = dueOutside(openedAt + afterMs, outages);
    const page = `${id}/1/run/${name}/0`;
    if (!endsWithAcknowledgement || !acknowledged || at < acknowledged.began - UNDER_WAY_MS) {
      return [{ page, at, isOpen: false }];
    }
    return openedAt + afterMs > acknowledged.answered ? [] : [{ page, at, isOpen: true }];
  });
}

/** One page that came in. Epoch ms. */
export interface Arrival {
  readonly page: string;
  readonly at: number;
}

export interface Receiver {
  readonly env: Readonly<Record<string, string>>;
  readonly arrivals: readonly Arrival[];
  close(): Promise<void>;
}

/** Takes pages as somebody's own pager would, and remembers when each came. */
export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const server: Server = createServer((request, response) => {
    const at = Date.now();
    const key = String(request.headers['idempotency-key'] ?? '');
    request.resume().on('end', () => {
      if (key.includes('/run/')) arrivals.push({ page: key.slice(0, key.lastIndexOf(' ')), at });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const addresses = STEPS.map(({ name }) => [`PAGES_${name.replace('.', '_')}`, `http://127.0.0.1:${port}/${name}`]);
  return {
    arrivals,
    env: { ...Object.fromEntries(addresses), PAGE_WEBHOOK_SECRET: createHash('sha256').update('chaos').digest('hex') },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Opens incidents and acknowledges half of them, as another process on the same Redis would; waits while that is away. */
export async function live({ redis, servicesDir }: Scenario, env: Receiver['env'], size: Size): Promise<Life[]> {
  const services = readServices(servicesDir, env);
  const store = createIncidentStore(redis, createKeys(), Date.now);
  const deps = { store, now: Date.now, poke: () => {}, services: () => services };
  const declare = createDeclare(deps);
  const dispatch = createDispatch(deps);
  const lives: Promise<Life>[] = [];
  for (let i = 0; i < size.incidents; i++) {
    lives.push(liveOne(declare, dispatch, i));
    await pause(size.opensMs / size.incidents);
  }
  return await Promise.all(lives);
}

/** When an incident is acknowledged after it was opened, by its number: every other one, before, between and after the steps. */
const ANSWERS = [null, 1_500, null, 6_000, null, 9_000, null, 12_000, null, 18_000] as const;

async function liveOne(declare: Declare, dispatch: Dispatch, i: number): Promise<Life> {
  const opened = await insisting(() =>
    declare('chaos', {
      by: 'U0CHLOE',
      environment: `e${i}`,
      title: `Trouble ${i}`,
      summary: '',
      severity: 'P1',
      incidentClass: 'system',
      drill: false,
    }),
  );
  if (!opened.ok) throw new Error(opened.rejection.message);
  const { id, openedAt } = opened.value;
  const after = ANSWERS[i % ANSWERS.length] ?? null;
  if (after === null) return { id, openedAt, acknowledged: null };
  await pause(after);
  const began = Date.now();
  const answer = await insisting(() => dispatch(id, { type: 'acknowledge', by: 'U0BEN' }));
  if (!answer.ok) throw new Error(answer.rejection.message);
  return { id, openedAt, acknowledged: { began, answered: Date.now() } };
}

/** Somebody who presses again when it did not work. */
async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries > 600) throw error;
      await pause(100);
    }
  }
}

/** A time in which the bot or Redis was away, or was just coming back. Epoch ms. */
export interface Outage {
  readonly what: 'Redis' | 'the bot';
  readonly from: number;
  readonly to: number;
}

export interface Verdict {
  readonly demanded: number;
  readonly arrived: number;
  /** Each with its words; empty: all is well. */
  readonly wrong: readonly string[];
  /** Pages that came twice. */
  readonly twice: number;
  readonly worstLateMs: number;
}

/** Compares what came with what the model demands, page by page. */
export function judge(lives: readonly Life[], arrivals: readonly Arrival[], outages: readonly Outage[]): Verdict {
  const demanded = new Map(lives.flatMap((life) => demandedOf(life, outages)).map((one) => [one.page, one]));
  const came = Map.groupBy(arrivals, ({ page }) => page);
  const lates = [...demanded.values()].flatMap(({ page, at }) => {
    const [first] = came.get(page) ?? [];
    return first ? [{ page, at, ms: first.at - at }] : [];
  });
  const missing = [...demanded.values()].filter(({ page, isOpen }) => !isOpen && !came.has(page));
  return {
    demanded: demanded.size,
    arrived: came.size,
    wrong: [
      ...numbersTwice(lives).map((id) => `${id} was given twice: Redis has lost what it had confirmed`),
      ...missing.map(({ page }) => `${page} never came`),
      ...lates
        .filter(({ ms }) => ms > LATE_MS)
        .map(({ page, ms, at }) => `${page} came ${ms} ms late, ${whereIn(at, outages)}`),
      ...[...came].filter(([page]) => !demanded.has(page)).map(([page]) => `${page} was not demanded`),
      ...[...came].filter(([, { length }]) => length > 2).map(([page, { length }]) => `${page} came ${length} times`),
      ...lives.flatMap((life) => afterAnswer(life, came)),
    ],
    twice: [...came.values()].filter(({ length }) => length > 1).length,
    worstLateMs: Math.max(0, ...lates.map(({ ms }) => ms)),
  };
}

/** Pages for want of an answer that came although somebody had been told that their answer counts. */
function afterAnswer({ id, acknowledged }: Life, came: ReadonlyMap<string, readonly Arrival[]>): string[] {
  if (!acknowledged) return [];
  const until = acknowledged.answered + STILL_ARRIVES_MS;
  return STEPS.filter(({ endsWithAcknowledgement }) => endsWithAcknowledgement).flatMap(({ name }) => {
    const page = `${id}/1/run/${name}/0`;
    const isLate = came.get(page)?.some(({ at }) => at > until) ?? false;
    return isLate ? [`${page} came after the acknowledgement was answered`] : [];
  });
}

function numbersTwice(lives: readonly Life[]): string[] {
  const byId = Map.groupBy(lives, ({ id }) => id);
  return [...byId].filter(([, { length }]) => length > 1).map(([id]) => id);
}

function whereIn(at: number, outages: readonly Outage[]): string {
  const outage = outages.find(({ to }) => to === at);
  return outage ? `after ${outage.what} was away for ${outage.to - outage.from} ms` : 'while all was well';
}

/** When a page could first be sent: its time, or the end of the outage that it fell into. */
function dueOutside(at: number, outages: readonly Outage[]): number {
  return outages.reduce((due, { from, to }) => (from - LATE_MS <= due && due < to ? to : due), at);
}
