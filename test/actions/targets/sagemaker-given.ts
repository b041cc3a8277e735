import { createAwsClients } from '../../../src/aws/clients.ts';
import type { Action } from '../../../src/domain/action.ts';
import { service } from '../../domain/given.ts';
import { addShop, type SageMakerWorld, startSageMaker } from '../../sandbox/sagemaker-world.ts';
import type { World } from '../given.ts';
import type { TargetCase } from './contract.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'sandbox';
process.env.AWS_SECRET_ACCESS_KEY ??= 'sandbox';

export const LOCK = 'sagemaker:eu-central-1:endpoint/shop-prod';
const HOUR = 3_600_000;

/** SageMaker with the shop's endpoint, pipeline and models, and the clients that ask and change it. */
export async function shop(clock: { now: number }): Promise<SageMakerWorld> {
  const world = await startSageMaker(clock);
  addShop(world.sageMaker, clock.now);
  return world;
}

/** A case for one action; `operation` is the call that changes the world. */
export function caseOf(
  world: SageMakerWorld,
  action: Action,
  operation: string,
  more: Partial<TargetCase> = {},
): TargetCase {
  const aws = createAwsClients({ endpoint: world.url });
  const acting = createAwsClients({ endpoint: world.url, once: true });
  return {
    action,
    target: { aws, acting },
    service: { environments: service('shop').environments },
    changes: () => world.sageMaker.journal.length,
    loseNextAnswer: () => world.sageMaker.faults.loseAnswer(operation),
    disturb: null,
    whenLost: 'done',
    close: world.close,
    ...more,
  };
}

/** v40 served for a day, v41 for two hours, then v42 came; somebody has gone back from v39 before. */
export async function servedBefore({ ledger, clock }: Pick<World, 'ledger' | 'clock'>): Promise<void> {
  const until = clock.now;
  const served = async (version: string, hours: number) => {
    for (let i = 0; i <= hours * 6; i++) {
      await ledger.seen(LOCK, version, true);
      clock.now += HOUR / 6;
    }
  };
  clock.now = until - 40 * HOUR;
  await served('shop-v40', 24);
  await served('shop-v41', 2);
  await served('shop-v39', 3);
  await ledger.withdrawn(LOCK, 'shop-v39');
  clock.now = until;
  await ledger.seen(LOCK, 'shop-v42', false);
}
