/** A planned misbehaviour of the Web API. */
export interface Fault {
  /** API method, or `*` for all. */
  readonly method: string;
  /** How many calls it hits; 1 unless told. */
  readonly times?: number;
  /**
   * `timeout` waits `delayMs` and drops the connection without doing anything; `hang` never answers; `delay` only waits first;
   * the `…_after_commit` kinds do the work and then lie about it, as Slack's `internal_error` may.
   */
  readonly kind:
    | 'http500'
    | 'timeout'
    | 'hang'
    | 'delay'
    | 'internal_error_after_commit'
    | 'drop_after_commit'
    | 'ratelimited'
    | 'error';
  /** Slack's error code for `error`. */
  readonly error?: string;
  /** Seconds, for `ratelimited`. */
  readonly retryAfter?: number;
  /** Real milliseconds before anything else happens. */
  readonly delayMs?: number;
  /** Only calls whose `channel` (or `channel_id`) argument is this. */
  readonly channel?: string;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that hits this call, used up by one. */
  take(method: string, channel: string | undefined): Fault | undefined;
}

/** Faults in the order they were planned; the first that fits is used. */
export function createFaults(): Faults {
  const planned: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      planned.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      planned.length = 0;
    },
    take(method, channel) {
      const index = planned.findIndex(({ fault }) => fits(fault, method, channel));
      const hit = planned[index];
      if (hit === undefined) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) planned.splice(index, 1);
      return hit.fault;
    },
  };
}

function fits(fault: Fault, method: string, channel: string | undefined): boolean {
  const named = fault.method === method || fault.method === '*';
  return named && (fault.channel === undefined || fault.channel === channel);
}
