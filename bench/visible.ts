import { serviceIn } from './services.ts';
import type { SlackCall } from './slack/calls.ts';

/** How many alarms a message tells of: itself, its count of members, or all alarms of a storm; `null` when it is about none. */
export function alarmsIn(text: string): number | null {
  const counted = /\b(?<count>[\d,]+) alarms\b(?=:| wait for)/.exec(text)?.groups?.count;
  if (counted !== undefined) return Number(counted.replaceAll(',', ''));
  return isSummary(text) || /\b1 alarm wait/.test(text) || serviceIn(text) !== null ? 1 : null;
}

export function isSummary(text: string): boolean {
  return text.startsWith('Alarm storm: ');
}

/** A moment, and how many alarms could be seen in the channel from then on. */
export interface Step {
  readonly at: number;
  readonly visible: number;
}

/**
 * What could be seen in one channel as its messages came. A summary counts the incidents without a card, so a card that
 * comes after it adds nothing until the next summary: nothing is counted twice.
 */
export function visibleOver(calls: readonly SlackCall[]): Step[] {
  const cards = new Map<string, number>();
  const inSummary = new Map<string, number>();
  let summary = 0;
  let best = 0;

  return calls.flatMap(({ at, text, ok, inThread }) => {
    const count = alarmsIn(text);
    if (!ok || inThread || count === null) return [];
    if (isSummary(text)) {
      summary = count;
      inSummary.clear();
    } else {
      const service = serviceIn(text) ?? '';
      if (!cards.has(service) && summary > 0) inSummary.set(service, count);
      cards.set(service, count);
    }
    const onCards = [...cards].reduce((all, [service, one]) => all + one - (inSummary.get(service) ?? 0), 0);
    best = Math.max(best, summary + onCards);
    return [{ at, visible: best }];
  });
}

/** For each alarm, in the order sent, how long until that many could be seen; infinite for those that never were. */
export function waits(sentAt: readonly number[], steps: readonly Step[]): number[] {
  let next = 0;
  return sentAt.map((sent, i) => {
    while ((steps[next]?.visible ?? Number.POSITIVE_INFINITY) <= i) next++;
    return Math.max(0, (steps[next]?.at ?? Number.POSITIVE_INFINITY) - sent);
  });
}
