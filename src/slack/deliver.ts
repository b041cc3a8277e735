import type { Logger } from 'pino';
import { kindOf } from '../app/errors.ts';
import { fromRedis } from '../store/errors.ts';
import { type Claim, type Due, type DueLane, RENEW_MS } from './due.ts';
import type { Served } from './serve.ts';

export interface DeliverDeps {
  readonly due: Due;
  readonly serve: (id: string, lane: DueLane) => Promise<Served>;
  readonly channelOf: (id: string) => Promise<string | null>;
  readonly now: () => number;
  readonly log: Logger;
}

export interface Deliverer {
  start(): void;
  /** Something changed: look at once. May be forgotten; the next look finds it. */
  poke(): void;
  /** Ends after the calls that are under way. */
  stop(): Promise<void>;
  /** Rounds of delivery under way now. */
  active(): number;
}

/** Calls to Slack at a time; two of them are kept for what people do. */
const MAX_ACTIVE = 24;
const KEPT_FOR_PEOPLE = 4;
/** How many of a queue to look at: its first ones may be served already, here or by another process. */
const LOOKED_AT = 3 * MAX_ACTIVE;
/** How often to look without being poked: another process, or one that died, may have left something. */
const LOOK_MS = 500;
const SHORTEST_MS = 5;
const AFTER_TROUBLE_MS = 1_000;

/**
 * Brings Slack up to date, whichever process made the change: people's changes first, then incidents without a card, then
 * what machines changed. One process at a time serves an incident, and newer changes of it collapse into one drawing.
 */
export function createDeliverer(deps: DeliverDeps): Deliverer {
  const active = new Map<string, Promise<void>>();
  let isStopping = false;
  let isPoked = false;
  /** The last look found more than there was room for: whoever ends makes room. */
  let isShort = false;
  let wake = () => {};
  /** Until when Slack wants no more new cards in a channel: saves asking for each of a thousand that wait. */
  const pausedUntil = new Map<string, number>();
  /** Until when an incident without a card that fails by itself is left alone, so that the others of its channel go on. */
  const restsUntil = new Map<string, number>();
  let running: Promise<void> = Promise.resolve();

  const room = (lane: DueLane) => MAX_ACTIVE - (lane === 'people' ? 0 : KEPT_FOR_PEOPLE) - active.size;

  function begin(claim: Claim, candidate: Candidate): void {
    const renewal = setInterval(() => void deps.due.renew(claim).catch(() => {}), RENEW_MS);
    const work = round(deps, claim, candidate).then((ended) => {
      clearInterval(renewal);
      active.delete(claim.id);
      rest(candidate, ended);
      if ((ended.isLeft && ended.ms === 0) || isShort) poke();
    });
    active.set(claim.id, work);
  }

  /** Incidents with a card wait by themselves, in Redis; one without waits here, or its whole channel does. */
  function rest({ id, lane, channel }: Candidate, { ms, alone }: Wait): void {
    if (ms === 0 || channel === null) return;
    if (alone) restsUntil.set(id, deps.now() + ms);
    else pausedUntil.set(`${channel}/${lane}`, deps.now() + ms);
  }

  /** Claims as many as there is room for, all at once, and begins those that nobody else has. */
  async function offer(candidates: readonly Candidate[]): Promise<void> {
    const free = candidates.filter(({ id }) => !active.has(id));
    const chosen = new Map<string, Candidate>();
    for (const one of free) {
      if (chosen.size < room(one.lane) && !chosen.has(one.id)) chosen.set(one.id, one);
    }
    isShort = chosen.size < free.length;
    await Promise.all(
      [...chosen.values()].map(async (one) => {
        const claim = await deps.due.claim(one.id);
        if (claim) begin(claim, one);
      }),
    );
  }

  async function look(now: number): Promise<void> {
    const [people, channels, machine] = await Promise.all([
      deps.due.inLane('people', now, LOOKED_AT),
      deps.due.channelsWaiting(),
      deps.due.inLane('machine', now, LOOKED_AT),
    ]);
    const cards = inTurn(await Promise.all(channels.map(waitingIn)));
    const posted = (lane: DueLane) => (id: string) => ({ id, lane, channel: null });
    await offer([
      ...people.map(posted('people')),
      ...cards.filter(({ lane }) => lane === 'people'),
      ...cards.filter(({ lane }) => lane === 'machine'),
      ...machine.map(posted('machine')),
    ]);
  }

  /** Incidents of a channel whose card Slack may take now. */
  async function waitingIn(channel: string): Promise<Candidate[]> {
    const isPaused = (lane: DueLane) => (pausedUntil.get(`${channel}/${lane}`) ?? 0) > deps.now();
    if (isPaused('people') && isPaused('machine')) return [];
    const waiting = await deps.due.withoutCard(channel, LOOKED_AT + restsUntil.size);
    return waiting
      .filter(({ id, lane }) => !isPaused(lane) && (restsUntil.get(id) ?? 0) <= deps.now())
      .map((one) => ({ ...one, channel }));
  }

  /** What was due at the last look and could not be begun is begun by a poke, when a round ends, or by the next look. */
  async function untilNext(lookedAt: number): Promise<number> {
    const now = deps.now();
    for (const times of [pausedUntil, restsUntil]) {
      for (const [key, until] of times) if (until <= now) times.delete(key);
    }
    const nextDue = (await deps.due.nextAt(lookedAt)) ?? Number.POSITIVE_INFINITY;
    const next = Math.min(nextDue, ...pausedUntil.values(), ...restsUntil.values());
    return Math.max(SHORTEST_MS, Math.min(LOOK_MS, next - now));
  }

  function poke(): void {
    isPoked = true;
    wake();
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      isPoked = false;
      const now = deps.now();
      const pauseMs = await look(now)
        .then(() => untilNext(now))
        .catch((error: unknown) => {
          deps.log.warn({ err: error }, 'delivery could not look for work');
          return AFTER_TROUBLE_MS;
        });
      if (!isPoked && !isStopping) await sleep(pauseMs, (end) => (wake = end));
    }
    await Promise.all(active.values());
  }

  return {
    start: () => {
      running = run();
    },
    poke,
    async stop() {
      isStopping = true;
      wake();
      await running;
    },
    active: () => active.size,
  };
}

