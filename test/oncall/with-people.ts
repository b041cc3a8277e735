import type { Layer, Seat } from '../../src/domain/rotation.ts';
import { firstTurnFrom, rosterOf } from '../../src/oncall/roster.ts';
import { turnAt, turnStart } from '../../src/oncall/turns.ts';

/**
 * The layer with other people from its next hand-off on: whoever is on call stays so until then, and all that has been stays as it was. The order
 * goes on after them: whoever stands after the present one in the new list is next, or, where that one leaves, whoever of
 * the new list would have been next; else the first of it. Before the layer begins, the list is simply replaced.
 */
export function withPeople(layer: Layer, people: readonly string[], now: number): Layer {
  const turn = turnAt(layer, now);
  if (turn === null) {
    const isOver = turnStart(layer, 0) <= now;
    return isOver ? layer : { ...layer, seats: people.map((person) => ({ person, from: null, until: null })) };
  }
  const at = layer.start + (turn + 1) * layer.turnMs;
  const kept = layer.seats
    .filter(({ from }) => from === null || firstTurnFrom(layer, from) <= turn)
    .map((seat): Seat => ({ ...seat, until: seat.until === null ? at : Math.min(seat.until, at) }));
  const joining = rotated(people, firstOf(layer, people, turn)).map((person) => ({ person, from: at, until: null }));
  return { ...layer, seats: [...kept, ...joining] };
}

/** Who of the new list has the turn after `turn`, by their place in it. */
function firstOf(layer: Layer, people: readonly string[], turn: number): number {
  const personOf = rosterOf(layer);
  const present = people.indexOf(personOf(turn) ?? '');
  if (present >= 0) return (present + 1) % people.length;
  for (let next = turn + 1; next <= turn + layer.seats.length; next++) {
    const place = people.indexOf(personOf(next) ?? '');
    if (place >= 0) return place;
  }
  return 0;
}

function rotated<T>(list: readonly T[], first: number): T[] {
  return [...list.slice(first), ...list.slice(0, first)];
}
