import { describe, expect, it } from 'vitest';
import { begun } from '../../src/domain/escalation.ts';
import { escalateByHand, nextSteps } from '../../src/domain/escalation-by-hand.ts';
import { judgePage } from '../../src/domain/escalation-due.ts';
import { nextAt } from '../../src/domain/escalation-next.ts';
import { comingOf, outlook } from '../../src/domain/escalation-outlook.ts';
import { pastOf } from '../../src/domain/escalation-past.ts';
import {
  ANA,
  ASKING,
  BEN,
  CHANNEL,
  DM,
  FIRED,
  HOUR,
  MINUTE,
  path,
  person,
  policy,
  role,
  SMS,
  step,
  T0,
  type Watched,
  watched,
  words,
} from './escalation-given.ts';

const LADDER = policy([
  path([
    step('page/L1.1', { repeat: { every: 5, times: 2 } }),
    step('page/L2.1', { after: 15, notify: [role('lead')] }),
    step('page/L3.1', { after: 30, notify: [role('manager')] }),
  ]),
]);

const acknowledge = (it: Watched, minute: number, by = ANA) =>
  it.happens(minute, { type: 'acknowledged', by }, { status: 'acknowledged', owner: by });

describe('time', () => {
  it('the next level comes at its time, and nothing comes twice', () => {
    const it = watched(LADDER);
    expect(it.at(0)).toEqual(['L1 → on-call']);
    expect(it.at(0)).toEqual([]);
    expect(it.at(4)).toEqual([]);
    expect(it.at(5)).toEqual(['L1 again (1) → on-call']);
    expect(it.at(15)).toEqual(['L1 again (2) → on-call', 'L2 → lead']);
    expect(it.at(1000)).toEqual(['L3 → manager']);
    expect(it.at(2000)).toEqual([]);
  });

  it('after a long outage every level that was never told is told once, however many repeats were missed', () => {
    const it = watched(LADDER);
    expect(it.at(0)).toEqual(['L1 → on-call']);
    expect(it.at(500)).toEqual(['L1 again (2) → on-call', 'L2 → lead', 'L3 → manager']);
  });

  it('somebody who is in two levels that are owed at one moment is told by the newer one', () => {
    const same = policy([
      path([step('page/L1.1'), step('page/L2.1', { after: 10, notify: [role('on-call'), role('lead')] })]),
    ]);
    expect(watched(same).at(60)).toEqual(['L1 passed', 'L2 → on-call, lead']);
  });

  it('yet by both ways where the two use different ones', () => {
    const two = policy([path([step('page/L1.1', { via: [DM] }), step('page/L2.1', { after: 10, via: [SMS] })])]);
    expect(watched(two).at(60)).toEqual(['L1 → on-call', 'L2 → on-call']);
  });

  it('a timer is asked for at the moment of the next page, and for none when nothing is left', () => {
    const it = watched(LADDER);
    expect(nextAt(LADDER, it.escalation, it.situation, T0)).toBe(T0);
    it.at(0);
    expect(nextAt(LADDER, it.escalation, it.situation, T0)).toBe(T0 + 5 * MINUTE);
    it.at(30);
    expect(nextAt(LADDER, it.escalation, it.situation, T0)).toBeNull();
  });

  it('what became owed by a change is late from the change on', () => {
    const late = policy([path([step('page/L1.1', { severities: ['P0'] })])]);
    const it = watched(late);
    expect(nextAt(late, it.escalation, it.situation, T0)).toBeNull();
    it.happens(40, { type: 'severity_set', by: ANA, from: 'P1', severity: 'P0' }, { severity: 'P0' });

    expect(nextAt(late, it.escalation, it.situation, T0 + 40 * MINUTE)).toBe(T0 + 40 * MINUTE);
  });
});

