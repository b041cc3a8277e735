import { afterEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import type { PageSender } from '../../src/app/page-way.ts';
import { TOCSIN } from '../../src/domain/incident.ts';
import type { Step } from '../../src/domain/policy.ts';
import type { DeliveriesDeps } from '../../src/paging/deliveries.ts';
import { ANA, BEN, CHANNEL, DM, MINUTE, path, person, policy, role, SMS, step } from '../domain/escalation-given.ts';
import { eventually, pause } from '../support/eventually.ts';
import { useRedis } from '../support/redis.ts';
import { impossible, incidentsOn, laneOf, postOffice, refused, roleOf, type WorldGiven } from './given.ts';

const server = useRedis();
const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((runner) => runner.stop()));
});

/** Incidents with these steps, and one process that sends their pages. */
function paging(steps: readonly Step[], more: Partial<DeliveriesDeps> = {}, service: WorldGiven['service'] = {}) {
  const world = incidentsOn(server.client(), { policy: policy([path(steps)]), service });
  const office = postOffice(world.clock.now);
  const start = (sender: PageSender = office.sender, deps: Partial<DeliveriesDeps> = {}) => {
    const lane = laneOf(world, sender, { ...more, ...deps });
    running.push(lane.runner);
    lane.runner.start();
    return lane;
  };
  const drained = () => eventually('an empty queue', async () => (await world.due()).length === 0);
  return { ...world, office, start, drained };
}

const L1 = step('page/L1.1', { via: [DM, SMS] });

