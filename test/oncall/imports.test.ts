import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RotationEntry } from '../../src/config/file-rotations.ts';
import { rotationEntry, toRotation } from '../../src/config/to-rotation.ts';
import type { Result } from '../../src/domain/result.ts';
import type { ImportedSchedule } from '../../src/oncall/imported.ts';
import { fromOpsgenie } from '../../src/oncall/opsgenie.ts';
import { fromPagerDuty } from '../../src/oncall/pagerduty.ts';
import { whoIsOnCall } from '../../src/oncall/shifts.ts';
import { ANA, at, BEN, CAT, DAN } from './given.ts';

const NOW = at('2026-11-23T12:00-05:00');
const PEOPLE = { 'ana@example.com': ANA, 'Ben Miller': BEN, PCAT123: CAT, 'dan@example.com': DAN };

function imported(result: Result<ImportedSchedule>): ImportedSchedule {
  if (!result.ok) throw new Error(result.rejection.message);
  return result.value;
}

function whoAt({ rotations, overrides }: ImportedSchedule, moment: string, which = 0): string | undefined {
  const rotation = rotations[which];
  return rotation && whoIsOnCall(rotation, overrides, at(moment))?.person;
}

const pdUser = (id: string, summary: string, email?: string) => ({
  user: { id, type: 'user_reference', summary, email },
});
const [pdAna, pdBen, pdCat] = [
  pdUser('PANA', 'Ana S', 'ana@example.com'),
  pdUser('PBEN', 'Ben Miller'),
  pdUser('PCAT123', 'Cat'),
];

function pdLayer(changes: object = {}) {
  return {
    id: 'PL1',
    name: 'Layer 1',
    start: '2026-01-05T09:00:00-05:00',
    end: null,
    rotation_virtual_start: '2026-01-05T09:00:00-05:00',
    rotation_turn_length_seconds: 604_800,
    users: [pdAna, pdBen],
    restrictions: [],
    ...changes,
  };
}

function pagerDuty(layers: readonly object[], changes: object = {}) {
  return {
    schedule: {
      id: 'PS1',
      name: 'Payments Primary',
      time_zone: 'America/New_York',
      schedule_layers: layers,
      ...changes,
    },
  };
}