describe('an acknowledgement', () => {
  it('ends what it ends, and leaves the owner out of the rest', () => {
    const both = policy([
      path([
        step('page/L2.1', { after: 10, notify: [role('lead')] }),
        step('page/L3.1', { after: 20, notify: [person(ANA), person(BEN)], until: 'resolved' }),
        step('page/L4.1', { after: 30, notify: [person(ANA)], until: 'resolved' }),
      ]),
    ]);
    const it = acknowledge(watched(both), 5);
    expect(it.at(10)).toEqual([]);
    expect(it.at(20)).toEqual([`L3 → ${BEN} but not ${ANA}`]);
    expect(it.at(30)).toEqual(['L4 passed']);
  });

  it('takes back a page that was decided and not sent', () => {
    const it = watched(LADDER);
    it.at(0);
    const [page] = it.escalation.pages;
    expect(page && judgePage(LADDER, it.escalation, it.situation, page, T0)).toEqual({
      kind: 'send',
      except: null,
    });
    acknowledge(it, 0);

    expect(page && judgePage(LADDER, it.escalation, it.situation, page, T0)).toEqual({ kind: 'drop', why: 'ended' });
  });
});

it('whoever acknowledges between the decision and the sending of a page that goes on is left out of it', () => {
  const on = policy([path([step('page/L1.1', { until: 'resolved' })])]);
  const it = watched(on);
  it.at(0);
  const [page] = it.escalation.pages;
  acknowledge(it, 0);

  expect(page && judgePage(on, it.escalation, it.situation, page, T0)).toEqual({ kind: 'send', except: ANA });
});

describe('a page that was dropped', () => {
  it('is owed again when its reason is back', () => {
    const firing = policy([path([step('page/L1.1', { isFiring: true })])]);
    const it = watched(firing);
    it.at(0);
    const id = it.escalation.pages[0]?.id ?? '';
    it.happens(1, { type: 'page_dropped', page: id, why: 'not_called_for' }, { isFiring: false });
    expect(it.at(2)).toEqual([]);
    it.situation = { ...it.situation, isFiring: true };

    expect(it.at(3)).toEqual(['L1 → on-call']);
  });

  it('is not owed again when somebody was reached by it', () => {
    const two = policy([path([step('page/L1.1', { notify: [role('on-call'), role('lead')] })])]);
    const it = watched(two);
    it.at(0);
    const id = it.escalation.pages[0]?.id ?? '';
    it.happens(0, { type: 'page_sent', page: id, target: 'role:lead', way: 0 });
    it.happens(1, { type: 'page_dropped', page: id, why: 'not_called_for' });

    expect(it.at(2)).toEqual([]);
  });
});

describe('a recovery', () => {
  it('stops the clock, so that a flapping alarm escalates by the time in which it was wrong', () => {
    const it = watched(LADDER);
    it.at(0);
    it.happens(10, { type: 'recovered', watchUntil: T0 + 15 * MINUTE }, { status: 'mitigated' });
    expect(it.at(400)).toEqual([]);
    it.happens(400, { type: 'relapsed' }, { status: 'triggered' });

    expect(it.at(400)).toEqual(['L1 again (2) → on-call']);
    expect(it.at(404)).toEqual([]);
    expect(it.at(405)).toEqual(['L2 → lead']);
  });
});

describe('working hours', () => {
  it('P2 counts working time: the lead comes 15 min after work has begun, not together with the first one', () => {
    const it = watched(LADDER, { severity: 'P2' });
    const nine = 6 * 60;
    expect(it.at(nine - 1)).toEqual([]);
    expect(it.at(nine)).toEqual(['L1 → on-call']);
    expect(it.at(nine + 14)).toEqual(['L1 again (2) → on-call']);
    expect(it.at(nine + 15)).toEqual(['L2 → lead']);
  });

  it('P3 wakes nobody, and a rule may wake somebody for anything', () => {
    expect(watched(LADDER, { severity: 'P3' }).at(600)).toEqual([]);
    expect(watched(LADDER, { severity: 'P3', paging: 'always' }).at(0)).toEqual(['L1 → on-call']);
    expect(watched(LADDER, { severity: 'P0', paging: 'never' }).at(600)).toEqual([]);
  });

  it('a step for the time outside them waits for it', () => {
    const guard = policy([path([step('page/L1.1', { hours: 'outside', notify: [role('guard')] })])]);
    expect(watched(guard).at(0)).toEqual(['L1 → guard']);
    const it = watched(guard, {}, T0 + 7 * HOUR);
    expect(it.at(0)).toEqual([]);
    expect(it.at(7 * 60)).toEqual(['L1 → guard']);
  });

  it('an outage over a whole working day pages on the next one', () => {
    const it = watched(LADDER, { severity: 'P2' });
    const at = T0 + 20 * HOUR;
    expect(it.at(20 * 60)).toEqual([]);
    expect(nextAt(LADDER, it.escalation, it.situation, at)).toBe(T0 + 30 * HOUR);
  });
});

