import { afterEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import type { Notice, Recipients } from '../../src/app/page-way.ts';
import { createDirectMessage, createMention, createPost, type SlackWaysDeps } from '../../src/paging/slack-ways.ts';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { createKeys } from '../../src/store/keys.ts';
import { incident } from '../blocks/incidents.ts';
import { ADA, BO, GENERAL, type Running, startSlack } from '../sandbox/slack/harness.ts';
import { useRedis } from '../support/redis.ts';
import { quiet } from './given.ts';

const server = useRedis();
const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** The ways of Slack, on a Slack of its own. */
async function slack(more: Partial<SlackWaysDeps> = {}) {
  const there = await startSlack();
  running.push(there);
  const redis = server.client();
  const keys = createKeys();
  const deps: SlackWaysDeps = {
    redis,
    keys,
    client: there.client(),
    now: Date.now,
    log: quiet,
    onBlind: () => {},
    cards: createCardMemory(redis, keys),
    permalink: async () => null,
    events: async () => [],
    groupMembers: async () => new Set([ADA, BO]),
    ...more,
  };
  const { world, faults } = there.slack;
  const shown = (channel: string) =>
    (world.channels.get(channel)?.roots ?? []).filter(({ deleted }) => !deleted).map((one) => JSON.stringify(one));
  const dms = (user: string) =>
    [...world.channels.values()]
      .filter(({ kind, members }) => kind === 'im' && members.has(user))
      .flatMap(({ id }) => shown(id));
  return {
    ...{ redis, keys, faults, shown, dms },
    dm: createDirectMessage(deps),
    mention: createMention(deps),
    post: createPost(deps),
  };
}

/** A page of one incident, to a role. */
function notice(n = 1, more: Partial<Notice['incident']> = {}, except: string | null = null): Notice {
  const about = incident('triggered', { id: `INC-${n}`, channel: GENERAL, ...more });
  const page: Notice['page'] = {
    id: `INC-${n}/1/page/L1.1/0`,
    ...{ step: 'page/L1.1', level: 'L1', repeat: 0, at: 0, via: [{ kind: 'dm' }], deliveries: [] },
    except,
    isByHand: false,
  };
  return { id: `${page.id} role:on-call`, incident: about, page, targetTitle: 'On-call engineer' };
}

const to = (...people: string[]): Recipients => ({ people, groups: [], channel: null });
const DM = { kind: 'dm' } as const;
const MENTION = { kind: 'mention' } as const;
const group = (id: string | null, alias: string | null): Recipients => ({
  people: [],
  groups: [{ id, alias }],
  channel: null,
});

describe('a direct message', () => {
  it('goes to each of several people, and says which message each has', async () => {
    const { dm, dms } = await slack();
    const sent = await dm.send(DM, [notice()], to(ADA, BO));

    expect(dms(ADA)).toHaveLength(1);
    expect(dms(BO)).toHaveLength(1);
    expect(sent).toMatchObject({ ok: true, left: [{ person: ADA, incidents: ['INC-1'] }, { person: BO }] });
  });

  it('has reached its target when it has reached one of them', async () => {
    const { dm, faults, dms } = await slack();
    faults.add({ method: 'chat.postMessage', kind: 'error', error: 'user_disabled', channel: ADA });
    const sent = await dm.send(DM, [notice()], to(ADA, BO));

    expect(sent).toMatchObject({ ok: true, left: [{ person: BO }] });
    expect(dms(ADA)).toEqual([]);
  });

  it('goes to everybody in a user group, and to nobody twice', async () => {
    const { dm, dms } = await slack();
    await dm.send(DM, [notice()], { ...group('S0ONCALL', null), people: [ADA] });

    expect(dms(ADA)).toHaveLength(1);
    expect(dms(BO)).toHaveLength(1);
  });

  it('goes to everybody in several user groups, also where one of them cannot be read', async () => {
    const { dm, dms } = await slack({
      groupMembers: async (id) => {
        if (id === 'S0AWAY') throw new TransientError('Slack could not be reached', { cause: null });
        return new Set([BO]);
      },
    });
    const groups = ['S0ONCALL', 'S0AWAY'].map((id) => ({ id, alias: null }));
    await dm.send(DM, [notice()], { people: [ADA], groups, channel: null });

    expect(dms(ADA)).toHaveLength(1);
    expect(dms(BO)).toHaveLength(1);
  });

  it('leaves out who has the incident, also where they are in the user group', async () => {
    const { dm, dms } = await slack();
    await dm.send(DM, [notice(1, { status: 'acknowledged', owner: ADA })], group('S0ONCALL', null));
    await dm.send(DM, [notice(2, {}, ADA)], group('S0ONCALL', null));

    expect(dms(ADA)).toEqual([]);
    expect(dms(BO)).toHaveLength(2);
  });

  it('of several incidents goes to whoever has one of them and not the other', async () => {
    const { dm, dms } = await slack();
    const mine = notice(1, { status: 'acknowledged', owner: ADA });
    await dm.send(DM, [mine, notice(2)], group('S0ONCALL', null));

    expect(dms(ADA)).toHaveLength(1);
  });

  it('is no way to an alias alone, and none to a group that cannot be read now', async () => {
    const unreadable = await slack({
      groupMembers: async () => {
        throw new TransientError('Slack could not be reached', { cause: null });
      },
    });

    expect(await unreadable.dm.send(DM, [notice()], group(null, 'oncall'))).toMatchObject({
      ok: false,
      isUsable: false,
    });
    expect(await unreadable.dm.send(DM, [notice()], group('S0ONCALL', null))).toMatchObject({
      ok: false,
      isUsable: true,
    });
  });

  it.each([
    [{ kind: 'ratelimited', retryAfter: 30 }, true],
    [{ kind: 'http500' }, true],
    [{ kind: 'error', error: 'user_not_found' }, false],
    [{ kind: 'error', error: 'cannot_dm_bot' }, false],
  ] as const)('that Slack does not take (%o) is worth another try: %s', async (fault, isUsable) => {
    const { dm, faults } = await slack();
    faults.add({ method: 'chat.postMessage', ...fault });

    expect(await dm.send(DM, [notice()], to(ADA))).toMatchObject({ ok: false, isUsable });
  });

  it('counts as sent though Redis is gone right after it', async () => {
    const { redis } = await slack();
    const broken = Object.assign(Object.create(redis) as typeof redis, {
      hdel: async () => {
        throw new Error('Connection is closed.');
      },
    });
    const { dm, dms } = await slack({ redis: broken });

    expect(await dm.send(DM, [notice()], to(ADA))).toMatchObject({ ok: true });
    expect(dms(ADA)).toHaveLength(1);
  });

  it('counts as sent to one though Redis was gone before it could go to the other', async () => {
    const { redis } = await slack();
    const broken = Object.assign(Object.create(redis) as typeof redis, {
      hsetnx: async (key: string, field: string, value: number) => {
        if (field.includes(BO)) throw new Error('Connection is closed.');
        return await redis.hsetnx(key, field, value);
      },
    });
    const { dm } = await slack({ redis: broken });

    expect(await dm.send(DM, [notice()], to(ADA, BO))).toMatchObject({ ok: true, left: [{ person: ADA }] });
  });

  it('that names an incident by two of its pages is left with it once', async () => {
    const { dm } = await slack();
    const again = { ...notice(1), id: 'INC-1/1/page/L2.1/0 role:on-call' };
    const sent = await dm.send(DM, [notice(1), again, notice(2)], to(ADA));

    expect(sent).toMatchObject({ left: [{ incidents: ['INC-1', 'INC-2'] }] });
  });

  it('shows nothing of what a foreign title would make of it', async () => {
    const { dm, dms } = await slack();
    const hostile = notice(1, { title: '<!channel> *now* <https://evil.test|click>' });
    await dm.send(DM, [{ ...hostile, targetTitle: '<!here>' }], to(ADA));

    expect(dms(ADA)[0]).not.toContain('<!channel>');
    expect(dms(ADA)[0]).not.toContain('<!here>');
    expect(JSON.parse(dms(ADA)[0] ?? '{}').text).toContain('&lt;https://evil.test');
  });

  it('to one person by their name does not show their id', async () => {
    const { dm, dms } = await slack();
    await dm.send(DM, [{ ...notice(), targetTitle: `<@${ADA}>` }], to(ADA));

    expect(dms(ADA)[0]).not.toContain(`&lt;@${ADA}`);
  });
});

describe('a mention', () => {
  it('is found again when Slack had posted it and did not say so', async () => {
    const { mention, faults, shown } = await slack();
    faults.add({ method: 'chat.postMessage', kind: 'drop_after_commit' });

    expect(await mention.send(MENTION, [notice()], to(ADA))).toMatchObject({ ok: false, isUsable: true });
    expect(await mention.send(MENTION, [notice()], to(ADA))).toMatchObject({ ok: true });
    expect(shown(GENERAL)).toHaveLength(1);
  });

  it('of many is not taken for the one that had been posted for the first of them alone', async () => {
    const { mention, faults, shown } = await slack();
    faults.add({ method: 'chat.postMessage', kind: 'drop_after_commit' });
    await mention.send(MENTION, [notice(1)], to(ADA));
    await mention.send(MENTION, [notice(1), notice(2), notice(3)], to(ADA));

    const all = shown(GENERAL).join(' ');
    expect(all).toContain('INC-2');
    expect(all).toContain('INC-3');
  });

  it('of many is found again, too', async () => {
    const { mention, faults, shown } = await slack();
    faults.add({ method: 'chat.postMessage', kind: 'drop_after_commit' });
    await mention.send(MENTION, [notice(1), notice(2)], to(ADA));
    await mention.send(MENTION, [notice(1), notice(2)], to(ADA));

    expect(shown(GENERAL)).toHaveLength(1);
  });

  it('names an alias where Slack has no group', async () => {
    const { mention, shown } = await slack();
    await mention.send(MENTION, [notice()], group(null, 'oncall'));

    expect(shown(GENERAL)[0]).toContain('!oncall');
  });

  it('cannot be posted to an archived channel, which another try would not change', async () => {
    const { mention, faults } = await slack();
    faults.add({ method: 'chat.postMessage', kind: 'error', error: 'is_archived' });

    expect(await mention.send(MENTION, [notice()], to(ADA))).toMatchObject({
      ok: false,
      isUsable: false,
      why: expect.stringContaining('archived'),
    });
  });
});

describe('a message to a channel', () => {
  it('mentions nobody, in the channel that is meant', async () => {
    const { post, shown } = await slack();
    await post.send({ kind: 'post' }, [notice()], { people: [], groups: [], channel: GENERAL });

    expect(shown(GENERAL)).toHaveLength(1);
    expect(shown(GENERAL)[0]).not.toContain('<@');
  });
});