describe('a schedule of PagerDuty', () => {
  it('has the same people on call, over changes of clocks', () => {
    const schedule = imported(fromPagerDuty(pagerDuty([pdLayer()]), PEOPLE, NOW));

    expect(schedule).toMatchObject({ warnings: [], unknownPeople: [], overrides: [] });
    expect(schedule.rotations).toMatchObject([
      { name: 'payments-primary', title: 'Payments Primary', zone: 'America/New_York' },
    ]);
    expect(whoAt(schedule, '2026-01-05T09:00-05:00')).toBe(ANA);
    expect(whoAt(schedule, '2026-07-06T08:59-04:00')).toBe(BEN);
    expect(whoAt(schedule, '2026-07-06T09:00-04:00')).toBe(ANA); // 26 weeks later, at nine in summer
  });

  it('may be the schedule itself', () => {
    expect(imported(fromPagerDuty(pagerDuty([pdLayer()]).schedule, PEOPLE, NOW)).rotations).toHaveLength(1);
  });

  it('has restrictions by the day and by the week', () => {
    const nights = { type: 'daily_restriction', start_time_of_day: '22:00:00', duration_seconds: 28_800 };
    const weekend = {
      type: 'weekly_restriction',
      start_time_of_day: '17:00:00',
      duration_seconds: 230_400,
      start_day_of_week: 5,
    };
    const schedule = imported(fromPagerDuty(pagerDuty([pdLayer({ restrictions: [nights, weekend] })]), PEOPLE, NOW));

    expect(schedule.rotations[0]?.layers[0]?.hours).toEqual([
      { days: [1, 2, 3, 4, 5, 6, 7], from: 1_320, minutes: 480 },
      { days: [5], from: 1_020, minutes: 3_840 },
    ]);
  });

  it('counts turns from the virtual start, and begins later', () => {
    const later = pdLayer({ start: '2026-12-14T09:00:00-05:00', users: [pdAna, pdBen, pdCat] });
    const schedule = imported(fromPagerDuty(pagerDuty([later]), PEOPLE, NOW));

    expect(whoAt(schedule, '2026-12-14T08:59-05:00')).toBeUndefined();
    expect(whoAt(schedule, '2026-12-14T09:00-05:00')).toBe(BEN); // after 49 weeks of three people
    expect(whoAt(schedule, '2026-12-21T09:00-05:00')).toBe(CAT);
    expect(schedule.warnings).toEqual([]);
  });

  it('that began in the middle of a turn, long ago, needs no word', () => {
    const schedule = imported(fromPagerDuty(pagerDuty([pdLayer({ start: '2026-02-04T12:00:00-05:00' })]), PEOPLE, NOW));

    expect(schedule.warnings).toEqual([]);
    expect(whoAt(schedule, '2026-11-23T12:00-05:00')).toBe(ANA); // after 46 weeks of two people
  });

  it('that begins in the middle of a turn says so', () => {
    const later = pdLayer({ start: '2026-12-09T09:00:00-05:00' });

    expect(imported(fromPagerDuty(pagerDuty([later]), PEOPLE, NOW)).warnings).toEqual([
      expect.stringMatching(
        /^Layer layer-1: it begins in the middle of a turn there, on Wed 9 Dec 2026 09:00; here the whole turn counts/,
      ),
    ]);
  });

  describe('with layers that overlap', () => {
    const layers = [pdLayer({ name: 'A', users: [pdAna] }), pdLayer({ name: 'B', users: [pdBen] })];
    const final = (user: object) => ({
      final_schedule: {
        rendered_schedule_entries: [{ start: '2026-11-23T09:00:00-05:00', end: '2026-11-30T09:00:00-05:00', ...user }],
      },
    });

    it.each([
      ['the first', pdAna, ANA],
      ['the last', pdBen, BEN],
    ])('has %s as the strongest where the final schedule says so', (_, user, person) => {
      const schedule = imported(fromPagerDuty(pagerDuty(layers, final(user)), PEOPLE, NOW));

      expect(whoAt(schedule, '2026-11-24T09:00-05:00')).toBe(person);
      expect(schedule.warnings).toEqual([]);
    });

    it('says that it guessed where nothing tells', () => {
      expect(imported(fromPagerDuty(pagerDuty(layers), PEOPLE, NOW)).warnings).toEqual([
        expect.stringMatching(/^The file does not say which layer is the stronger one .* with since and until/),
      ]);
    });
  });

  it('brings its overrides along that are not over', () => {
    const entry = (id: string, start: string, end: string) => ({ id, start, end, ...pdCat });
    const entries = [
      entry('Q1', '2026-11-20T09:00:00-05:00', '2026-11-21T09:00:00-05:00'),
      entry('Q2', '2026-11-25T09:00:00-05:00', '2026-11-26T09:00:00-05:00'),
    ];
    const schedule = imported(
      fromPagerDuty(
        pagerDuty([pdLayer()], { overrides_subschedule: { rendered_schedule_entries: entries } }),
        PEOPLE,
        NOW,
      ),
    );

    expect(schedule.overrides).toMatchObject([
      { rotation: 'payments-primary', person: CAT, from: at('2026-11-25T09:00-05:00') },
    ]);
    expect(whoAt(schedule, '2026-11-25T12:00-05:00')).toBe(CAT);
  });

  it('keeps the place of somebody whom Slack does not know, and names them', () => {
    const users = [pdAna, pdUser('PZOE', 'Zoe', 'zoe@example.com'), pdBen];
    const schedule = imported(fromPagerDuty(pagerDuty([pdLayer({ users })]), PEOPLE, NOW));

    expect(schedule.unknownPeople).toEqual(['zoe@example.com']);
    expect(schedule.rotations[0]?.layers[0]?.seats.map(({ person }) => person)).toEqual([ANA, 'zoe@example.com', BEN]);
  });

  it.each([
    ['is over', { end: '2026-02-01T09:00:00-05:00' }, /ended on Sun 1 Feb 2026 09:00/],
    ['has turns of odd length', { rotation_turn_length_seconds: 5_000 }, /turns are not whole hours long/],
    ['has nobody', { users: [] }, /nobody is in it/],
    ['has no beginning', { start: 'soon', rotation_virtual_start: null }, /does not say when it begins/],
  ])('leaves out a layer that %s, and says so', (_, changes, words) => {
    const schedule = imported(
      fromPagerDuty(pagerDuty([pdLayer(changes), pdLayer({ name: 'Night (EU)' })]), PEOPLE, NOW),
    );

    expect(schedule.warnings).toEqual([expect.stringMatching(words)]);
    expect(schedule.rotations[0]?.layers.map(({ name }) => name)).toEqual(['night-eu']);
  });

  it('tells a restriction that it cannot read', () => {
    const odd = { type: 'lunar_restriction', start_time_of_day: '22:00:00', duration_seconds: 28_800 };

    expect(imported(fromPagerDuty(pagerDuty([pdLayer({ restrictions: [odd] })]), PEOPLE, NOW)).warnings).toEqual([
      expect.stringMatching(/lunar_restriction\) cannot be read/),
    ]);
  });

  it.each([
    ['something else', { incidents: [] }, /has no schedule_layers/],
    ['nothing', null, /has no schedule_layers/],
    [
      'a zone of its own',
      pagerDuty([pdLayer()], { time_zone: 'Mars/Olympus' }),
      /"Mars\/Olympus" is none that is known/,
    ],
    ['nothing that is left', pagerDuty([pdLayer({ users: [] })]), /No layer of Payments Primary can be read/],
  ])('is refused when it is %s', (_, json, words) => {
    expect(fromPagerDuty(json, PEOPLE, NOW)).toMatchObject({
      ok: false,
      rejection: { message: expect.stringMatching(words) },
    });
  });
});

