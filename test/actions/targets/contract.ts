import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import type { TargetDeps } from '../../../src/actions/target.ts';
import type { AnyTarget, Targets } from '../../../src/actions/targets.ts';
import type { Action } from '../../../src/domain/action.ts';
import type { RunState } from '../../../src/domain/run.ts';
import type { Service } from '../../../src/domain/service.ts';
import { Killed, killedAt, type World, world } from '../given.ts';

/** A system to act on, as a test sees it: a stand-in that talks as the real one does. */
export interface TargetCase {
  /** Without `verify`, with `heals: false`: it ends `done`. */
  readonly action: Action;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly service?: Partial<Service>;
  readonly target: Partial<Omit<TargetDeps, 'now' | 'ledger' | 'ask'>>;
  /** Another plugin than the product's own, for the engine's own tests. */
  readonly targets?: Targets;
  /** Before anything is planned: what the ledger knows, what somebody did. */
  readonly prepare?: (world: World) => Promise<void>;
  /** How often the system has taken a change by now, whoever sent it. */
  changes(): number;
  /** The next change is taken, and its answer never comes. */
  loseNextAnswer(): void;
  /** Somebody else changes what the plan relies on, by hand; `null` where a plan relies on nothing that can change. */
  readonly disturb: (() => void | Promise<void>) | null;
  /** What becomes of a run whose answer was lost: `done` where it can be found, `unknown` where nobody can see it. */
  readonly whenLost: 'done' | 'unknown';
  readonly close?: () => Promise<void> | void;
}

/** Sixteen kills, each with a world of its own, on a machine that is busy. */
const A_KILL_MS = 10_000;

/** What every target promises, tried against a stand-in. `given` makes a fresh one for each test; its clock is the test's. */
export function targetContract(
  title: string,
  redis: () => Redis,
  given: (clock: { now: number }) => Promise<TargetCase>,
): void {
  const open: TargetCase[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close?.();
  });

  async function setUp() {
    const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
    const held = await given(clock);
    open.push(held);
    const { action, target, service, targets } = held;
    const here = await world({
      redis: redis(),
      actions: [action],
      target,
      clock,
      ...(service && { service }),
      ...(targets && { targets }),
    });
    await held.prepare?.(here);
    return { held, here };
  }

  const approve = async ({ held, here }: Awaited<ReturnType<typeof setUp>>) =>
    await here.approved(held.action.name, held.inputs ?? {});

  describe(`${title}, as every target`, () => {
    it('says what would change and changes nothing', async () => {
      const { held, here } = await setUp();
      const run = await here.run(await approve({ held, here }));

      expect(held.changes()).toBe(0);
      expect(run.plan.subject).not.toBe('');
      expect(run.plan.lock).toMatch(/^[a-z0-9-]+:\S/);
      expect(JSON.stringify(run.plan)).not.toContain('s3cret');
    });

    it('changes the world once and sees that it did', async () => {
      const { held, here } = await setUp();
      const run = await here.untilEnded(await approve({ held, here }));

      expect([run.state, run.why]).toEqual(['done', run.why]);
      expect(held.changes()).toBe(1);
    });

    it('changes the world once when two processes are at the same run', async () => {
      const { held, here } = await setUp();
      const id = await approve({ held, here });
      const other = here.engineWith(here.dispatch);
      const run = await here.untilEnded(id, (entries) => [...here.engine(entries), ...other(entries)]);

      expect(run.state).toBe('done');
      expect(held.changes()).toBe(1);
    });

    it('finds what became of a change whose answer was lost', async () => {
      const { held, here } = await setUp();
      const id = await approve({ held, here });
      held.loseNextAnswer();
      const run = await here.untilEnded(id);

      expect([run.state, run.why]).toEqual([held.whenLost, run.why]);
      expect(run.why).not.toBe('');
      expect(held.changes()).toBe(1);
    });

    it('refuses a plan that was made for another world', async () => {
      const { held, here } = await setUp();
      if (!held.disturb) return; // it relies on nothing that can change
      const id = await approve({ held, here });
      await held.disturb();
      const before = held.changes();
      const run = await here.untilEnded(id);

      expect([run.state, run.why]).toEqual(['expired', run.why]);
      expect(held.changes()).toBe(before);
    });

    it(
      'goes on after a kill at any step, changes the world once, and never hangs',
      async () => {
        const ends: RunState[] = [];
        for (const when of ['before', 'after'] as const) {
          for (let n = 0; n < 7; n++)
            ends.push(await killed(n, (here) => here.engineWith(killedAt(here.dispatch, n, when))));
        }
        ends.push(await killed(0, (here) => dyingInChange(here, 'before')));
        ends.push(await killed(0, (here) => dyingInChange(here, 'after')));

        expect(new Set(ends)).toContain('done');
      },
      A_KILL_MS * 16,
    );
  });

  /** A process that dies while it works on a run, and another one that takes over. */
  async function killed(_: number, dying: (here: World) => World['engine']): Promise<RunState> {
    const { held, here } = await setUp();
    const id = await approve({ held, here });
    await here.untilEnded(id, dying(here), 12).catch((error: unknown) => {
      if (!(error instanceof Killed) && !/hangs/.test(String(error))) throw error;
    });
    const run = await here.untilEnded(id);
    expect(['done', 'unknown']).toContain(run.state);
    expect(run.why).not.toBe('');
    expect(held.changes()).toBeLessThanOrEqual(1);
    if (run.state === 'done') expect(held.changes()).toBe(1);
    return run.state;
  }
}

/** Killed right before the change leaves, or right after it has, once. */
function dyingInChange(here: World, when: 'before' | 'after'): World['engine'] {
  let isDead = false;
  const targets = async (kind: string): Promise<AnyTarget> => {
    const real = await here.targets(kind);
    const change: AnyTarget['change'] = async (...given) => {
      if (when === 'after') await real.change(...given);
      isDead = true;
      throw new Killed('while it changed something');
    };
    return { ...real, change };
  };
  const dispatch: World['dispatch'] = async (id, command) => {
    if (isDead) throw new Killed('dead');
    return await here.dispatch(id, command);
  };
  return here.engineWith(dispatch, here.target, targets);
}
