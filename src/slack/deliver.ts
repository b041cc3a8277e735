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
  let wake = () => {};
  /** Until when Slack wants no more new cards in a channel: saves asking for each of a thousand that wait. */
  const pausedUntil = new Map<string, number>();
  /** Until when an incident without a card that fails by itself is left alone, so that the others of its channel go on. */
  const restsUntil = new Map<string, number>();
  let running: Promise<void> = Promise.resolve();

  const room = (lane: DueLane) => MAX_ACTIVE - (lane === 'people' ? 0 : KEPT_FOR_PEOPLE) - active.size;

  function begin(claim: Claim, lane: DueLane, channel: string | null): void {
    const renewal = setInterval(() => void deps.due.renew(claim).catch(() => {}), RENEW_MS);
    const work = round(deps, claim, lane, channel).then(({ ms, alone }) => {
      clearInterval(renewal);
      active.delete(claim.id);
      const until = deps.now() + ms;
      if (ms > 0 && channel !== null) {
        if (alone) restsUntil.set(claim.id, until);
        else pausedUntil.set(`${channel}/${lane}`, until);
      }
      poke();
    });
    active.set(claim.id, work);
  }

  /** Claims as many as there is room for, all at once, and begins those that nobody else has. */
  async function offer(ids: readonly string[], lane: DueLane, channel: string | null): Promise<void> {
    const free = ids.filter((id) => !active.has(id)).slice(0, Math.max(0, room(lane)));
    const claims = await Promise.all(free.map((id) => deps.due.claim(id)));
    for (const claim of claims) if (claim) begin(claim, lane, channel);
  }

  async function look(now: number): Promise<void> {
    const [people, channels, machine] = await Promise.all([
      deps.due.inLane('people', now, LOOKED_AT),
      deps.due.channelsWaiting(),
      deps.due.inLane('machine', now, LOOKED_AT),
    ]);
    await offer(people, 'people', null);
    for (const channel of channels) await lookAtChannel(channel);
    await offer(machine, 'machine', null);
  }

  /** Starts no more cards than Slack takes now: the first refusal of the pace ends the round for this channel. */
  async function lookAtChannel(channel: string): Promise<void> {
    if (room('people') <= 0) return;
    const isPaused = (lane: DueLane) => (pausedUntil.get(`${channel}/${lane}`) ?? 0) > deps.now();
    if (isPaused('people') && isPaused('machine')) return;
    const waiting = await deps.due.withoutCard(channel, LOOKED_AT + restsUntil.size);
    const ready = waiting.filter(({ id, lane }) => !isPaused(lane) && (restsUntil.get(id) ?? 0) <= deps.now());
    for (const lane of ['people', 'machine'] as const) {
      await offer(
        ready.filter((one) => one.lane === lane).map(({ id }) => id),
        lane,
        channel,
      );
    }
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

/** How long an incident has to wait, 0 when all is told, and whether it alone has to. */
interface Wait {
  readonly ms: number;
  readonly alone: boolean;
}

async function round(deps: DeliverDeps, claim: Claim, lane: DueLane, ownChannel: string | null): Promise<Wait> {
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
    const channel = ownChannel ?? (await deps.channelOf(claim.id)) ?? '';
    await due.finish(claim, { channel, lane, againAt: now() + wait.ms });
  } catch (error) {
    log.warn(
      { err: error, incident: claim.id },
      'the end of a delivery could not be written down; its lease will run out',
    );
  }
  return wait;
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
