import type { Logger } from 'pino';

export interface HeartbeatDeps {
  /** A secret: whoever knows it can pretend that Tocsin lives. `null`: nobody listens. */
  readonly url: string | null;
  readonly isWell: () => Promise<boolean>;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
}

export interface Heartbeat {
  /** To be called every second: a beat comes once a minute. */
  run(): Promise<void>;
  /** What became of the last one, in words. */
  words(): string;
}

const EVERY_MS = 60_000;
const PATIENCE_MS = 10_000;

/** Tells a dead-man switch that Tocsin lives and is well. When this ends, whoever keeps the switch tells people. */
export function createHeartbeat({ url, isWell, fetch, now, log }: HeartbeatDeps): Heartbeat {
  let last: { readonly at: number; readonly words: string } | null = null;
  let nextAt = 0;

  async function beat(address: string): Promise<string> {
    if (!(await isWell())) return 'held back: Tocsin is not well';
    const trouble = await ask(fetch, address);
    if (trouble === null) return 'sent';
    log.warn({ why: trouble }, 'the heartbeat was not taken');
    return `could not tell whether it is heard: ${trouble}`;
  }

  return {
    async run() {
      const waitMs = nextAt - now();
      if (url === null || (waitMs > 0 && waitMs <= EVERY_MS)) return; // longer: the clock was put back
      nextAt = now() + EVERY_MS;
      last = { at: now(), words: await beat(url) };
    },
    words() {
      if (url === null) return 'off: HEARTBEAT_URL is not set';
      return last ? `${last.words}, ${Math.round((now() - last.at) / 1_000)} s ago` : 'none was due yet';
    },
  };
}

/** What went wrong, without the address; `null`: nothing. */
async function ask(fetch: HeartbeatDeps['fetch'], url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.body?.cancel();
    if (answer.ok) return null;
    return answer.status >= 300 && answer.status < 400
      ? 'it answers with a redirect, which is not followed'
      : `it answers ${answer.status}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1_000} s`;
    return `it cannot be reached (${codeOf(error)})`;
  }
}

/** The messages of errors hold addresses; their codes do not. */
function codeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : null;
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : null;
  return typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? code : 'no reason is known';
}