const ogUser = (username: string) => ({ type: 'user', id: `id-${username}`, username });

function ogRotation(changes: object = {}) {
  return {
    id: 'r1',
    name: 'Rota 1',
    startDate: '2026-01-05T14:00:00Z',
    type: 'weekly',
    length: 1,
    participants: [ogUser('ana@example.com'), ogUser('dan@example.com')],
    ...changes,
  };
}

function opsgenie(rotations: readonly object[], changes: object = {}) {
  return {
    data: { id: 's1', name: 'ops_team', timezone: 'America/New_York', enabled: true, rotations, ...changes },
    took: 0.1,
  };
}

describe('a schedule of Opsgenie', () => {
  it('has the same people on call', () => {
    const schedule = imported(fromOpsgenie(opsgenie([ogRotation()]), PEOPLE, NOW));

    expect(schedule).toMatchObject({ warnings: [], unknownPeople: [] });
    expect(schedule.rotations).toMatchObject([{ name: 'ops-team', title: 'ops_team', mayHaveGaps: false }]);
    expect(whoAt(schedule, '2026-01-12T09:00-05:00')).toBe(DAN);
    expect(whoAt(schedule, '2026-07-06T09:00-04:00')).toBe(ANA);
  });

  it.each([
    ['hourly', 12, 12],
    ['daily', 1, 24],
    ['daily', 3, 72],
    ['weekly', 2, 336],
  ])('of %s turns of %d has turns of %d hours', (type, length, hours) => {
    const schedule = imported(fromOpsgenie(opsgenie([ogRotation({ type, length })]), PEOPLE, NOW));

    expect(schedule.rotations[0]?.layers[0]?.turnMs).toBe(hours * 3_600_000);
  });

  const office = (startHour: number, endHour: number) => ({
    type: 'time-of-day',
    restriction: { startHour, startMin: 0, endHour, endMin: 0 },
  });

  it('whose rotations follow the sun becomes layers of one rotation', () => {
    const rotations = [
      ogRotation({ timeRestriction: office(8, 20) }),
      ogRotation({ name: 'Night', timeRestriction: office(20, 8) }),
    ];
    const schedule = imported(fromOpsgenie(opsgenie(rotations), PEOPLE, NOW));

    expect(schedule.rotations.map(({ layers }) => layers.map(({ name }) => name))).toEqual([['rota-1', 'night']]);
    expect(schedule.rotations[0]?.layers.map(({ hours }) => hours[0]?.minutes)).toEqual([720, 720]);
  });

  it('whose rotations overlap becomes rotations, since there everybody is on call at once', () => {
    const second = ogRotation({ name: 'Second', participants: [ogUser('dan@example.com')] });
    const schedule = imported(fromOpsgenie(opsgenie([ogRotation(), second]), PEOPLE, NOW));

    expect(schedule.rotations.map(({ name, mayHaveGaps }) => [name, mayHaveGaps])).toEqual([
      ['ops-team-rota-1', true],
      ['ops-team-second', true],
    ]);
    expect([0, 1].map((which) => whoAt(schedule, '2026-01-05T09:00-05:00', which))).toEqual([ANA, DAN]);
    expect(schedule.warnings).toEqual([
      expect.stringMatching(/overlap.*\(ops-team-rota-1, ops-team-second\).*name them together/),
    ]);
  });

  it('has restrictions by the week', () => {
    const timeRestriction = {
      type: 'weekday-and-time-of-day',
      restrictions: [
        { startDay: 'friday', startHour: 17, startMin: 30, endDay: 'monday', endHour: 9, endMin: 0 },
        { startDay: 'tuesday', startHour: 8, startMin: 0, endDay: 'tuesday', endHour: 18, endMin: 0 },
        { startDay: 'someday', startHour: 8, startMin: 0, endDay: 'tuesday', endHour: 18, endMin: 0 },
      ],
    };
    const schedule = imported(fromOpsgenie(opsgenie([ogRotation({ timeRestriction })]), PEOPLE, NOW));

    expect(schedule.rotations[0]?.layers[0]?.hours).toEqual([
      { days: [5], from: 1_050, minutes: 3_810 },
      { days: [2], from: 480, minutes: 600 },
    ]);
    expect(schedule.warnings).toEqual([expect.stringMatching(/1 of 3 time restrictions cannot be read/)]);
  });

  it.each([
    [
      'teams',
      { participants: [ogUser('ana@example.com'), { type: 'team', name: 'ops' }, { type: 'none' }] },
      {},
      /team, none among those/,
    ],
    ['what is over', { endDate: '2026-02-01T00:00:00Z' }, {}, /was left out: it ended on Sat 31 Jan 2026 19:00/],
    ['odd turns', { type: 'monthly' }, {}, /its turns \("monthly"\) are none that are known/],
    ['nobody', { participants: [] }, {}, /no person is in it/],
    ['what is switched off', {}, { enabled: false }, /ops_team is switched off/],
  ])('tells %s', (_, changes, whole, words) => {
    const other = { ...ogRotation({ name: 'Other' }), timeRestriction: office(8, 9) };
    const own = { ...ogRotation(changes), timeRestriction: office(9, 10) };

    expect(imported(fromOpsgenie(opsgenie([own, other], whole), PEOPLE, NOW)).warnings).toEqual([
      expect.stringMatching(words),
    ]);
  });

  it('is refused when it is something else', () => {
    expect(fromOpsgenie({ data: [] }, PEOPLE, NOW)).toMatchObject({ ok: false, rejection: { code: 'bad_input' } });
    expect(fromOpsgenie(opsgenie([ogRotation()], { timezone: '' }), PEOPLE, NOW)).toMatchObject({ ok: false });
  });
});