describe('a page', () => {
  it('goes to whoever is behind its role, and is written down as sent', async () => {
    const { opens, start, office, drained, events, load } = paging([L1]);
    await opens();
    const { counts } = start();
    await drained();

    expect(office.words()).toEqual([`dm ${ANA}: INC-1`]);
    expect(await events(1, 'page_sent')).toMatchObject([
      { page: 'INC-1/1/page/L1.1/0', target: 'role:on-call', way: 0 },
    ]);
    expect((await load(1))?.escalation?.state.pages).toEqual([]);
    expect(counts).toEqual(['dm sent']);
  });

  it('is not sent to anybody once somebody has the incident', async () => {
    const { opens, happens, start, office, drained, events } = paging([L1]);
    await opens();
    await happens(1, { type: 'acknowledge', by: BEN });
    start();
    await drained();

    expect(office.told).toEqual([]);
    expect(await events(1, 'page_dropped')).toMatchObject([{ why: 'ended' }]);
  });

  it('is not tried again by the next way when somebody acknowledges between the two', async () => {
    const { opens, happens, start, office, drained } = paging([L1]);
    office.answers(async () => {
      await happens(1, { type: 'acknowledge', by: BEN });
      return refused;
    });
    await opens();
    start();
    await drained();

    expect(office.words()).toEqual([`dm ${ANA}: INC-1`]);
  });

  it('waits while it is snoozed, and comes as soon as the snooze is over', async () => {
    const { opens, happens, clock, start, office, due } = paging([step('page/L3.1', { until: 'resolved' })]);
    await opens();
    await happens(1, { type: 'snooze', by: BEN, forMs: 10 * MINUTE });
    start();
    for (let second = 0; second < 3; second++) {
      clock.pass(1_000);
      await pause(300);
    }
    expect(office.told).toEqual([]);
    expect(await due()).toHaveLength(1);

    clock.pass(10 * MINUTE - 3_000);
    await eventually('the page', () => office.told.length === 1);
  });

  it('leaves out the owner, and reaches the others of its role', async () => {
    const roles = { 'on-call': roleOf('On-call engineer', { people: [ANA, BEN] }) };
    const { opens, happens, start, office, drained } = paging(
      [step('page/L3.1', { until: 'resolved' })],
      {},
      { roles },
    );
    await opens();
    await happens(1, { type: 'acknowledge', by: ANA });
    start();
    await drained();

    expect(office.words()).toEqual([`dm ${BEN}: INC-1`]);
  });

  it('says that whoever is meant has it already, where nobody else is', async () => {
    const { opens, happens, start, office, drained, events } = paging([step('page/L3.1', { until: 'resolved' })]);
    await opens();
    await happens(1, { type: 'acknowledge', by: ANA });
    start();
    await drained();

    expect(office.told).toEqual([]);
    expect(await events(1, 'page_failed')).toMatchObject([
      { isLast: false, why: 'whoever is meant has it already' },
      { isLast: true, why: 'whoever is meant has it already' },
    ]);
  });

  it('says that nobody is behind a role, and is sent to the others all the same', async () => {
    const { opens, start, office, drained, events } = paging([
      step('page/L1.1', { via: [DM], notify: [role('nobody'), person(BEN), CHANNEL] }),
    ]);
    await opens();
    const { counts } = start();
    await drained();

    expect(office.words().toSorted()).toEqual(['dm U0BEN: INC-1', 'post C0BIKESHARE: INC-1']);
    expect(await events(1, 'page_failed')).toMatchObject([
      { target: 'role:nobody', isLast: true, why: 'nobody is behind nobody now' },
    ]);
    expect(counts.toSorted()).toEqual(['dm given_up', 'dm sent', 'post sent']);
  });

  it.each([
    { kind: 'sns', to: '${TOPIC}' },
    { kind: 'pagerduty', to: '${KEY}' },
    { kind: 'webhook', to: '${URL}' },
  ] as const)('goes to its $kind also while nobody is on call', async (way) => {
    const { opens, start, office, drained, events } = paging([
      step('page/L1.1', { via: [DM, way], notify: [role('nobody')] }),
    ]);
    await opens();
    start();
    await drained();

    expect(office.words()).toEqual([`${way.kind} nobody: INC-1`]);
    expect(await events(1, 'page_sent')).toHaveLength(1);
  });

  it('is tried by every way at once, again after 30 seconds and after two more minutes, and then given up', async () => {
    const { opens, clock, start, office, drained, events, load } = paging([L1]);
    office.answers(async () => refused);
    await opens();
    start();
    const begin = clock.now();
    const ways = () => office.told.map(({ way, at }) => `${way.kind} +${(at - begin) / 1_000}`);
    await eventually('two ways', async () => (await events(1, 'page_failed')).length === 2);
    clock.pass(29_000);
    await pause(300);
    clock.pass(1_000);
    await eventually('two more', async () => (await events(1, 'page_failed')).length === 4);
    clock.pass(120_000);
    await drained();

    expect(ways()).toEqual(['dm +0', 'sms +0', 'dm +30', 'sms +30', 'dm +150', 'sms +150']);
    const failures = await events(1, 'page_failed');
    expect(failures.map(({ isLast }) => isLast)).toEqual([false, false, false, false, false, true]);
    expect((await load(1))?.escalation?.state.unreached).toMatchObject([{ target: 'role:on-call', why: 'it is away' }]);
  });

  it('takes no way twice that cannot work', async () => {
    const { opens, clock, start, office, drained, events } = paging([L1]);
    office.answers(async ({ way }) => (way.kind === 'dm' ? impossible : refused));
    await opens();
    start();
    for (const [wait, told] of [
      [0, 2],
      [30_000, 3],
      [120_000, 4],
    ] as const) {
      clock.pass(wait);
      await eventually('the next ones', async () => (await events(1, 'page_failed')).length === told);
    }
    await drained();

    expect(office.told.map(({ way }) => way.kind)).toEqual(['dm', 'sms', 'sms', 'sms']);
  });

  it('is decided and sent again where it was dropped and is owed again', async () => {
    const { opens, happens, clock, start, office, drained, events } = paging([
      step('page/L1.1', { severities: ['P1'], until: 'resolved' }),
    ]);
    await opens();
    await happens(1, { type: 'set_severity', by: BEN, severity: 'P3' });
    start();
    await drained();
    expect(office.told).toEqual([]);

    clock.pass(MINUTE);
    await happens(1, { type: 'set_severity', by: BEN, severity: 'P1' });
    await drained();

    expect(office.words()).toEqual([`dm ${ANA}: INC-1`]);
    expect(await events(1, 'page_due')).toHaveLength(2);
  });

  it('of a round that is over is left, and that of the next one is sent', async () => {
    const { opens, happens, start, office, drained } = paging([L1]);
    await opens();
    await happens(1, { type: 'resolve', by: BEN, seen: null, text: '', note: null });
    await happens(1, { type: 'reopen', by: TOCSIN, reason: 'it is back' });
    start();
    await drained();

    expect(office.told.flatMap(({ ids }) => ids)).toEqual(['INC-1/2/page/L1.1/0 role:on-call']);
  });

  it('of a role that the file does not know any more goes its next ways, and is given up', async () => {
    const { opens, services, start, office, drained, events } = paging([L1]);
    await opens();
    services.splice(0);
    start();
    await drained();

    expect(office.told).toEqual([]);
    expect((await events(1, 'page_failed')).at(-1)).toMatchObject({
      isLast: true,
      why: 'nobody is behind on-call now',
    });
  });

  it.each([
    'L2',
    'Senior on call',
    'a/b c',
    'L1 role:x',
    '🚨 "now"',
  ])('is found whatever its level is called: %s', async (level) => {
    const { opens, start, office, drained, events } = paging([
      { ...step(`page/${level}.1`), level },
      { ...step(`page/${level}.2`, { via: [SMS] }), level },
    ]);
    await opens();
    start();
    await drained();

    expect(office.told.map(({ way }) => way.kind).toSorted()).toEqual(['dm', 'sms']);
    expect(await events(1, 'page_sent')).toHaveLength(2);
  });
});

