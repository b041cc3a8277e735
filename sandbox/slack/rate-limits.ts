/** Slack's tiers, in calls per minute and method. https://docs.slack.dev/apis/web-api/rate-limits */
export type Tier = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'post' | 'special';

const PER_MINUTE: Readonly<Record<Tier, number>> = {
  tier1: 1,
  tier2: 20,
  tier3: 50,
  tier4: 100,
  /** "Several hundred per minute" for a workspace; each channel has its own bucket of one per second besides. */
  post: 300,
  special: 600,
};

/** Slack lets short bursts into a channel pass without saying how long; a stand-in must pick a small one. */
const CHANNEL_BURST = 4;

export interface RateLimits {
  /** Seconds to wait, or 0 when the call may pass. */
  take(method: string, tier: Tier, channel: string | undefined): number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets per method (and per channel for posts). `timeScale` shortens Slack's minutes and seconds. */
export function createRateLimits(now: () => number, timeScale: number): RateLimits {
  const buckets = new Map<string, Bucket>();

  function take(key: string, capacity: number, perMs: number): number {
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now() };
    buckets.set(key, bucket);
    bucket.tokens = Math.min(capacity, bucket.tokens + (now() - bucket.at) * perMs);
    bucket.at = now();
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1000));
    bucket.tokens -= 1;
    return 0;
  }

  return {
    take(method, tier, channel) {
      const minute = 60_000 * timeScale;
      const wait = take(method, PER_MINUTE[tier], PER_MINUTE[tier] / minute);
      if (wait > 0 || tier !== 'post' || channel === undefined) return wait;
      // A person's id and the direct messages with them are one place.
      return take(`${method} ${channel.replace(/^U/, 'D')}`, CHANNEL_BURST, 1 / (1000 * timeScale));
    },
  };
}
