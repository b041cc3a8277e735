import type { Logger } from 'pino';
import type { DueQueue } from '../store/due-queue.ts';

export interface RunnerDeps {
  /** What it does, for the log: `pages`. */
  readonly name: string;
  readonly queue: DueQueue;
  /**
   * Does what it is given, one promise for each. What succeeds must have been taken out of the queue, or put off in it; what
   * fails comes again when its lease has ended.
   */
  readonly serve: (entries: readonly string[]) => readonly Promise<void>[];
  /** How often to look without being poked, in ms. */
  readonly lookMs: number;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
}

export interface Runner {
  start(): void;
  /** Something is due: look at once. May be forgotten; the next look finds it. */
  poke(): void;
  /** Ends after what is under way, or when it takes too long: then it is left to others. */
  stop(): Promise<void>;
}

/** How long a process that died keeps others from what it had: what it was about to send is late by no more. */
const LEASE_MS = 2_000;
const RENEW_MS = 500;
/** At once: so many that receivers that hang do not keep the others waiting. */
const ROOM = 512;
const STOP_MS = 5_000;

/** Does what is due in a queue as soon as it is, each by one process at a time, and lets nothing wait for what is slow. */
export function createRunner({ name, queue, serve, lookMs, now, log }: RunnerDeps): Runner {
  const active = new Map<string, Promise<void>>();
  /** Due again before this process was through with it. */
  const dueMeanwhile = new Set<string>();
  let isStopping = false;
  let isPoked = false;
  let wake = () => {};
  let running: Promise<void> = Promise.resolve();
  let renewal: NodeJS.Timeout | undefined;

  /** `true` when there may be more. */
  async function look(): Promise<boolean> {
    const room = ROOM - active.size;
    if (room <= 0) return false;
    const claimed = await queue.claim(now(), now() + LEASE_MS, room);
    const entries = claimed.filter(isNew);
    const work = entries.length > 0 ? serve(entries) : [];
    for (const [i, entry] of entries.entries()) begin(entry, work[i] ?? Promise.resolve());
    return claimed.length === room && entries.length > 0;
  }

  function isNew(entry: string): boolean {
    if (!active.has(entry)) return true;
    dueMeanwhile.add(entry);
    return false;
  }

  function begin(entry: string, work: Promise<void>): void {
    const ended = work
      .catch((error: unknown) => log.warn({ err: error, entry }, `${name}: it will be tried again`))
      .finally(() => end(entry));
    active.set(entry, ended);
  }

  /** What came back meanwhile has a lease that nobody works under. */
  function end(entry: string): void {
    active.delete(entry);
    if (!dueMeanwhile.delete(entry)) return;
    queue
      .again(entry, now())
      .then(poke, (error: unknown) => log.warn({ err: error, entry }, `${name}: it comes later`));
  }

  function poke(): void {
    isPoked = true;
    wake();
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      isPoked = false;
      const isMore = await look().catch((error: unknown) => {
        log.warn({ err: error }, `${name}: it could not be seen what is due`);
        return false;
      });
      if (!isMore && !isPoked && !isStopping) await pause();
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lookMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Without Redis the lease ends by itself. */
  async function giveBack(entry: string): Promise<void> {
    await queue
      .again(entry, now())
      .catch((error: unknown) => log.warn({ err: error, entry }, `${name}: it could not be given back`));
  }

  function renew(): void {
    queue
      .renew([...active.keys()], now() + LEASE_MS)
      .catch((error: unknown) => log.warn({ err: error }, `${name}: leases could not be renewed`));
  }

  return {
    start() {
      renewal = setInterval(renew, RENEW_MS);
      running = run();
    },
    poke,
    async stop() {
      isStopping = true;
      wake();
      await running;
      const late = new Promise((resolve) => setTimeout(resolve, STOP_MS).unref());
      await Promise.race([Promise.all(active.values()), late]);
      clearInterval(renewal);
      await Promise.all([...active.keys()].map(giveBack));
    },
  };
}