describe('many pages', () => {
  it('of one incident, to more people than a step may name, are each sent once and each written down', async () => {
    const steps = Array.from({ length: 10 }, (_, i) =>
      step(`page/L1.${i + 1}`, { notify: Array.from({ length: 20 }, (__, n) => person(`U0P${i * 20 + n}`)) }),
    );
    const { opens, start, office, drained, events } = paging(steps);
    await opens();
    const { counts } = start();
    await drained();

    expect(office.told).toHaveLength(200);
    expect(new Set(office.told.flatMap(({ ids }) => ids)).size).toBe(200);
    expect(await events(1, 'page_sent')).toHaveLength(200);
    expect(counts).toHaveLength(200);
  });

  it('of 50 incidents at once to one person are a few messages that name them all', async () => {
    const { opens, clock, start, office, drained, events } = paging([L1]);
    for (let n = 1; n <= 50; n++) await opens(n);
    start();
    await eventually('the first messages', () => office.told.length === 3);
    clock.pass(1_000);
    await drained();

    expect(office.told.map(({ incidents }) => incidents.length)).toEqual([1, 1, 1, 47]);
    expect(new Set(office.told.flatMap(({ incidents }) => incidents)).size).toBe(50);
    for (let n = 1; n <= 50; n++) expect(await events(n, 'page_sent')).toHaveLength(1);
  });

  it('that wait for their turn are looked at again before they go out together', async () => {
    const { opens, happens, clock, start, office, drained } = paging([L1]);
    for (let n = 1; n <= 10; n++) await opens(n);
    const told = () => new Set(office.told.flatMap(({ incidents }) => incidents));
    start();
    await eventually('the first messages', () => office.told.length === 3);
    const left = Array.from({ length: 10 }, (_, i) => i + 1).filter((n) => !told().has(`INC-${n}`));
    for (const n of left.slice(0, 5)) await happens(n, { type: 'acknowledge', by: BEN });
    clock.pass(1_000);
    await drained();

    expect(office.told.at(-1)?.incidents.toSorted()).toEqual(
      left
        .slice(5)
        .map((n) => `INC-${n}`)
        .toSorted(),
    );
  });

  it('that go out together and fail are each tried by their next way', async () => {
    const { opens, clock, start, office, drained, events } = paging([L1]);
    office.answers(async ({ way }) => (way.kind === 'dm' ? refused : { ok: true, left: [] }));
    for (let n = 1; n <= 20; n++) await opens(n);
    start();
    for (let second = 0; second < 6; second++) {
      clock.pass(1_000);
      await pause(250);
    }
    await drained();

    for (let n = 1; n <= 20; n++) {
      expect(await events(n, 'page_failed')).toHaveLength(1);
      expect(await events(n, 'page_sent')).toMatchObject([{ way: 1 }]);
    }
  });

  it('of two processes are sent once', async () => {
    const steps = [step('page/L1.1', { notify: Array.from({ length: 15 }, (_, n) => person(`U0P${n}`)) })];
    const { opens, start, office, drained } = paging(steps);
    for (let n = 1; n <= 20; n++) await opens(n);
    start();
    start();
    await drained();

    const ids = office.told.flatMap((one) => one.ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(300);
  });

  it('are not kept waiting by a receiver that hangs', async () => {
    const { opens, start, office } = paging([step('page/L1.1', { notify: [person(ANA), person(BEN)], via: [SMS] })]);
    const { promise, resolve } = Promise.withResolvers<void>();
    office.answers(async ({ recipients }) => {
      if (recipients.people.includes(ANA)) await promise;
      return { ok: true, left: [] };
    });
    await opens();
    start();
    await eventually('ben', () => office.told.some(({ recipients }) => recipients.people.includes(BEN)));
    await opens(2);
    await eventually(
      'ben again',
      () => office.told.filter(({ recipients }) => recipients.people.includes(BEN)).length === 2,
    );
    resolve();
  });
});

describe('when Redis is away', () => {
  /** Dispatch and memory that fail as Redis does, as often as one says. */
  function shaky(times: number) {
    let left = times;
    const may = () => {
      if (left-- > 0) throw new TransientError('Redis could not be reached', { cause: null });
    };
    return may;
  }

  it('between sending and writing down, it is written down when it is back, and not sent twice', async () => {
    const given = paging([L1]);
    const may = shaky(3);
    await given.opens();
    given.start(given.office.sender, {
      dispatch: async (id, command) => {
        if (command.type === 'page_sent') may();
        return await given.dispatch(id, command);
      },
    });
    await given.drained();

    expect(given.office.told).toHaveLength(1);
    expect(await given.events(1, 'page_sent')).toHaveLength(1);
  });

  it('and cannot say who is on call, the page is tried again and not given up', async () => {
    const roles = { 'on-call': roleOf('On-call engineer', { rotation: 'first-line' }) };
    const may = shaky(1);
    const who = async () => {
      may();
      return BEN;
    };
    const { opens, clock, start, office, drained, events } = paging([L1], { onCall: { who } }, { roles });
    await opens();
    start();
    await pause(300);
    clock.pass(2_000);
    await drained();

    expect(office.words()).toEqual([`dm ${BEN}: INC-1`]);
    expect(await events(1, 'page_failed')).toEqual([]);
  });

  it('an answer that was lost on the way does not write the same thing down twice', async () => {
    const given = paging([step('page/L1.1', { notify: [person(ANA), person(BEN)], via: [DM] })]);
    const may = shaky(1);
    given.office.answers(async ({ recipients }) =>
      recipients.people.includes(ANA) ? refused : { ok: true, left: [] },
    );
    await given.opens();
    given.start(given.office.sender, {
      dispatch: async (id, command) => {
        const result = await given.dispatch(id, command);
        may();
        return result;
      },
    });
    await eventually('both', async () => (await given.events(1, 'page_sent')).length > 0);
    await pause(600);

    expect(await given.events(1, 'page_sent')).toHaveLength(1);
    expect(await given.events(1, 'page_failed')).toHaveLength(1);
  });

  it('a page counts as sent though what it left behind cannot be remembered', async () => {
    const { opens, clock, start, office, drained, events } = paging([L1], {
      told: {
        remember: async () => {
          throw new Error('WRONGTYPE');
        },
      },
    });
    await opens();
    start();
    await eventually('the page', () => office.told.length === 1);
    clock.pass(2_000);
    await drained();

    expect(office.told).toHaveLength(1);
    expect(await events(1, 'page_sent')).toHaveLength(1);
  });
});
