import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditLine, BEGINNING, brokenAt, createAuditChain, hashOf } from '../../src/actions/audit-chain.ts';
import { createKeys } from '../../src/store/keys.ts';
import { useRedis } from '../support/redis.ts';
import { action, world } from './given.ts';
import { TOY, toyMachine, toyTargets } from './toy.ts';

const redis = useRedis();

describe('the audit of actions', () => {
  it('has every decision about a run, in order, and no measurement', async () => {
    const clock = { now: Date.UTC(2026, 10, 22, 3) };
    const machine = toyMachine(() => clock.now);
    const turn = action('turn', { heals: false, ...TOY });
    const here = await world({
      redis: redis.client(),
      actions: [turn],
      target: {},
      targets: toyTargets(machine),
      clock,
    });
    const chain = createAuditChain(redis.client(), here.keys);
    await here.untilEnded(await here.approved('turn'));
    await chain.record({ type: 'refused', by: 'U0STRANGER' });
    await chain.extend();
    const lines = await chain.lines(1, 100);

    expect(lines.map(({ record }) => (JSON.parse(record) as { type: string }).type)).toEqual([
      ...['run_planned', 'run_approved', 'run_began', 'run_sent', 'run_changed', 'run_ended', 'refused'],
    ]);
    expect(brokenAt(lines)).toBeNull();
  });

  it('is one chain, whoever puts lines into it at the same time', async () => {
    const keys = createKeys('chain');
    const chains = [1, 2, 3].map(() => createAuditChain(redis.client(), keys));
    for (let round = 0; round < 10; round++) {
      await Promise.all(chains.map(async (chain, i) => await chain.record({ round, i })));
      await Promise.all(chains.map(async (chain) => await chain.extend()));
    }
    const lines = await chains[0]?.lines(1, 100);

    expect(lines).toHaveLength(30);
    expect(brokenAt(lines ?? [])).toBeNull();
  });

  it('has each line once when another process is faster between two looks of one', async () => {
    const keys = createKeys('chain-late');
    const client = redis.client();
    const other = createAuditChain(client, keys);
    let looks = 0;
    const late = new Proxy(client, {
      get(target, name) {
        const held: unknown = Reflect.get(target, name);
        if (typeof held !== 'function') return held;
        if (name !== 'get' && name !== 'lrange') return held.bind(target);
        return async (...given: unknown[]) => {
          if (++looks === 2) {
            await other.extend();
            await other.record({ number: 2 });
          }
          return await held.apply(target, given);
        };
      },
    });
    await other.record({ number: 1 });
    await createAuditChain(late, keys).extend();
    await other.extend();
    const lines = await other.lines(1, 100);

    expect(lines.map(({ record }) => record)).toEqual(['{"number":1}', '{"number":2}']);
    expect(brokenAt(lines)).toBeNull();
  });

  it('shows the first line that somebody took out, changed or put in', () => {
    const lines = chained(['a', 'b', 'c', 'd', 'e']);
    const index = fc.nat({ max: 3 });
    fc.assert(
      fc.property(index, fc.constantFrom('taken', 'changed', 'added' as const), (i, how) => {
        const forged = [...lines];
        if (how === 'taken') forged.splice(i, 1);
        if (how === 'changed') forged[i] = { ...lineAt(lines, i), record: 'x' };
        if (how === 'added') forged.splice(i, 0, { ...lineAt(lines, i), record: 'x' });
        expect(brokenAt(forged)).not.toBeNull();
      }),
    );
  });
});

function lineAt(lines: readonly AuditLine[], i: number): AuditLine {
  const line = lines[i];
  if (!line) throw new Error('no such line');
  return line;
}

function chained(records: readonly string[]): AuditLine[] {
  let previous = BEGINNING;
  return records.map((record, i) => {
    const line = { number: i + 1, record, previous, hash: hashOf(previous, record) };
    previous = line.hash;
    return line;
  });
}
