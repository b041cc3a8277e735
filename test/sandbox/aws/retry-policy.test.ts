import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_RETRY_POLICY, parseDeliveryPolicy, retryDelays } from '../../../sandbox/aws/retry-policy.ts';

it('retries three times, 20 seconds apart, when nobody chose otherwise', () => {
  expect(retryDelays(DEFAULT_RETRY_POLICY)).toEqual([20, 20, 20]);
});

it('goes through the phases at once, at the least delay, growing, at the greatest delay', () => {
  const policy = { ...DEFAULT_RETRY_POLICY, minDelayTarget: 2, maxDelayTarget: 10, numRetries: 8 };

  const delays = retryDelays({ ...policy, numNoDelayRetries: 1, numMinDelayRetries: 2, numMaxDelayRetries: 2 });

  expect(delays).toEqual([0, 2, 2, 2, 6, 10, 10, 10]);
});

it('never leaves the least and the greatest delay, and never goes back', () => {
  const policies = fc.record({
    minDelayTarget: fc.integer({ min: 1, max: 60 }),
    maxDelayTarget: fc.integer({ min: 60, max: 3600 }),
    numRetries: fc.integer({ min: 0, max: 100 }),
    backoffFunction: fc.constantFrom(
      'linear' as const,
      'arithmetic' as const,
      'geometric' as const,
      'exponential' as const,
    ),
  });
  fc.assert(
    fc.property(policies, (chosen) => {
      const delays = retryDelays({ ...DEFAULT_RETRY_POLICY, ...chosen });

      expect(delays).toHaveLength(chosen.numRetries);
      expect(delays).toEqual(delays.toSorted((a, b) => a - b));
      for (const delay of delays) {
        expect(delay).toBeGreaterThanOrEqual(chosen.minDelayTarget);
        expect(delay).toBeLessThanOrEqual(chosen.maxDelayTarget);
      }
    }),
  );
});

it.each([
  'nonsense',
  '[]null',
  'null',
  '{"healthyRetryPolicy":{"numRetries":101}}',
  '{"healthyRetryPolicy":{"minDelayTarget":0}}',
])('refuses the policy %s', (json) => {
  expect(parseDeliveryPolicy(json)).toBeNull();
});