describe('an owner without a sign of work', () => {
  const asking = policy(LADDER.paths, { progress: ASKING });

  it('is asked, and loses it when they do not answer: its path begins anew', () => {
    const it = acknowledge(watched(asking), 3);
    expect(it.at(32)).toEqual([]);
    expect(it.at(33)).toEqual([`${ANA} is asked`]);
    expect(it.at(42)).toEqual([]);
    expect(it.at(43)).toEqual([`${ANA} has it no more`, 'L1 → on-call']);
    expect(it.at(58)).toEqual(['L1 again (2) → on-call', 'L2 → lead']);
    expect(it.escalation.round).toBe(2);
  });

  it('keeps it by an answer, which nobody else can give', () => {
    const it = acknowledge(watched(asking), 3);
    it.at(33);
    it.happens(35, { type: 'noted', by: BEN, text: 'looks bad' });
    expect(it.escalation.progress.askedAt).not.toBeNull();
    it.happens(36, { type: 'confirmed', by: ANA });

    expect(it.at(60)).toEqual([]);
    expect(it.at(66)).toEqual([`${ANA} is asked`]);
  });

  it('is not asked while somebody works on it', () => {
    const it = acknowledge(watched(asking), 3);
    it.happens(30, { type: 'step_ticked', by: BEN, runbook: 'r', step: '1', text: 'restart', isDone: true });
    expect(it.at(59)).toEqual([]);
    expect(it.at(60)).toEqual([`${ANA} is asked`]);
  });

  it('is asked three times at most', () => {
    const it = acknowledge(watched(asking), 0);
    const asked = [30, 60, 90, 120, 150].map((minute) => {
      const lines = it.at(minute);
      it.happens(minute, { type: 'confirmed', by: ANA });
      return lines.length;
    });
    expect(asked).toEqual([1, 1, 1, 0, 0]);
  });

  it('is a new one after a hand-over, who has the whole time', () => {
    const it = acknowledge(watched(asking), 0);
    it.at(30);
    it.happens(35, { type: 'assigned', by: ANA, to: BEN }, { owner: BEN });
    expect(it.at(64)).toEqual([]);
    expect(it.at(65)).toEqual([`${BEN} is asked`]);
  });

  it('for something that may wait until the morning has until the morning', () => {
    const it = acknowledge(watched(asking, { severity: 'P2' }, T0 + 13 * HOUR), 0);
    expect(it.at(55)).toEqual([`${ANA} is asked`]);
    expect(it.at(70)).toEqual([]);
    expect(it.at(17 * 60)).toEqual([`${ANA} has it no more`, 'L1 → on-call']);
  });
});

describe('a snooze', () => {
  it('holds every page and stops the clock until it ends', () => {
    const it = watched(LADDER);
    it.at(0);
    it.happens(4, { type: 'snoozed', by: ANA, until: T0 + 64 * MINUTE });
    expect(it.at(63)).toEqual([]);
    expect(it.at(64)).toEqual([]);
    expect(it.at(65)).toEqual(['L1 again (1) → on-call']);
    expect(it.at(75)).toEqual(['L1 again (2) → on-call', 'L2 → lead']);
  });

  it('is over when it gets worse', () => {
    const it = watched(LADDER);
    it.happens(0, { type: 'snoozed', by: ANA, until: T0 + 60 * MINUTE });
    expect(it.at(10)).toEqual([]);
    it.happens(10, { type: 'severity_set', by: 'tocsin', from: 'P1', severity: 'P0' }, { severity: 'P0' });

    expect(it.at(10)).toEqual(['L1 → on-call']);
  });
});

