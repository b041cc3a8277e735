import type { Override, Rotation, Span } from '../domain/rotation.ts';
import { gaps } from './shifts.ts';
import { momentWords, spanWords } from './words.ts';

/** How far the end of a gap is looked for after the time that is warned about. */
const END_LOOKED_FOR_MS = 32 * 86_400_000;

/** A time for which somebody has to be found. */
export interface GapWarning {
  readonly rotation: string;
  /** Epoch ms; the moment of asking where it has begun already. */
  readonly from: number;
  /** `null`: no end was found within a month. */
  readonly to: number | null;
  /** The same for as long as the gap begins at the same time: who has been told is not told again. `null` where it has begun already. */
  readonly key: string | null;
  readonly words: string;
}

/** The gaps that begin within `aheadMs` from now, in order; none where gaps are meant. Ask with days ahead, while somebody can still be found. */
export function gapWarnings(
  rotation: Rotation,
  overrides: readonly Override[],
  now: number,
  aheadMs: number,
): GapWarning[] {
  if (rotation.mayHaveGaps) return [];
  const end = now + aheadMs + END_LOOKED_FOR_MS;
  return gaps(rotation, overrides, now, end)
    .filter(({ from }) => from < now + aheadMs)
    .map((gap) => ({
      rotation: rotation.name,
      from: gap.from,
      to: gap.to === end ? null : gap.to,
      key: gap.from === now ? null : `gap:1:${rotation.name}:${gap.from}`,
      words: gapWords(rotation, gap, gap.to === end, gap.from === now),
    }));
}

function gapWords({ title, zone }: Rotation, gap: Span, isEndless: boolean, hasBegun: boolean): string {
  const mend = 'Override it with somebody, or add people to the rotation for this time.';
  if (isEndless) {
    const since = hasBegun ? 'now' : `from ${momentWords(zone, gap.from)} (${zone})`;
    return `${title}: nobody is on call ${since} and for a month at least. ${mend}`;
  }
  const when = hasBegun ? `now and until ${momentWords(zone, gap.to)} (${zone})` : `from ${spanWords(zone, gap)}`;
  return `${title}: nobody is on call ${when}. ${mend}`;
}
