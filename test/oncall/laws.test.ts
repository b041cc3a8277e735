import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hours, Layer, Override, Rotation, Seat, Span } from '../../src/domain/rotation.ts';
import { handOffs, lastHandOff, nextHandOff } from '../../src/oncall/hand-off.ts';
import { gaps, shifts, whoIsOnCall } from '../../src/oncall/shifts.ts';
import { turnAt, turnStart } from '../../src/oncall/turns.ts';
import { wallOf } from '../../src/oncall/zone.ts';
import { ANA, BEN, CAT, DAN, DAY, HOUR, layer, MINUTE, rotation, WEEK } from './given.ts';
import { movedBy } from './moved-by.ts';
import { clockIn } from './wall-clock.ts';
import { withPeople } from './with-people.ts';

const zones = fc.constantFrom(
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/Santiago', 'Africa/Cairo', 'Asia/Kathmandu'],
  ...[
    'Australia/Lord_Howe',
    'Pacific/Kiritimati',
    'Pacific/Apia',
    'America/St_Johns',
    'Pacific/Niue',
    'Antarctica/Troll',
  ],
);
const BEGIN = Date.UTC(2011, 6, 1);
const moments = fc.integer({ min: 0, max: (1.5 * 365 * DAY) / MINUTE }).map((minutes) => BEGIN + minutes * MINUTE);
const lengths = fc.integer({ min: 1, max: 30 * 24 * 60 }).map((minutes) => minutes * MINUTE);
const spans: fc.Arbitrary<Span> = fc.tuple(moments, lengths).map(([from, length]) => ({ from, to: from + length }));
const people = fc.constantFrom(ANA, BEN, CAT, DAN);

const seats: fc.Arbitrary<Seat> = fc.record({
  person: people,
  from: fc.option(moments, { freq: 1 }),
  until: fc.option(moments, { freq: 1 }),
});
const hours: fc.Arbitrary<Hours> = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  from: fc.integer({ min: 0, max: 1_439 }),
  minutes: fc.integer({ min: 1, max: 7 * 1_440 }),
});
const layers: fc.Arbitrary<Layer> = fc.record({
  name: fc.constant('layer'),
  zone: zones,
  seats: fc.array(seats, { maxLength: 5 }),
  turnMs: fc.constantFrom(HOUR, 5 * HOUR, 12 * HOUR, DAY, 3 * DAY, WEEK, 2 * WEEK),
  start: fc.integer({ min: -200 * 24 * 60, max: 200 * 24 * 60 }).map((minutes) => BEGIN + minutes * MINUTE),
  until: fc.option(moments, { freq: 1 }),
  hours: fc.array(hours, { maxLength: 3 }),
});
const rotations: fc.Arbitrary<Rotation> = fc
  .array(layers, { maxLength: 3 })
  .map((list) => rotation(...list.map((one, i) => ({ ...one, name: `layer-${i + 1}` }))));
const overrides: fc.Arbitrary<Override[]> = fc
  .array(fc.record({ span: spans, person: people, madeAt: fc.integer({ min: 0, max: 3 }) }), { maxLength: 5 })
  .map((list) =>
    list.map(({ span, person, madeAt }, i) => ({
      ...{ id: `o${i}`, rotation: 'payments', person, by: DAN, madeAt, note: '' },
      ...span,
    })),
  );

/** The beginnings, the ends and the moments before them, where mistakes are made. */
function edgesOf(pieces: readonly Span[]): number[] {
  return pieces.flatMap(({ from, to }) => [from, from - 1, to, to - 1]);
}

