import type { Span } from '../domain/rotation.ts';

/** The parts of pieces that lie within bounds; empty ones are left out. */
export function clipped<T extends Span>(pieces: readonly T[], { from, to }: Span): T[] {
  return pieces
    .map((piece) => ({ ...piece, from: Math.max(piece.from, from), to: Math.min(piece.to, to) }))
    .filter((piece) => piece.from < piece.to);
}

/** The same time in the fewest spans, in order. */
export function united(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { from, to } of spans.toSorted(byTime)) {
    const last = result.at(-1);
    if (!last || from > last.to) result.push({ from, to });
    else if (to > last.to) result[result.length - 1] = { from: last.from, to };
  }
  return result;
}

/** What is left of pieces outside of holes. Both are in order and do not overlap among themselves. */
export function without<T extends Span>(pieces: readonly T[], holes: readonly Span[]): T[] {
  let passed = 0; // holes that end before the piece begins, and so before all after it
  return pieces.flatMap((piece) => {
    while ((holes[passed]?.to ?? Number.POSITIVE_INFINITY) <= piece.from) passed++;
    return partsLeft(piece, holes, passed);
  });
}

function partsLeft<T extends Span>(piece: T, holes: readonly Span[], first: number): T[] {
  const parts: T[] = [];
  let { from } = piece;
  for (let i = first; (holes[i]?.from ?? Number.POSITIVE_INFINITY) < piece.to; i++) {
    const hole = holes[i] ?? piece;
    parts.push({ ...piece, from, to: hole.from });
    from = hole.to;
  }
  return [...parts, { ...piece, from }].filter((part) => part.from < part.to);
}

/** The parts of pieces that lie within spans. Both are in order and do not overlap among themselves. */
export function within<T extends Span>(pieces: readonly T[], spans: readonly Span[]): T[] {
  const bounds = { from: pieces[0]?.from ?? 0, to: pieces.at(-1)?.to ?? 0 };
  return without(pieces, without([bounds], spans));
}

/** What lies on top hides what is below it. */
export function laidOver<T extends Span>(below: readonly T[], top: readonly T[]): T[] {
  return [...without(below, top), ...top].sort(byTime);
}

export function byTime(a: Span, b: Span): number {
  return a.from - b.from || a.to - b.to;
}
