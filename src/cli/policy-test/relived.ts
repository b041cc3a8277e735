import { targetKey, type Way, wakes } from '../../domain/policy.ts';
import type { Calendar } from '../../domain/service.ts';
import { wallOf } from '../../oncall/zone.ts';
import type { PageEvent } from './relive.ts';
import { nameOf, wayWords } from './telling.ts';

/** Somebody is told once. */
export interface Told {
  /** Whom the policy names. */
  readonly who: string;
  readonly level: string;
  readonly way: string;
  /** Epoch ms. */
  readonly at: number;
  readonly isWoken: boolean;
  /** Whether it is night where the team works. */
  readonly isNight: boolean;
}

/** How one telling differs from one policy to the other. */
export type Change =
  | { readonly kind: 'same' | 'earlier' | 'later' | 'other way'; readonly before: Told; readonly after: Told }
  | { readonly kind: 'new'; readonly after: Told }
  | { readonly kind: 'not at all'; readonly before: Told };

/** Local hours in which nobody likes to be woken. */
const NIGHT = { from: 22, to: 7 } as const;

/** Everybody whom pages tell, one by one. */
export function toldBy(
  pages: readonly PageEvent[],
  { zone }: Pick<Calendar, 'zone'>,
): (Told & { readonly key: string })[] {
  return pages.flatMap(({ notify, via, level, at }) =>
    notify.map((target) => {
      const hour = new Date(wallOf(zone, at)).getUTCHours();
      return {
        key: targetKey(target),
        who: nameOf(target),
        level,
        way: target.kind === 'channel' ? 'post' : firstWay(via),
        at,
        isWoken: wakes({ notify: [target], via }),
        isNight: hour >= NIGHT.from || hour < NIGHT.to,
      };
    }),
  );
}

function firstWay([way]: readonly Way[]): string {
  return way ? wayWords(way) : '';
}

/** The bot is a moment late at times: what differs by less is the same. */
const SAME_MS = 60_000;

/** What changes for each of those who are told: their first telling is compared with their first, the second with the second. */
export function changesBetween(
  before: readonly (Told & { key: string })[],
  after: readonly (Told & { key: string })[],
): Change[] {
  const keys = [...new Set([...before, ...after].map(({ key }) => key))];
  const all = keys.flatMap((key) => {
    const [then, now] = [before.filter((one) => one.key === key), after.filter((one) => one.key === key)];
    return Array.from({ length: Math.max(then.length, now.length) }, (_, i) => changeOf(then[i], now[i]));
  });
  return all.flatMap((one) => one ?? []).toSorted((a, b) => timeOf(a) - timeOf(b));
}

function changeOf(before: Told | undefined, after: Told | undefined): Change | null {
  if (!before) return after ? { kind: 'new', after } : null;
  if (!after) return { kind: 'not at all', before };
  const apart = after.at - before.at;
  if (Math.abs(apart) >= SAME_MS) return { kind: apart < 0 ? 'earlier' : 'later', before, after };
  return { kind: before.way === after.way ? 'same' : 'other way', before, after };
}

function timeOf(change: Change): number {
  return 'after' in change ? change.after.at : change.before.at;
}
