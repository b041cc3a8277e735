/** SNS's `healthyRetryPolicy`: delays in seconds, counts of retries per phase. */
export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  readonly backoffFunction: 'linear' | 'arithmetic' | 'geometric' | 'exponential';
}

/** What an HTTP(S) subscription has when nobody chose otherwise: three retries, 20 seconds apart. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

/**
 * The seconds before each retry, in SNS's four phases: at once, at the least delay, growing, at the greatest delay. AWS
 * publishes the curves of the back-off functions as a picture only; here each goes from the least to the greatest delay.
 */
export function retryDelays(policy: RetryPolicy): readonly number[] {
  const { minDelayTarget: min, maxDelayTarget: max } = policy;
  const growing = Math.max(
    0,
    policy.numRetries - policy.numNoDelayRetries - policy.numMinDelayRetries - policy.numMaxDelayRetries,
  );
  return [
    ...Array.from({ length: policy.numNoDelayRetries }, () => 0),
    ...Array.from({ length: policy.numMinDelayRetries }, () => min),
    ...Array.from(
      { length: growing },
      (_, i) => min + (max - min) * share(policy.backoffFunction, i, growing, max / min),
    ),
    ...Array.from({ length: policy.numMaxDelayRetries }, () => max),
  ];
}

/** How far between the least and the greatest delay (0 to 1) the growing retry `index` of `count` stands. */
function share(curve: RetryPolicy['backoffFunction'], index: number, count: number, ratio: number): number {
  const x = count <= 1 ? 0 : index / (count - 1);
  if (curve === 'linear' || ratio <= 1) return x;
  if (curve === 'arithmetic') return x * x;
  if (curve === 'geometric') return (2 ** (x * 8) - 1) / (2 ** 8 - 1);
  return (ratio ** x - 1) / (ratio - 1);
}

/** The retry part of a subscription's `DeliveryPolicy` attribute; `null` when it is no valid policy. */
export function parseDeliveryPolicy(json: string): RetryPolicy | null {
  try {
    const found: unknown = JSON.parse(json);
    if (typeof found !== 'object' || found === null) return null;
    const part: unknown = 'healthyRetryPolicy' in found ? found.healthyRetryPolicy : {};
    if (typeof part !== 'object' || part === null) return null;
    const policy = { ...DEFAULT_RETRY_POLICY, ...part };
    return isRetryPolicy(policy) ? policy : null;
  } catch {
    return null;
  }
}

function isRetryPolicy(policy: RetryPolicy): boolean {
  const { minDelayTarget: min, maxDelayTarget: max, numRetries } = policy;
  const counts = [numRetries, policy.numNoDelayRetries, policy.numMinDelayRetries, policy.numMaxDelayRetries];
  const curves = ['linear', 'arithmetic', 'geometric', 'exponential'];
  return (
    counts.every((count) => Number.isInteger(count) && count >= 0 && count <= 100) &&
    min >= 1 &&
    max >= min &&
    max <= 3600 &&
    curves.includes(policy.backoffFunction) &&
    retryDelays(policy).reduce((sum, seconds) => sum + seconds, 0) <= 3600
  );
}
