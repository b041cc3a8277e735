import { describe, expect, it } from 'vitest';
import { createAuthority, type Deed } from '../../src/actions/authority.ts';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { RISKS } from '../../src/domain/action.ts';
import { ok, reject } from '../../src/domain/result.ts';
import { service } from '../domain/given.ts';
import { action } from './given.ts';
import { TOY } from './toy.ts';

/** Who is who. On call is ANA by day and BEN by night. */
const PEOPLE = {
  ana: 'U0ANA',
  ben: 'U0BEN',
  lead: 'U0LEAD',
  member: 'U0MEMBER',
  named: 'U0NAMED',
  responder: 'U0RESPONDER',
  stranger: 'U0STRANGER',
} as const;
type Who = keyof typeof PEOPLE;
const ALL = Object.keys(PEOPLE) as Who[];
type Hour = 'day' | 'night';

const role = (title: string, more: object) => ({ title, for: null, people: [], rotation: null, group: null, ...more });
const SHOP = service('shop', {
  responders: [PEOPLE.responder],
  roles: {
    'on-call': role('On-call engineer', { rotation: 'weekly' }),
    lead: role('ML lead', { people: [PEOPLE.lead] }),
    platform: role('Platform team', { group: { id: 'S0PLATFORM', alias: null } }),
  },
});

function authorityAt(hour: Hour, trouble: { readonly group?: Error; readonly onCall?: Error } = {}) {
  return createAuthority({
    authorize: async (_, user) =>
      user === PEOPLE.responder ? ok(true) : reject('not_allowed', 'Only responders may act on shop.'),
    groupMembers: async () => {
      if (trouble.group) throw trouble.group;
      return new Set([PEOPLE.member]);
    },
    onCall: {
      who: async () => {
        if (trouble.onCall) throw trouble.onCall;
        return hour === 'day' ? PEOPLE.ana : PEOPLE.ben;
      },
    },
  });
}

/** For each way to write it into a service file: who may ask, and who may approve, by day and by night. */
const RULES: readonly {
  readonly words: string;
  readonly entry: object;
  readonly ask: Readonly<Record<Hour, readonly Who[]>>;
  readonly approve: Readonly<Record<Hour, readonly Who[]>>;
}[] = [
  {
    words: 'nobody named: whoever may act on the service',
    entry: {},
    ask: { day: ['responder'], night: ['responder'] },
    approve: { day: ['responder'], night: ['responder'] },
  },
  {
    words: 'whoever is on call',
    entry: { may: ['on-call'] },
    ask: { day: ['ana'], night: ['ben'] },
    approve: { day: ['ana'], night: ['ben'] },
  },
  {
    words: 'on call, with the lead to approve',
    entry: { may: ['on-call'], approvers: ['lead'] },
    ask: { day: ['ana', 'lead'], night: ['ben', 'lead'] },
    approve: { day: ['lead'], night: ['lead'] },
  },
  {
    words: 'whoever may act on the service, with the lead to approve',
    entry: { approvers: ['lead'] },
    ask: { day: ['lead', 'responder'], night: ['lead', 'responder'] },
    approve: { day: ['lead'], night: ['lead'] },
  },
  {
    words: 'a person, a user group by its id, and a role that is a group',
    entry: { may: ['U0NAMED', 'S0PLATFORM', 'platform'] },
    ask: { day: ['member', 'named'], night: ['member', 'named'] },
    approve: { day: ['member', 'named'], night: ['member', 'named'] },
  },
  {
    words: 'a role that the file has lost: nobody',
    entry: { may: ['constructor'] },
    ask: { day: [], night: [] },
    approve: { day: [], night: [] },
  },
];

async function allowed(entry: object, hour: Hour, deed: Deed): Promise<Who[]> {
  const authority = authorityAt(hour);
  const held = action('rollback', { ...TOY, ...entry });
  const answers = await Promise.all(
    ALL.map(async (who) => ({ who, may: await authority(SHOP, held, PEOPLE[who], deed) })),
  );
  for (const { may } of answers) if (!may.ok) expect(may.rejection.hint ?? may.rejection.message).not.toBe('');
  return answers.filter(({ may }) => may.ok).map(({ who }) => who);
}

describe.each(RULES)('an action for $words', ({ entry, ask, approve }) => {
  const cases = RISKS.flatMap((risk) => (['day', 'night'] as const).map((hour) => ({ risk, hour })));

  it.each(cases)('of $risk risk, by $hour', async ({ risk, hour }) => {
    expect(await allowed({ ...entry, risk }, hour, 'ask')).toEqual(ask[hour]);
    expect(await allowed({ ...entry, risk }, hour, 'approve')).toEqual(approve[hour]);
  });
});

describe('who cannot be looked up', () => {
  const held = action('rollback', { ...TOY, may: ['on-call', 'platform', 'U0NAMED'] });

  it('is refused, with who can mend it', async () => {
    const authority = authorityAt('day', { group: new SetupError('The scope usergroups:read is missing.') });
    const answer = await authority(SHOP, held, PEOPLE.member, 'ask');

    expect(answer).toMatchObject({ ok: false, rejection: { message: expect.stringContaining('usergroups:read') } });
  });

  it('is refused while it cannot be told who is on call, and told to try again', async () => {
    const authority = authorityAt('day', { onCall: new TransientError('Redis is away', { cause: null }) });
    const answer = await authority(SHOP, held, PEOPLE.ana, 'ask');

    expect(answer).toMatchObject({ ok: false, rejection: { hint: 'Please try again in a minute.' } });
  });

  it('does not keep out who is named', async () => {
    const authority = authorityAt('day', {
      group: new SetupError('no'),
      onCall: new TransientError('no', { cause: null }),
    });

    expect((await authority(SHOP, held, PEOPLE.named, 'ask')).ok).toBe(true);
  });

  it('reads who may instead', async () => {
    const answer = await authorityAt('day')(SHOP, held, PEOPLE.stranger, 'ask');

    expect(answer).toMatchObject({
      ok: false,
      rejection: { message: 'Only On-call engineer, Platform team or <@U0NAMED> may run “Do rollback” of shop.' },
    });
  });
});
