import type { Override, Rotation, Span } from '../../src/domain/rotation.ts';
import { type Duty, duties } from '../../src/oncall/duties.ts';

/** A span in which somebody else is on call than before; `null`: nobody. */
export interface Moved extends Span {
  readonly was: string | null;
  readonly is: string | null;
}

/** What changes for people from one moment to another (epoch ms) when a rotation becomes another one: what an edited file does. */
export function movedBy(
  before: Rotation,
  after: Rotation,
  overrides: readonly Override[],
  from: number,
  to: number,
): Moved[] {
  const [old, now] = [duties(before, overrides, from, to), duties(after, overrides, from, to)];
  const bounds = [...new Set([from, to, ...[...old, ...now].flatMap((duty) => [duty.from, duty.to])])];
  const [was, is] = [walker(old), walker(now)];

  const moved: Moved[] = [];
  for (const [i, at] of bounds.sort((a, b) => a - b).entries()) {
    const change = { from: at, to: bounds[i + 1] ?? to, was: was(at), is: is(at) };
    const last = moved.at(-1);
    if (change.was === change.is || change.from >= change.to) continue;
    if (last && last.to === at && last.was === change.was && last.is === change.is) {
      moved[moved.length - 1] = { ...last, to: change.to };
    } else {
      moved.push(change);
    }
  }
  return moved;
}

/** Who is on call at moments that are asked for in order. */
function walker(list: readonly Duty[]): (at: number) => string | null {
  let next = 0;
  return (at) => {
    while (next < list.length && (list[next]?.to ?? 0) <= at) next++;
    const duty = list[next];
    return duty && duty.from <= at ? duty.person : null;
  };
}
