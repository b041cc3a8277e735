import type { Logger } from 'pino';
import type { Claim, Due } from './due.ts';
import type { Served } from './serve.ts';

export interface DeliverDeps {
  readonly due: Due;
  readonly serve: (id: string, lane: 'people' | 'machine') => Promise<Served>;
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
  let running: Promise<void> = Promise.resolve();

  const room = (lane: 'people' | 'machine') => MAX_ACTIVE - (lane === 'people' ? 0 : KEPT_FOR_PEOPLE) - active.size;

  function begin(claim: Claim, lane: 'people' | 'machine', channel: string | null): void {
    const work = round(deps, claim, lane, channel).then((waitMs) => {
      active.delete(claim.id);
      if (waitMs === 0) poke();
      else if (channel !== null) pausedUntil.set(`${channel}/${lane}`, deps.now() + waitMs);
    });
    active.set(claim.id, work);
  }

  async function offer(id: string, lane: 'people' | 'machine', channel: string | null): Promise<void> {
    if (active.has(id) || room(lane) <= 0) return;
    const claim = await deps.due.claim(id);
    if (claim) begin(claim, lane, channel);
  }

  async function look(): Promise<void> {
    for (const id of await deps.due.inLane('people', deps.now(), MAX_ACTIVE)) await offer(id, 'people', null);
    for (const channel of await deps.due.channelsWaiting()) await lookAtChannel(channel);
    if (room('machine') <= 0) return;
    for (const id of await deps.due.inLane('machine', deps.now(), MAX_ACTIVE)) await offer(id, 'machine', null);
  }

  /** Starts no more cards than Slack takes now: the first refusal of the pace ends the round for this channel. */
  async function lookAtChannel(channel: string): Promise<void> {
    if (room('people') <= 0) return;
    const waiting = await deps.due.withoutCard(channel, room('people'));
    for (const { id, lane } of waiting) {
      if ((pausedUntil.get(`${channel}/${lane}`) ?? 0) <= deps.now()) await offer(id, lane, channel);
    }
  }

  async function untilNext(): Promise<number> {
    const now = deps.now();
    for (const [key, until] of pausedUntil) if (until <= now) pausedUntil.delete(key);
    const next = Math.min((await deps.due.nextAt()) ?? Number.POSITIVE_INFINITY, ...pausedUntil.values());
    return Math.max(SHORTEST_MS, Math.min(LOOK_MS, next - now));
  }

  function poke(): void {
    isPoked = true;
    wake();
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      isPoked = false;
      const pauseMs = await look().then(
        () => untilNext(),
        (error: unknown) => {
          deps.log.warn({ err: error }, 'delivery could not look for work');
          return AFTER_TROUBLE_MS;
        },
      );
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

/** Answers how long this incident has to wait: 0 when all is told. */
async function round(
  deps: DeliverDeps,
  claim: Claim,
  lane: 'people' | 'machine',
  channel: string | null,
): Promise<number> {
  const { due, log, now } = deps;
  let again = AFTER_TROUBLE_MS;
  try {
    const served = await deps.serve(claim.id, lane);
    again = served.done ? 0 : served.ms;
  } catch (error) {
    log.error({ err: error, incident: claim.id }, 'delivery failed, it will be tried again');
    again = 10 * AFTER_TROUBLE_MS;
  }
  try {
    await due.finish(claim, channel ?? (await deps.channelOf(claim.id)) ?? '', now() + again);
  } catch (error) {
    log.warn(
      { err: error, incident: claim.id },
      'the end of a delivery could not be written down; its lease will run out',
    );
    return AFTER_TROUBLE_MS;
  }
  return again;
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
