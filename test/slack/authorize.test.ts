import { describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import type { Service } from '../../src/domain/service.ts';
import { createAuthorize } from '../../src/slack/authorize.ts';
import { PLAIN_SERVICE } from '../support/plain.ts';

const MINUTE = 60_000;

function service(name: string, responders: readonly string[], fallback = false): Service {
  return {
    ...PLAIN_SERVICE,
    name,
    title: name,
    owner: 'ml-platform',
    channel: 'C1',
    responders,
    fallback,
    rules: [],
    links: [],
    groupingMs: 0,
    reopenMs: 0,
    recovery: { end: 'ask', watchMs: 0 },
  };
}

function setUp(services: readonly Service[], groups: Record<string, readonly string[] | Error> = {}) {
  const clock = { now: 0 };
  const asked: string[] = [];
  const authorize = createAuthorize({
    services: () => services,
    groupMembers: async (group) => {
      asked.push(group);
      const members = groups[group] ?? [];
      if (members instanceof Error) throw members;
      return new Set(members);
    },
    now: () => clock.now,
  });
  return { authorize, asked, clock, groups };
}

describe('who may act on a service', () => {
  it.each([
    ['everybody, when nobody is listed', [], 'U1', true],
    ['a person who is listed', ['U1'], 'U1', true],
    ['nobody who is not listed', ['U1'], 'U2', false],
    ['a member of a group that is listed', ['S1'], 'U1', true],
    ['a member of the second group', ['S2', 'S1'], 'U1', true],
    ['nobody outside of the groups', ['S1', 'S2'], 'U2', false],
  ])('is %s', async (_, responders, user, expected) => {
    const { authorize } = setUp([service('bikeshare', responders)], { S1: ['U1'], S2: [] });

    const answer = await authorize('bikeshare', user);

    expect(answer.ok).toBe(expected);
  });

  it('is told to whoever may not', async () => {
    const { authorize } = setUp([service('bikeshare', ['U1', 'S1'])], { S1: [] });

    const answer = await authorize('bikeshare', 'U9');

    expect(answer).toEqual({
      ok: false,
      rejection: {
        code: 'not_allowed',
        message: 'Only <@U1> and the group S1 may act on bikeshare.',
        hint: 'Ask one of them, or the owner of the service: ml-platform.',
      },
    });
  });

  it('names only some of many', async () => {
    const { authorize } = setUp([service('bikeshare', ['U1', 'U2', 'U3', 'U4', 'U5', 'U6', 'U7'])]);

    const answer = await authorize('bikeshare', 'U9');

    expect(answer).toMatchObject({ rejection: { message: expect.stringContaining('<@U5> and 2 more may act') } });
  });

  it('follows the service file as it is now', async () => {
    const services = [service('bikeshare', ['U1'])];
    const { authorize } = setUp(services);

    const before = await authorize('bikeshare', 'U2');
    services[0] = service('bikeshare', ['U2']);
    const after = await authorize('bikeshare', 'U2');

    expect([before.ok, after.ok]).toEqual([false, true]);
  });

  it('is up to the fallback service when the incident’s own is not configured any more', async () => {
    const { authorize } = setUp([service('other', []), service('fallback', ['U1'], true)]);

    const answers = [await authorize('gone', 'U1'), await authorize('gone', 'U2')];

    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });
});

describe('a group', () => {
  it('is asked for once a minute', async () => {
    const { authorize, asked, clock } = setUp([service('bikeshare', ['S1'])], { S1: ['U1'] });

    await Promise.all([authorize('bikeshare', 'U1'), authorize('bikeshare', 'U2')]);
    clock.now = MINUTE - 1;
    await authorize('bikeshare', 'U1');
    const within = asked.length;
    clock.now = MINUTE;
    await authorize('bikeshare', 'U1');

    expect([within, asked.length]).toEqual([1, 2]);
  });

  it('that cannot be read denies, and says why and who can mend it', async () => {
    const missing = new SetupError('Add the scope usergroups:read and reinstall the app.');
    const { authorize } = setUp([service('bikeshare', ['S1'])], { S1: missing });

    const answer = await authorize('bikeshare', 'U1');

    expect(answer).toMatchObject({
      ok: false,
      rejection: { message: expect.stringContaining('usergroups:read'), hint: expect.stringContaining('operators') },
    });
  });

  it('that cannot be read now is asked for again by the next click', async () => {
    const away = new TransientError('Slack is away', { cause: null });
    const { authorize, groups } = setUp([service('bikeshare', ['S1'])], { S1: away });

    const before = await authorize('bikeshare', 'U1');
    groups.S1 = ['U1'];
    const after = await authorize('bikeshare', 'U1');

    expect(before).toMatchObject({ ok: false, rejection: { hint: 'Please try again in a minute.' } });
    expect(after.ok).toBe(true);
  });

  it.each([
    ['a person who is listed by name', ['S1', 'U1'], {}],
    ['a member of another group', ['S1', 'S2'], { S2: ['U1'] }],
  ])('that cannot be read does not stop %s', async (_, responders, others) => {
    const { authorize } = setUp([service('bikeshare', responders)], { S1: new SetupError('no scope'), ...others });

    const answer = await authorize('bikeshare', 'U1');

    expect(answer.ok).toBe(true);
  });

  it('that fails for a reason nobody knows is a bug', async () => {
    const { authorize } = setUp([service('bikeshare', ['S1'])], { S1: new TypeError('oops') });

    await expect(authorize('bikeshare', 'U1')).rejects.toThrow('oops');
  });
});
