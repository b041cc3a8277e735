import type { Layer, WallTime } from '../domain/rotation.ts';

/** Turns during which the same seats take part. */
interface Stretch {
  /** Number of its first turn. */
  readonly first: number;
  /** Places in the list of seats, in order. */
  readonly seats: readonly number[];
  /** Which of `seats` has the first turn. */
  readonly lead: number;
}

/**
 * Who has which turn: turn `n` goes to the first person after the one who had turn `n - 1`, in the order of the list, whose seat is open
 * when it begins. Where nobody comes or goes that is `n` modulo the number of people, counted from the start of the layer, so nothing needs to
 * be remembered. `null`: nobody's, no seat is open.
 */
export function rosterOf(layer: Layer): (turn: number) => string | null {
  const stretches = stretchesOf(layer);
  return (turn) => {
    const { seats, lead, first } = stretches.findLast((one) => one.first <= turn) ?? { seats: [], lead: 0, first: 0 };
    const seat = seats[(lead + turn - first) % seats.length];
    return seat === undefined ? null : (layer.seats[seat]?.person ?? null);
  };
}

function stretchesOf(layer: Layer): Stretch[] {
  const opens = layer.seats.map(({ from }) => (from === null ? 0 : firstTurnFrom(layer, from)));
  const closes = layer.seats.map(({ until }) =>
    until === null ? Number.POSITIVE_INFINITY : firstTurnFrom(layer, until),
  );
  const firsts = [...new Set([0, ...opens, ...closes])].filter(Number.isFinite).sort((a, b) => a - b);

  const stretches: Stretch[] = [];
  let last = -1; // the seat that had the turn before
  for (const [i, first] of firsts.entries()) {
    const seats = layer.seats.flatMap((_, seat) => {
      const isOpen = (opens[seat] ?? 0) <= first && (closes[seat] ?? 0) > first;
      return isOpen ? [seat] : [];
    });
    const next = seats.findIndex((seat) => seat > last);
    const lead = Math.max(next, 0);
    stretches.push({ first, seats, lead });
    const turns = (firsts[i + 1] ?? first + 1) - first;
    last = seats[(lead + turns - 1) % seats.length] ?? last;
  }
  return stretches;
}

/** The number of the first turn that begins at a time or after it. */
export function firstTurnFrom({ start, turnMs }: Pick<Layer, 'start' | 'turnMs'>, time: WallTime): number {
  return Math.max(0, Math.ceil((time - start) / turnMs));
}
