/** How much may go to one address at once, and how often after that: Slack takes about a message a second for one channel. */
const BURST = 3;
const EVERY_MS = 1_000;
/** Addresses that nothing went to for so long are forgotten. */
const FORGET_MS = 60_000;

/** What each address can take now. For one process: several together may exceed it, and then Slack says so. */
export interface Tokens {
  /** How many messages it can take now; each that is taken is gone. */
  take(address: string, wanted: number): number;
  /** When it can take one again, epoch ms. */
  nextAt(address: string): number;
}

export function createTokens(now: () => number): Tokens {
  const buckets = new Map<string, { tokens: number; at: number }>();

  function known(address: string) {
    const bucket = buckets.get(address) ?? { tokens: BURST, at: now() };
    if (bucket.at > now()) bucket.at = now(); // the clock was put back
    return bucket;
  }

  function filled(address: string) {
    const before = known(address);
    const gained = Math.floor((now() - before.at) / EVERY_MS);
    if (gained <= 0) return before;
    return { tokens: Math.min(BURST, before.tokens + gained), at: before.at + gained * EVERY_MS };
  }

  function forget(): void {
    for (const [address, { at }] of buckets) if (now() - at > FORGET_MS) buckets.delete(address);
  }

  return {
    take(address, wanted) {
      if (buckets.size > 10_000) forget();
      const bucket = filled(address);
      const taken = Math.min(wanted, bucket.tokens);
      const isFull = bucket.tokens === BURST;
      buckets.set(address, { tokens: bucket.tokens - taken, at: isFull ? now() : bucket.at });
      return taken;
    },
    nextAt(address) {
      const { tokens, at } = filled(address);
      return tokens > 0 ? now() : at + EVERY_MS;
    },
  };
}