describe('what was imported', () => {
  const schedules = [
    fromPagerDuty(pagerDuty([pdLayer(), pdLayer({ name: 'B', start: '2026-12-07T09:00:00-05:00' })]), PEOPLE, NOW),
    fromOpsgenie(opsgenie([ogRotation({ type: 'hourly', length: 6 })]), PEOPLE, NOW),
  ];

  it.each(schedules)('is written into a service file and read again', (schedule) => {
    for (const rotation of imported(schedule).rotations) {
      expect(toRotation(rotation.name, RotationEntry.parse(rotationEntry(rotation)), 'UTC')).toEqual(rotation);
    }
  });

  it('is refused by the service file while somebody in it is not known', () => {
    const [rotation] = imported(fromPagerDuty(pagerDuty([pdLayer()]), {}, NOW)).rotations;

    expect(rotation && RotationEntry.safeParse(rotationEntry(rotation)).success).toBe(false);
  });

  it('never throws, whatever the file holds', () => {
    const field = fc.constantFrom(
      ...[
        'schedule',
        'data',
        'rotations',
        'schedule_layers',
        'time_zone',
        'timezone',
        'users',
        'user',
        'start',
        'startDate',
      ],
      ...[
        'restrictions',
        'timeRestriction',
        'participants',
        'type',
        'length',
        'final_schedule',
        'rendered_schedule_entries',
      ],
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom('UTC', 'weekly', '2026-11-23T09:00:00Z', 86_400, 'user'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(field, tie('value'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(value, (json) => {
        expect(typeof fromPagerDuty(json, PEOPLE, NOW).ok).toBe('boolean');
        expect(typeof fromOpsgenie(json, PEOPLE, NOW).ok).toBe('boolean');
      }),
    );
  });
});
