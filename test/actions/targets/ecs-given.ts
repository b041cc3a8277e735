import type { useSandboxAws } from './aws-given.ts';

type Sandbox = ReturnType<typeof useSandboxAws>;

/** A service that runs two tasks of the third revision of its task definition. */
export function served(
  sandbox: Sandbox,
  clock: { now: number },
  about: {
    hasCircuitBreaker?: boolean;
    isBehindClassic?: boolean;
    isDaemon?: boolean;
    controller?: 'CODE_DEPLOY';
  } = {},
) {
  const { aws, clients, acting } = sandbox.at(clock);
  aws.ecs.definitions.clear();
  for (const [release, environment] of RELEASES.entries()) {
    const containers = [{ name: 'api', image: `shop/api:${release + 1}.0`, environment }];
    aws.ecs.register('checkout', { containers, cpu: release === 2 ? '512' : '256' });
  }
  clock.now += 60_000;
  const held = aws.ecs.run('prod', 'checkout', 'checkout:3', about);
  clock.now += 3_600_000;
  const seen = aws.ecs.changes.length;
  return { aws, held, target: { aws: clients, acting }, changes: () => aws.ecs.changes.slice(seen) };
}

const RELEASES = [{ MODEL: 'v1' }, { MODEL: 'v2', TOKEN: 's3cret' }, { MODEL: 'v3', TOKEN: 's3cret', BATCH: '8' }];

export const PLACE = { cluster: 'prod', service: 'checkout' };
