import { describe, expect, it } from 'vitest';
import { decide } from '../../src/domain/decide.ts';
import { LONGEST_SNOOZE_MS } from '../../src/domain/escalation-commands.ts';
import { DM, path, person, policy, SMS, step } from './escalation-given.ts';
import { ANA, BEN, happens, MINUTE, opened, type Story, T0 } from './given.ts';

const POLICY = policy([
  path([
    step('page/L1.1', { via: [DM, SMS], notify: [person(ANA), person(BEN)] }),
    step('page/L2.1', { via: [DM], after: 30, notify: [person('U0LEA')] }),
  ]),
]);
const PAGE = 'INC-1/1/page/L1.1/0';

const paging = () => opened({ escalation: POLICY }, 'P1');

function refusal({ incident }: Story, command: Parameters<typeof decide>[1], at = T0): string {
  const result = decide(incident, command, at);
  return result.ok ? 'it was not refused' : result.rejection.message;
}

describe('a snooze', () => {
  it('gives what nobody has to whoever puts it off', () => {
    const story = paging();
    happens(story, { type: 'snooze', by: ANA, forMs: 30 * MINUTE }, T0);

    expect(story.incident).toMatchObject({ status: 'acknowledged', owner: ANA });
    expect(story.incident.escalation?.state.hold).toMatchObject({ kind: 'snooze', until: T0 + 30 * MINUTE });
  });

  it.each([0, 59_999, LONGEST_SNOOZE_MS + 1, Number.NaN, Number.POSITIVE_INFINITY])('of %d ms is refused', (forMs) => {
    expect(refusal(paging(), { type: 'snooze', by: ANA, forMs })).toContain('a minute to a day');
  });

  it('that is over cannot be ended', () => {
    const story = paging();
    happens(story, { type: 'snooze', by: ANA, forMs: 30 * MINUTE }, T0);

    expect(refusal(story, { type: 'end_snooze', by: ANA }, T0 + 30 * MINUTE)).toContain('is not snoozed');
    expect(happens(story, { type: 'end_snooze', by: ANA }, T0 + 29 * MINUTE)[0]?.type).toBe('snooze_ended');
  });

  it('of what pages nobody is refused', () => {
    expect(refusal(opened(), { type: 'snooze', by: ANA, forMs: MINUTE })).toContain('pages nobody');
  });
});

describe('what only the owner may say', () => {
  it.each(['confirm', 'give_back'] as const)('%s, is refused from others and where nobody has it', (type) => {
    const story = paging();
    expect(refusal(story, { type, by: ANA })).toContain('Nobody has');
    happens(story, { type: 'acknowledge', by: ANA }, T0);

    expect(refusal(story, { type, by: BEN })).toContain(`Only <@${ANA}>`);
    expect(refusal(story, { type, by: ANA })).toBe('it was not refused');
  });

  it('is not given back once the impact is over', () => {
    const story = paging();
    happens(story, { type: 'mitigate', by: ANA }, T0 + MINUTE);

    expect(refusal(story, { type: 'give_back', by: ANA })).toContain('nobody would be called');
  });

  it('gives it back, and the paths begin anew', () => {
    const story = paging();
    happens(story, { type: 'acknowledge', by: ANA }, T0);
    const events = happens(story, { type: 'give_back', by: ANA }, T0 + MINUTE);

    expect(events.map(({ type }) => type)).toEqual(['unacknowledged', 'page_due']);
    expect(story.incident.escalation?.state.pages.map(({ id }) => id)).toEqual(['INC-1/2/page/L1.1/0']);
  });
});

describe('an escalation by hand', () => {
  it('tells the next level now, with the reason as it was written', () => {
    const story = paging();
    const [said, page] = happens(story, { type: 'escalate', by: ANA, reason: '  <!channel> *it burns*  ' }, T0);

    expect(said).toMatchObject({ type: 'escalated', level: 'L2', reason: '<!channel> *it burns*' });
    expect(page).toMatchObject({ type: 'page_due', level: 'L2', isByHand: true });
  });

  it('is refused without a reason, without a policy, and when all were told', () => {
    const story = paging();
    expect(refusal(story, { type: 'escalate', by: ANA, reason: ' \n ' })).toContain('why it needs more people');
    expect(refusal(opened(), { type: 'escalate', by: ANA, reason: 'now' })).toContain('no escalation policy');
    happens(story, { type: 'escalate', by: ANA, reason: 'now' }, T0);

    expect(refusal(story, { type: 'escalate', by: ANA, reason: 'now' })).not.toBe('it was not refused');
  });
});

describe('what became of a page', () => {
  const target = `person:${ANA}`;
  const failed = { type: 'page_failed', page: PAGE, target, way: 0, why: 'no', isUsable: true } as const;
  const sent = { type: 'page_sent', page: PAGE, target, way: 0 } as const;

  it('is written down once, however often it is said', () => {
    const story = paging();

    expect(happens(story, sent, T0)).toHaveLength(1);
    expect(happens(story, sent, T0)).toEqual([]);
    expect(happens(story, { ...failed, way: 1 }, T0)).toEqual([]);
  });

  it('is a failure of the way that it was tried by, and of no other', () => {
    const story = paging();
    expect(happens(story, failed, T0)).toHaveLength(1);
    expect(happens(story, failed, T0)).toEqual([]);
    expect(happens(story, { ...failed, way: 1 }, T0)).toHaveLength(1);
    expect(happens(story, failed, T0 + 29_999)).toEqual([]);

    expect(happens(story, failed, T0 + 30_000)).toHaveLength(1);
  });

  it('says when nothing is left to try', () => {
    const story = paging();
    const times = [0, 0, 30_000, 30_000, 150_000, 150_000];
    const events = times.flatMap((wait, i) => happens(story, { ...failed, way: i % 2 }, T0 + wait));

    expect(events.map((event) => event.type === 'page_failed' && event.isLast)).toEqual([
      ...[false, false, false, false, false],
      true,
    ]);
    expect(story.incident.escalation?.state.unreached).toMatchObject([{ level: 'L1', target }]);
  });

  it('changes nothing when the page is not on its way any more, or nobody of that name is meant', () => {
    const story = paging();

    expect(happens(story, { ...sent, target: 'role:nobody' }, T0)).toEqual([]);
    expect(happens(story, { ...sent, page: 'INC-1/9/page/L1.1/0' }, T0)).toEqual([]);
    expect(happens(opened(), sent, T0)).toEqual([]);
  });

  it('counts also where the way that reached somebody is not the one that was expected', () => {
    const story = paging();
    happens(story, failed, T0);

    expect(happens(story, sent, T0)).toMatchObject([{ type: 'page_sent', way: 0 }]);
  });
});