describe('a snooze and a silence', () => {
  const SNOOZED = { type: 'snoozed', by: ANA } as const;
  const SILENCED = { type: 'silenced', by: BEN } as const;

  it.each([
    ['a snooze in a silence', { ...SILENCED, until: T0 + 60 * MINUTE }, { ...SNOOZED, until: T0 + 30 * MINUTE }],
    ['a silence in a snooze', { ...SNOOZED, until: T0 + 60 * MINUTE }, { ...SILENCED, until: T0 + 30 * MINUTE }],
  ] as const)('hold until both are over: %s shortens nothing', (_, longer, shorter) => {
    const it = watched(LADDER);
    it.happens(0, longer);
    it.happens(1, shorter);

    expect(it.at(30)).toEqual([]);
    expect(it.at(59)).toEqual([]);
    expect(it.at(60)).toEqual(['L1 → on-call']);
  });

  it.each([
    ['the snooze', 30, { type: 'snooze_ended', by: ANA }],
    ['the silence', 45, { type: 'silence_ended' }],
  ] as const)('end each by itself: without %s the other goes on', (_, left, ended) => {
    const it = watched(LADDER);
    it.happens(0, { ...SNOOZED, until: T0 + 45 * MINUTE });
    it.happens(0, { ...SILENCED, until: T0 + 30 * MINUTE });
    it.happens(1, ended);

    expect(it.at(left - 1)).toEqual([]);
    expect(it.at(left)).toEqual(['L1 → on-call']);
  });

  it('are said anew by whoever says them again', () => {
    const it = watched(LADDER);
    it.happens(0, { ...SNOOZED, until: T0 + 60 * MINUTE });
    it.happens(1, { ...SNOOZED, until: T0 + 10 * MINUTE });

    expect(it.at(10)).toEqual(['L1 → on-call']);
  });
});

it.each([
  ['snooze', { type: 'snoozed', by: ANA, until: T0 + 60 * MINUTE }, ['L1 → on-call']],
  ['silence', { type: 'silenced', by: ANA, until: T0 + 60 * MINUTE }, []],
] as const)('whoever gives it back ends their own %s alone: a silence is of the incident', (_, held, lines) => {
  const it = acknowledge(watched(LADDER), 1);
  it.happens(2, held);
  const back = { type: 'unacknowledged', by: ANA, owner: ANA, why: 'by_hand' } as const;
  it.happens(3, back, { status: 'triggered', owner: null });

  expect(it.at(3)).toEqual(lines);
});

describe('by hand', () => {
  const by = { by: BEN, reason: 'I need the lead' };

  it('the next level is told at once, also after an acknowledgement, and not again at its time', () => {
    const it = acknowledge(watched(LADDER), 1);
    const result = escalateByHand(LADDER, it.escalation, it.situation, by, T0 + 2 * MINUTE);
    expect(result.ok && result.value.map(words)).toEqual(['escalated', `L1 → on-call but not ${ANA}`]);
  });

  it('goes up one level each time, and says so when there is none', () => {
    const it = watched(LADDER);
    it.at(0);
    expect(nextSteps(LADDER, it.escalation, it.situation).map(({ level }) => level)).toEqual(['L2']);
    for (const level of ['L2', 'L3']) {
      const result = escalateByHand(LADDER, it.escalation, it.situation, by, T0 + MINUTE);
      expect(result.ok).toBe(true);
      if (result.ok) for (const event of result.value) it.happens(1, event);
      expect(it.told.map(words).at(-1)).toContain(level);
    }
    expect(it.at(30)).toEqual(['L1 again (2) → on-call']);
    expect(escalateByHand(LADDER, it.escalation, it.situation, by, T0 + MINUTE)).toMatchObject({ ok: false });
  });

  it('passes over a level that is nobody but whoever has it', () => {
    const own = policy([
      path([
        step('page/L1.1'),
        step('page/L2.1', { after: 15, notify: [person(ANA)] }),
        step('page/L3.1', { after: 30, notify: [person(ANA), role('manager')] }),
      ]),
    ]);
    const it = watched(own);
    it.at(0);
    acknowledge(it, 1);
    expect(nextSteps(own, it.escalation, it.situation).map(({ level }) => level)).toEqual(['L3']);

    const result = escalateByHand(own, it.escalation, it.situation, { ...by, by: ANA }, T0 + 2 * MINUTE);
    if (result.ok) for (const event of result.value) it.happens(2, event);
    expect(it.told.map(words).slice(-2)).toEqual(['escalated', `L3 → manager but not ${ANA}`]);
    expect(escalateByHand(own, it.escalation, it.situation, by, T0 + MINUTE)).toMatchObject({ ok: false });
  });

  it('a page that somebody asked for is sent whoever acknowledges meanwhile', () => {
    const it = watched(LADDER);
    const result = escalateByHand(LADDER, it.escalation, it.situation, by, T0);
    if (result.ok) for (const event of result.value) it.happens(0, event);
    acknowledge(it, 1);
    const [page] = it.escalation.pages;

    expect(page && judgePage(LADDER, it.escalation, it.situation, page, T0 + MINUTE)).toEqual({
      kind: 'send',
      except: ANA,
    });
  });

  it('is refused for what is over', () => {
    const escalation = begun(LADDER, FIRED, T0);
    expect(escalateByHand(LADDER, escalation, { ...FIRED, status: 'resolved' }, by, T0)).toMatchObject({ ok: false });
  });
});