describe('laws of being on call', () => {
  it('shifts and gaps tile the time: in order, never two at once, nothing left', () => {
    fc.assert(
      fc.property(rotations, overrides, spans, (one, covers, { from, to }) => {
        const pieces = [...shifts(one, covers, from, to), ...gaps(one, covers, from, to)].sort(
          (a, b) => a.from - b.from,
        );

        expect(pieces.map((piece) => piece.from)).toEqual([from, ...pieces.slice(0, -1).map((piece) => piece.to)]);
        expect(pieces.at(-1)?.to).toBe(to);
        expect(pieces.filter((piece) => piece.from >= piece.to)).toEqual([]);
      }),
    );
  });

  it('who is on call at a moment is who has the shift of that moment, for the same reason', () => {
    fc.assert(
      fc.property(
        rotations,
        overrides,
        spans,
        fc.array(lengths, { maxLength: 5 }),
        (one, covers, { from, to }, some) => {
          const list = shifts(one, covers, from, to);
          const asked = [
            ...edgesOf(list),
            ...edgesOf(gaps(one, covers, from, to)),
            ...some.map((length) => from + length),
          ];

          for (const at of asked.filter((moment) => moment >= from && moment < to).slice(0, 60)) {
            const shift = list.find((piece) => piece.from <= at && at < piece.to);
            expect(whoIsOnCall(one, covers, at)).toEqual(shift ? { person: shift.person, by: shift.by } : null);
          }
        },
      ),
    );
  });

  it('it does not matter where one begins to look, or stops', () => {
    fc.assert(
      fc.property(
        rotations,
        overrides,
        spans,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (one, covers, span, part) => {
          const { from, to } = span;
          const middle = Math.floor(from + (to - from) * part);
          const two = [...shifts(one, covers, from, middle), ...shifts(one, covers, middle, to)];
          const whole = shifts(one, covers, from, to).flatMap((shift) =>
            shift.from < middle && middle < shift.to
              ? [
                  { ...shift, to: middle },
                  { ...shift, from: middle },
                ]
              : [shift],
          );

          expect(two).toEqual(whole);
        },
      ),
    );
  });

  it('an override wins for its span and changes nothing outside of it', () => {
    fc.assert(
      fc.property(rotations, overrides, spans, lengths, (one, covers, span, more) => {
        const override: Override = {
          id: 'new',
          rotation: 'payments',
          person: DAN,
          by: DAN,
          madeAt: 4,
          note: '',
          ...span,
        };
        const all = [override, ...covers];

        expect(shifts(one, all, span.from, span.to)).toEqual([
          { ...span, person: DAN, by: { kind: 'override', id: 'new' } },
        ]);
        expect(shifts(one, all, span.from - more, span.from)).toEqual(shifts(one, covers, span.from - more, span.from));
        expect(shifts(one, all, span.to, span.to + more)).toEqual(shifts(one, covers, span.to, span.to + more));
      }),
    );
  });

  it('overrides of other rotations and those without time change nothing', () => {
    fc.assert(
      fc.property(rotations, overrides, spans, (one, covers, { from, to }) => {
        const others = covers.map((cover) => ({ ...cover, rotation: 'search' }));
        const empty = covers.map((cover) => ({ ...cover, to: cover.from }));

        expect(shifts(one, [...others, ...empty], from, to)).toEqual(shifts(one, [], from, to));
      }),
    );
  });

  it('turns begin at the local time of the hand-off, or right after it where clocks skip it', () => {
    fc.assert(
      fc.property(zones, moments, fc.constantFrom(DAY, 3 * DAY, WEEK), moments, (zone, start, turnMs, from) => {
        const one = layer({ zone, start, turnMs }, ANA, BEN, CAT);
        const handOff = new Date(start).toISOString().slice(11, 16);

        for (const shift of shifts(rotation(one), [], from, from + 60 * DAY).slice(1)) {
          const clock = clockIn(zone, shift.from);
          if (clock.slice(11) === handOff) continue;
          expect(clockIn(zone, shift.from - 1) < `${clock.slice(0, 11)}${handOff}`).toBe(true);
          expect(wallOf(zone, shift.from) - wallOf(zone, shift.from - 1)).toBeGreaterThan(1); // they are set just then
        }
      }),
    );
  });

  it('everybody has as many turns as the others, give or take one', () => {
    fc.assert(
      fc.property(zones, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 }), (zone, count, turns) => {
        const names = Array.from({ length: count }, (_, i) => `U0P${i}`);
        const one = layer({ zone, turnMs: WEEK }, ...names);
        const list = shifts(rotation(one), [], turnStart(one, 0), turnStart(one, turns));
        const counted = names.map((name) => list.filter(({ person }) => person === name).length);

        expect(list).toHaveLength(turns);
        expect(Math.max(...counted) - Math.min(...counted)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('laws of hand-offs', () => {
  const personAt = (one: Rotation, covers: readonly Override[], at: number) =>
    whoIsOnCall(one, covers, at)?.person ?? null;

  it('each is from who was on call to who is, and between two nobody changes', () => {
    fc.assert(
      fc.property(rotations, overrides, spans, (one, covers, { from, to }) => {
        const found = handOffs(one, covers, from, to);

        for (const handOff of found.slice(0, 20)) {
          expect(handOff.from).not.toBe(handOff.to);
          expect(handOff.from).toBe(personAt(one, covers, handOff.at - 1));
          expect(handOff.to).toBe(personAt(one, covers, handOff.at));
          expect(handOff.at > from && handOff.at <= to).toBe(true);
        }
        const states = [personAt(one, covers, from), ...found.map((handOff) => handOff.to)];
        expect(found.map((handOff) => handOff.from)).toEqual(states.slice(0, -1));
        expect(states.at(-1)).toBe(personAt(one, covers, to));
      }),
    );
  });

  it('the next one is the first of those to come, and the last one is the newest of those that were', () => {
    fc.assert(
      fc.property(rotations, overrides, moments, (one, covers, at) => {
        expect(nextHandOff(one, covers, at)).toEqual(handOffs(one, covers, at, at + 400 * DAY)[0] ?? null);
        expect(lastHandOff(one, covers, at)).toEqual(handOffs(one, covers, at - 400 * DAY, at).at(-1) ?? null);
      }),
      { numRuns: 30 },
    );
  });
});

describe('laws of edited lists', () => {
  const lists: fc.Arbitrary<string[]> = fc.uniqueArray(
    fc.constantFrom<string[]>(ANA, BEN, CAT, DAN, 'U0EVE', 'U0FAY'),
    { minLength: 1 },
  );
  const endless = layers.map((one) => ({ ...one, until: null, hours: [] }));

  it('nobody is moved before the next hand-off, and from then on the new list takes turns in its order', () => {
    fc.assert(
      fc.property(endless, lists, fc.integer({ min: 0, max: 400 * DAY }), (before, list, later) => {
        const now = turnStart(before, 0) + later;
        const turn = turnAt(before, now) ?? 0;
        const after = withPeople(before, list, now);
        const [first, next] = [turnStart(before, 0), turnStart(before, turn + 1)];

        expect(movedBy(rotation(before), rotation(after), [], Math.max(first, next - 90 * DAY), next)).toEqual([]);
        const round = Array.from({ length: list.length }, (_, i) => turnStart(before, turn + 1 + i));
        const turns = round.filter((at, i) => at < (round[i + 1] ?? Number.POSITIVE_INFINITY)); // clocks may skip a turn
        const had = turns.map((at) => whoIsOnCall(rotation(after), [], at)?.person ?? '');
        const place = list.indexOf(had[0] ?? '');
        if (turns.length === list.length) expect(had).toEqual([...list.slice(place), ...list.slice(0, place)]);
      }),
    );
  });

  it('the present one has the last turn of the new round, if they stay', () => {
    fc.assert(
      fc.property(lists, lists, fc.integer({ min: 0, max: 50 }), (old, list, turn) => {
        const before = layer({ zone: 'UTC' }, ...old);
        const present = old[turn % old.length] ?? '';
        const after = withPeople(before, list, turnStart(before, turn) + HOUR);
        const last = whoIsOnCall(rotation(after), [], turnStart(after, turn + list.length));

        if (list.includes(present)) expect(last?.person).toBe(present);
      }),
    );
  });

  it('who has left may be taken out of such a list: that moves nobody', () => {
    fc.assert(
      fc.property(endless, lists, lists, fc.tuple(lengths, lengths), (before, first, second, [early, late]) => {
        const begin = turnStart(before, 0);
        const after = withPeople(withPeople(before, first, begin + early), second, begin + early + late);
        const now = turnStart(before, (turnAt(before, begin + early + late) ?? 0) + 1);
        const tidied = { ...after, seats: after.seats.filter(({ until }) => until === null) };

        expect(movedBy(rotation(after), rotation(tidied), [], now, now + 90 * DAY)).toEqual([]);
      }),
    );
  });

  it('what is told to be moved is what is, and nothing else', () => {
    fc.assert(
      fc.property(rotations, rotations, overrides, spans, (before, after, covers, { from, to }) => {
        const moved = movedBy(before, after, covers, from, to);
        const asked = [
          ...edgesOf(moved),
          ...edgesOf(shifts(before, covers, from, to)),
          ...edgesOf(shifts(after, covers, from, to)),
        ];

        for (const at of asked.filter((moment) => moment >= from && moment < to).slice(0, 40)) {
          const [was, is] = [before, after].map((one) => whoIsOnCall(one, covers, at)?.person ?? null);
          const told = moved.find((span) => span.from <= at && at < span.to);
          expect(told && [told.was, told.is]).toEqual(was === is ? undefined : [was, is]);
        }
      }),
    );
  });
});
