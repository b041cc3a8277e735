import { expect, it } from 'vitest';
import { readSandboxOptions } from '../../sandbox/options.ts';

it('has a default for everything, and takes an empty variable for an absent one', () => {
  const options = readSandboxOptions({ WEBHOOK_URL: '', SANDBOX_PORT: '' });

  expect(options).toEqual({
    host: '127.0.0.1',
    port: null,
    dataDir: '.data/sandbox',
    rateLimits: true,
    page: true,
    isClockMovable: false,
    hookSecret: '',
    systems: null,
    webhookUrl: null,
    eventsUrl: null,
  });
});

it('takes port 0 for any port', () => {
  expect(readSandboxOptions({ SANDBOX_PORT: '0' }).port).toBe(0);
});

it.each([
  ['SANDBOX_PORT', '70000'],
  ['SANDBOX_RATE_LIMITS', 'maybe'],
  ['WEBHOOK_URL', 'ftp://example.com'],
])('names %s when it is %s', (name, value) => {
  expect(() => readSandboxOptions({ [name]: value })).toThrow(name);
});
