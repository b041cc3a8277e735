import { afterEach, describe, expect, it } from 'vitest';
import { createLedgerKeeper, type LedgerKeeperDeps } from '../../src/actions/ledger-keeper.ts';
import type { Environment } from '../../src/domain/service.ts';
import { MINUTE } from '../domain/given.ts';
import type { SageMakerWorld } from '../sandbox/sagemaker-world.ts';
import { useRedis } from '../support/redis.ts';
import { action, world } from './given.ts';
import { caseOf, LOCK, shop } from './targets/sagemaker-given.ts';

const redis = useRedis();
const BACK = action('back', { verb: 'rollback', sagemaker_rollback: { endpoint: '{endpoint}' } });
const environment = (name: string, values: Readonly<Record<string, string>>): Environment => ({
  ...{ name, values, links: [], region: 'eu-central-1', prometheus: null, alertmanager: null, mlflow: null },
});

describe('the ledger keeper', () => {
  const open: SageMakerWorld[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function setUp({ drill = false }: { readonly drill?: boolean } = {}) {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const sandbox = await shop(clock);
    open.push(sandbox);
    const { target } = caseOf(sandbox, BACK, 'UpdateEndpoint');
    const here = await world({
      ...{ redis: redis.client(), actions: [BACK], target, clock, drill },
      service: {
        environments: { prod: environment('prod', { endpoint: 'shop-prod' }), staging: environment('staging', {}) },
      },
    });
    const warned: object[] = [];
    const log = {
      warn: (fields: object) => void warned.push(fields),
      error: (fields: object) => void warned.push(fields),
    };
    const deps: LedgerKeeperDeps = {
      ...{ redis: redis.client(), keys: here.keys, ledger: here.ledger, aws: here.target.aws, store: here.store },
      ...{ services: () => [here.service], region: '', now: here.now, log: log as LedgerKeeperDeps['log'] },
    };
    const entries = async () =>
      (await here.ledger.entries(LOCK)).map(({ version, healthyMs }) => `${version} ${healthyMs / MINUTE} min`);
    /** The turn is taken by Redis's clock, which no test moves. */
    const ofNextRound = async () => {
      clock.now += 5 * MINUTE;
      await deps.redis.del(here.keys.lease('ledger'));
    };
    return { sandbox, here, deps, entries, warned, ofNextRound };
  }

  it('writes down what serves right after its start, and every five minutes how long it was well', async () => {
    const { deps, entries, warned, ofNextRound } = await setUp({ drill: true });
    const keep = createLedgerKeeper(deps);
    await keep();
    expect(await entries()).toEqual(['shop-v42 0 min']);
    await ofNextRound();
    await keep();
    await keep();

    expect(await entries()).toEqual(['shop-v42 5 min']);
    expect(warned).toEqual([]); // staging has no endpoint: a plan says so
  });

  it('counts no time as well while an incident is open, or the endpoint is not in service', async () => {
    const { deps, entries, ofNextRound, sandbox } = await setUp();
    const keep = createLedgerKeeper(deps);
    await keep();
    await ofNextRound();
    await keep();
    expect(await entries()).toEqual(['shop-v42 0 min']);

    const quiet = await setUp({ drill: true });
    Object.assign(quiet.sandbox.sageMaker.endpoints.get('shop-prod') ?? {}, { status: 'OutOfService' });
    const keepQuiet = createLedgerKeeper(quiet.deps);
    await keepQuiet();
    await quiet.ofNextRound();
    await keepQuiet();
    expect(await quiet.entries()).toEqual(['shop-v42 0 min']);
    expect(sandbox.asked('DescribeEndpoint')).toHaveLength(2);
  });

  it('is done by one process at a time, after the look that each has at its start', async () => {
    const { deps, sandbox, ofNextRound } = await setUp();
    const [one, other] = [createLedgerKeeper(deps), createLedgerKeeper(deps)];
    await one();
    await other();
    expect(sandbox.asked('DescribeEndpoint')).toHaveLength(2);
    await ofNextRound();
    await Promise.all([one(), other()]);

    expect(sandbox.asked('DescribeEndpoint')).toHaveLength(3);
  });

  it('says what it could not write down, and goes on', async () => {
    const { deps, sandbox, entries, warned, ofNextRound } = await setUp();
    sandbox.sageMaker.faults.deny('DescribeEndpoint');
    const keep = createLedgerKeeper(deps);
    await keep();
    expect([warned.length, await entries()]).toEqual([1, []]);

    sandbox.sageMaker.faults.clear();
    await ofNextRound();
    await keep();
    expect(await entries()).toEqual(['shop-v42 0 min']);
  });
});
