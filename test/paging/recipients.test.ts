import { describe, expect, it } from 'vitest';
import { behind } from '../../src/paging/recipients.ts';
import { createTold } from '../../src/paging/told.ts';
import { ANA, BEN, CHANNEL, path, person, policy, role, step } from '../domain/escalation-given.ts';
import { opened, service } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { incidentsOn, roleOf } from './given.ts';

const server = useRedis();
const { incident } = opened();
const GROUP = { id: 'S0ONCALL', alias: 'oncall' };
const roles = {
  'on-call': roleOf('On-call engineer', { people: [ANA, BEN], rotation: 'first-line', group: GROUP }),
  lead: roleOf('Team lead', { people: ['U0LEA', ANA] }),
};

/** `onCall` is asked at every look. */
const asking = (onCall: () => string | null, more: Parameters<typeof service>[1] = { roles }) => ({
  services: () => [service('bikeshare', more)],
  onCall: { who: async () => onCall() },
});

describe('who is behind a target', () => {
  it('are the people of a role, whoever is on call, and its group, each once', async () => {
    const found = await behind(
      asking(() => BEN),
      role('on-call'),
      incident,
    );

    expect(found).toEqual({
      title: 'On-call engineer',
      recipients: { people: [BEN, ANA], groups: [GROUP], channel: null },
    });
  });

  it('is whoever is on call now, not whoever was', async () => {
    let now: string | null = ANA;
    const deps = asking(() => now);
    const rotation = { kind: 'rotation', rotation: 'first-line' } as const;
    const given = {
      ...deps,
      services: () => [service('bikeshare', { rotations: { 'first-line': { title: 'First line' } as never } })],
    };
    expect((await behind(given, rotation, incident)).recipients.people).toEqual([ANA]);
    now = BEN;
    expect((await behind(given, rotation, incident)).recipients.people).toEqual([BEN]);
    now = null;
    expect((await behind(given, rotation, incident)).recipients.people).toEqual([]);
  });

  it('are all people of all roles, each once, for all stakeholders', async () => {
    const { recipients } = await behind(
      asking(() => 'U0NOW'),
      { kind: 'stakeholders' },
      incident,
    );

    expect(recipients.people).toEqual(['U0NOW', ANA, BEN, 'U0LEA']);
  });

  it('are the user groups of all roles as well, each once, for all stakeholders', async () => {
    const alone = { id: null, alias: 'managers' };
    const grouped = {
      first: roleOf('First', { group: GROUP }),
      second: roleOf('Second', { group: GROUP }),
      third: roleOf('Third', { group: alone }),
    };
    const { recipients } = await behind(
      asking(() => null, { roles: grouped }),
      { kind: 'stakeholders' },
      incident,
    );

    expect(recipients).toEqual({ people: [], groups: [GROUP, alone], channel: null });
  });

  it('is the channel of the incident, or the one that is named', async () => {
    const of = async (channel: string | null) =>
      (
        await behind(
          asking(() => null),
          { kind: 'channel', channel },
          incident,
        )
      ).recipients.channel;

    expect(await of(null)).toBe(incident.channel);
    expect(await of('C0OPS')).toBe('C0OPS');
    expect(CHANNEL).toEqual({ kind: 'channel', channel: null });
  });

  it('is nobody where the file has no such role or rotation any more, or is gone itself', async () => {
    const gone = { ...asking(() => ANA), services: () => [] };
    for (const target of [
      role('on-call'),
      { kind: 'rotation', rotation: 'first-line' } as const,
      { kind: 'stakeholders' } as const,
    ]) {
      expect((await behind(gone, target, incident)).recipients).toEqual({ people: [], groups: [], channel: null });
    }
    expect((await behind(gone, person(BEN), incident)).recipients.people).toEqual([BEN]);
  });

  it.each([
    'constructor',
    'valueOf',
    'hasownproperty',
  ])('is nobody for a role that is not there and is called %s', async (name) => {
    const deps = asking(() => ANA);
    expect((await behind(deps, role(name), incident)).recipients.people).toEqual([]);
    expect((await behind(deps, { kind: 'rotation', rotation: name }, incident)).recipients.people).toEqual([]);
  });
});

describe('what pages have left behind', () => {
  async function remembering() {
    const world = incidentsOn(server.client(), { policy: policy([path([step('page/L1.1')])]) });
    const about = await world.opens();
    return { ...world, about, told: createTold(world.redis, world.keys, world.clock.now) };
  }
  const message = { kind: 'message', channel: 'D0ANA', ts: '1.1', person: ANA, incidents: ['INC-1'] } as const;

  it('is remembered once for each receiver, and what it was told last', async () => {
    const { told, about } = await remembering();
    const pager = { kind: 'pagerduty', to: '${KEY}', dedupKey: 'a b' } as const;
    await told.remember(about, [message, pager]);
    await told.remember(about, [message]);
    await told.said('INC-1', message, 'taken');

    const all = await told.of('INC-1');
    expect(all).toHaveLength(2);
    expect(all.find(({ left }) => left.kind === 'message')).toMatchObject({ left: message, said: 'taken' });
    await told.forget('INC-1', message);
    expect((await told.of('INC-1')).map(({ left }) => left)).toEqual([pager]);
  });

  it('has its news looked at soon, and not at once where somebody looks already', async () => {
    const { told, about, redis, keys, clock } = await remembering();
    await told.remember(about, []);
    expect(await redis.zcard(keys.dueNews)).toBe(0);
    await told.remember(about, [message]);
    expect(Number(await redis.zscore(keys.dueNews, 'INC-1'))).toBe(clock.now() + 1_000);

    await redis.zadd(keys.dueNews, clock.now() + 2_000, 'INC-1');
    await told.remember(about, [message]);
    expect(Number(await redis.zscore(keys.dueNews, 'INC-1'))).toBe(clock.now() + 2_000);
  });

  it('is not kept for ever', async () => {
    const { told, about, redis, keys } = await remembering();
    await told.remember(about, [message]);

    expect(await redis.ttl(keys.told('INC-1'))).toBeGreaterThan(86_400);
  });
});