/** An incident that may be served; `channel` when it has no card there yet. */
interface Candidate {
  readonly id: string;
  readonly lane: DueLane;
  readonly channel: string | null;
}

/** The first of each, then the second of each, …: a busy channel does not keep the others waiting. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}

/** How long an incident has to wait, 0 when it need not, and whether it alone has to. */
interface Wait {
  readonly ms: number;
  readonly alone: boolean;
}

interface Ended extends Wait {
  /** Something is left to tell. */
  readonly isLeft: boolean;
}

async function round(deps: DeliverDeps, claim: Claim, { lane, channel: own }: Candidate): Promise<Ended> {
  const { due, log, now } = deps;
  let wait: Wait;
  try {
    const served = await deps.serve(claim.id, lane);
    wait = served.done ? { ms: 0, alone: true } : served;
  } catch (error) {
    const isBug = kindOf(fromRedis(error)) === 'bug';
    const [level, ms] = isBug ? (['error', 10 * AFTER_TROUBLE_MS] as const) : (['warn', AFTER_TROUBLE_MS] as const);
    log[level]({ err: error, incident: claim.id }, 'delivery failed, it will be tried again');
    wait = { ms, alone: true };
  }
  try {
    const channel = own ?? (await deps.channelOf(claim.id)) ?? '';
    const isDone = await due.finish(claim, { channel, lane, againAt: now() + wait.ms });
    return { ...wait, isLeft: !isDone };
  } catch (error) {
    log.warn(
      { err: error, incident: claim.id },
      'the end of a delivery could not be written down; its lease will run out',
    );
  }
  return { ...wait, isLeft: true };
}

function sleep(ms: number, onWake: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    onWake(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
