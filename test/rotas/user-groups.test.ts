import { beforeEach, describe, expect, it } from 'vitest';
import { SetupError } from '../../src/app/errors.ts';
import { ANA, BEN, DAN, DAY, HOUR, layer, rotation, T0, WEEK } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';
import {
  AWAY,
  type Clock,
  clockAt,
  granted,
  groupsWith,
  listening,
  NO_PLAN,
  processWith,
  ROTATION,
  type Told,
} from './given.ts';

const server = useRedis();
let clock: Clock;
let told: Told;
let groups: ReturnType<typeof groupsWith>;
let tocsin: ReturnType<typeof processWith>;

const open = (...layers: Parameters<typeof rotation>) =>
  processWith({ redis: server.client(), clock, told, groups, rotation: { ...rotation(...layers), group: 'S0ONCALL' } });
async function sweepAt(at: number): Promise<void> {
  clock.set(at);
  await tocsin.sweep();
}

beforeEach(() => {
  clock = clockAt(T0 + HOUR);
  told = listening();
  groups = groupsWith(['U0OLD']);
  tocsin = open();
});

describe('the user group of a rotation', () => {
  it('has whoever is on call, from the beginning and from hand-off to hand-off', async () => {
    await sweepAt(T0 + HOUR);
    expect(groups.members_).toEqual([ANA]);

    await sweepAt(T0 + WEEK);
    expect(groups.members_).toEqual([BEN]);
  });

  it('follows an override at once', async () => {
    await sweepAt(T0 + HOUR);
    granted(await tocsin.onCall.handOver(ROTATION, { id: 'h1', by: ANA, to: DAN, note: '' }));
    await sweepAt(T0 + HOUR + 1_000);

    expect(groups.members_).toEqual([DAN]);
  });

  it('is not written when it is right', async () => {
    groups.members_ = [ANA];
    await sweepAt(T0 + HOUR);

    expect(groups.asked).toEqual(['list']);
  });

  it('is never emptied: in a gap the last one stays', async () => {
    tocsin = open(layer({ hours: [{ days: [1, 2, 3, 4, 5], from: 9 * 60, minutes: 8 * 60 }] }));
    await sweepAt(T0 + HOUR);
    await sweepAt(T0 + 8 * HOUR);

    expect(groups.members_).toEqual([ANA]);
    expect(groups.asked).toEqual(['list', 'update']);
  });

  it('is put right when somebody else has changed it', async () => {
    await sweepAt(T0 + HOUR);
    groups.members_ = [DAN];
    await sweepAt(T0 + 2 * HOUR);

    expect(groups.members_).toEqual([ANA]);
  });

  it.each([
    NO_PLAN,
    new SetupError('the permission usergroups:write is missing.'),
  ])('is left alone where it is not allowed, and operators are told once: %s', async (refusal) => {
    groups.refuses = refusal;
    for (let later = 1; later < 30; later++) await sweepAt(T0 + later * HOUR);

    expect(groups.asked).toEqual(['list']); // the memory of it ends after a day by the clock of Redis
    expect(told.operators).toEqual([
      `User groups are not kept in step with who is on call: ${refusal.message} Everything else goes on; Tocsin looks again once a day, and when somebody else is on call.`,
    ]);
  });

  it('is tried again with whoever is next: somebody whom Slack refuses keeps it from nobody else', async () => {
    groups.refuses = new SetupError('Slack answered "invalid_users".');
    await sweepAt(T0 + HOUR);
    groups.refuses = null;
    await sweepAt(T0 + 2 * HOUR);
    expect(groups.members_).toEqual(['U0OLD']);

    await sweepAt(T0 + WEEK);
    expect(groups.members_).toEqual([BEN]);
  });

  it('is tried again soon when Slack is away, and keeps no hand-off waiting', async () => {
    await sweepAt(T0 + HOUR);
    groups.refuses = AWAY;
    await sweepAt(T0 + WEEK);
    expect(told.handOffs).toMatchObject([{ summary: { to: BEN } }]);

    groups.refuses = null;
    await sweepAt(T0 + WEEK + HOUR / 20);
    expect(groups.members_).toEqual([BEN]);
    expect(told.operators).toEqual([]);
  });

  it('of two rotations has both', async () => {
    const time = { from: T0 + DAY, to: T0 + 2 * DAY };
    granted(await tocsin.onCall.override(ROTATION, { id: 'o1', person: DAN, by: DAN, note: '', ...time }));
    tocsin.takeFiles(
      { ...rotation(), group: 'S0ONCALL' },
      { ...rotation(layer({}, BEN)), name: 'other', group: 'S0ONCALL' },
    );
    await sweepAt(T0 + DAY);

    expect(groups.members_).toEqual([BEN, DAN]);
  });
});