describe('what a person sees', () => {
  it('what comes next, with how often and unless what', () => {
    const it = watched(LADDER);
    it.at(0);
    expect(comingOf(LADDER, it.escalation, it.situation, T0)).toMatchObject([
      { kind: 'page', level: 'L1', at: T0 + 5 * MINUTE, repeat: 1, left: 1, unless: 'acknowledged' },
      { kind: 'page', level: 'L2', at: T0 + 15 * MINUTE, repeat: 0, left: 0, notify: [role('lead')] },
      { kind: 'page', level: 'L3', at: T0 + 30 * MINUTE },
    ]);
  });

  it('the end of the path goes to the channel too', () => {
    const ending = policy([path([step('page/L1.1')], { end: { everyMs: 30 * MINUTE, times: 2 } })]);
    const it = watched(ending);
    it.at(0);
    expect(comingOf(ending, it.escalation, it.situation, T0)).toMatchObject([{ isOfEnd: true, left: 1 }]);
    expect(it.at(30)).toEqual(['L1 again (1) → on-call, the channel']);
  });

  it('why a step has no time', () => {
    const slow = { query: 'latency', expect: { kind: 'text', equals: 'slow' }, forMs: MINUTE } as const;
    const all = policy([
      path([
        step('page/done.1'),
        step('page/worse.1', { severities: ['P0'] }),
        step('page/value.1', { value: slow, until: 'resolved' }),
        step('page/alarm.1', { isFiring: true }),
        step('page/next.1', { after: 9 }),
      ]),
      path([step('other/L1.1')], { name: 'other', scope: { ...path([]).scope, classes: ['drift'] } }),
    ]);
    const it = watched(all, { isFiring: false });
    it.at(0);
    const seen = outlook(all, it.escalation, it.situation, T0);
    expect(seen.map(({ next }) => (next.kind === 'waiting' ? next.for : next.kind))).toEqual([
      'done',
      { kind: 'severity', severities: ['P0'] },
      { kind: 'value', condition: slow },
      { kind: 'alarm' },
      'at',
    ]);
    acknowledge(it, 1);
    expect(outlook(all, it.escalation, it.situation, T0).at(-1)?.next).toEqual({
      kind: 'waiting',
      for: { kind: 'ended', by: 'acknowledged' },
    });
  });

  it('the question to the owner, and what follows when they do not answer', () => {
    const asking = policy([], { progress: ASKING });
    const it = acknowledge(watched(asking), 0);
    expect(comingOf(asking, it.escalation, it.situation, T0)).toEqual([
      { kind: 'question', at: T0 + 30 * MINUTE, owner: ANA },
    ]);
    it.at(30);
    expect(comingOf(asking, it.escalation, it.situation, T0)).toEqual([
      { kind: 'unacknowledgement', at: T0 + 40 * MINUTE, owner: ANA },
    ]);
  });

  it('what happened: each page with what became of it', () => {
    const it = watched(policy([path([step('page/L1.1', { notify: [role('on-call'), CHANNEL] })])]));
    it.at(0);
    const page = it.escalation.pages[0]?.id ?? '';
    const why = 'this person takes no messages';
    it.happens(0, { type: 'page_failed', page, target: 'role:on-call', way: 0, why, isUsable: false, isLast: false });
    it.happens(0, { type: 'page_sent', page, target: 'role:on-call', way: 1 });
    acknowledge(it, 2);

    expect(pastOf(it.told)).toMatchObject([
      { kind: 'page', at: T0, page: { level: 'L1' }, failed: [{ why }], sent: [{ way: 1 }], dropped: null },
      { kind: 'acknowledged', by: ANA },
    ]);
  });
});
