import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeys } from '../../src/store/keys.ts';
import { createPolicies } from '../../src/store/policies.ts';
import { path, policy, step } from '../domain/escalation-given.ts';
import { policies as random } from '../domain/escalation-life.ts';
import { incidentsOn } from '../paging/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
const POLICY = policy([path([step('page/L1.1')])]);

/** What one process knows, and how often it has asked Redis. */
function processOn() {
  const redis = server.client();
  let reads = 0;
  const get = (key: string) => {
    reads += 1;
    return redis.get(key);
  };
  const counting = { get } as unknown as typeof redis;
  return { redis, policies: createPolicies(counting, createKeys()), reads: () => reads };
}

describe('the name of a policy', () => {
  it('is the same for the same content, and another one for another', () => {
    const { policies } = processOn();
    const { name } = policies.stored(POLICY);

    expect(policies.stored(structuredClone(POLICY)).name).toBe(name);
    expect(policies.stored({ ...POLICY, progress: { askAfterMs: {}, answerWithinMs: 1, times: 1 } }).name).not.toBe(
      name,
    );
  });

  it('is the same in every process, also in one that has read it', async () => {
    const [one, other] = [processOn(), processOn()];
    await fc.assert(
      fc.asyncProperty(random, async (drawn) => {
        const { name, json } = one.policies.stored(drawn);
        await one.redis.set(createKeys().policy(name), json);
        const read = await other.policies.named(name);

        expect(read).toEqual(JSON.parse(JSON.stringify(drawn)));
        expect(other.policies.stored(read)).toEqual({ name, json });
      }),
      { numRuns: 30 },
    );
  });
});

describe('the policy of an incident', () => {
  it('is read by another process, and asked for once', async () => {
    const one = incidentsOn(server.client(), { policy: POLICY });
    const incident = await one.opens(1);
    await one.opens(2);
    const { policies, reads } = processOn();
    const { name } = policies.stored(structuredClone(POLICY));
    const other = processOn();

    expect(await other.policies.named(name)).toEqual(incident.escalation?.policy);
    expect(await other.policies.named(name)).toEqual(POLICY);
    expect(other.reads()).toBe(1);
    expect(reads()).toBe(0);
    expect(await incidentsOn(server.client(), { policy: POLICY }).load(2)).toEqual(await one.load(2));
  });

  it('is stored once for all incidents, and stays when they are over', async () => {
    const world = incidentsOn(server.client(), { policy: POLICY });
    for (let n = 1; n <= 3; n++) await world.opens(n);
    await world.happens(1, { type: 'resolve', by: 'U0ANA', seen: null, text: '', note: null });
    const stored = await world.redis.keys(world.keys.policy('*'));

    expect(stored).toHaveLength(1);
    expect(await world.redis.ttl(stored[0] ?? '')).toBe(-1);
  });

  it('stays what it was when the file is changed', async () => {
    const redis = server.client();
    await incidentsOn(redis, { policy: POLICY }).opens(1);
    const edited = incidentsOn(redis, { policy: policy([path([step('page/L9.1')])]) });
    await edited.happens(1, { type: 'acknowledge', by: 'U0ANA' });

    expect((await edited.load(1))?.escalation?.policy).toEqual(POLICY);
  });

  it('that somebody has deleted from Redis is said, by its name', async () => {
    await expect(processOn().policies.named('abc')).rejects.toThrow('abc is not in Redis');
  });
});
