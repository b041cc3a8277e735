import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Delivery,
  isLastAttempt,
  isUnsent,
  nextAttempt,
  nextAttemptAt,
  type Page,
  pageId,
  waysTo,
  withFailure,
  withSent,
} from '../../src/domain/page.ts';
import { targetKey } from '../../src/domain/policy.ts';
import { CHANNEL, DM, MAIL, role, SMS, T0 } from './escalation-given.ts';

const LEAD = 'role:lead';
const page = (via: Page['via'], ...targets: Delivery['target'][]): Page => ({
  id: pageId('INC-7', 1, 'page/L2.1', 0),
  step: 'page/L2.1',
  level: 'L2',
  repeat: 0,
  at: T0,
  via,
  deliveries: targets.map((target) => ({ target, attempts: [], isSent: false })),
  except: null,
  isByHand: false,
});

/** What is tried for the first target while everything fails: the way, and how many seconds after the page. */
function tried(of: Page, isUsable: (way: number) => boolean = () => true): string[] {
  const lines: string[] = [];
  let now = of;
  for (let i = 0; i < 50; i++) {
    const [delivery] = now.deliveries;
    const next = delivery && nextAttempt(now, delivery);
    if (!delivery || next?.kind !== 'send') return [...lines, next?.kind ?? 'nothing'];
    lines.push(`${waysTo(now, delivery)[next.way]?.kind} at ${(next.at - T0) / 1_000}`);
    now = withFailure(now, targetKey(delivery.target), { way: next.way, at: next.at, isUsable: isUsable(next.way) });
  }
  return lines;
}

describe('a page that cannot be delivered', () => {
  it('takes the next way at once, the first again after half a minute and two minutes, and is then given up', () => {
    expect(tried(page([DM, SMS], role('lead')))).toEqual([
      'dm at 0',
      'sms at 0',
      'dm at 30',
      'sms at 30',
      'dm at 150',
      'sms at 150',
      'given_up',
    ]);
  });

  it('does not try again what cannot work', () => {
    expect(tried(page([DM, SMS], role('lead')), (way) => way === 0)).toEqual([
      'dm at 0',
      'sms at 0',
      'dm at 30',
      'dm at 150',
      'given_up',
    ]);
    expect(tried(page([DM, SMS], role('lead')), () => false)).toEqual(['dm at 0', 'sms at 0', 'given_up']);
  });

  it('posts to a channel, whatever the ways of the step are', () => {
    expect(tried(page([SMS], CHANNEL), () => false)).toEqual(['post at 0', 'given_up']);
  });

  it('says of an attempt whether it was the last', () => {
    const two = page([DM, SMS], role('lead'));
    const first = { way: 0, at: T0, isUsable: false };
    expect(isLastAttempt(two, LEAD, first)).toBe(false);
    expect(isLastAttempt(withFailure(two, LEAD, first), LEAD, { ...first, way: 1 })).toBe(true);
  });
});

describe('a page to several', () => {
  const both = page([DM, SMS], role('lead'), CHANNEL);

  it('is on its way until each was reached or given up', () => {
    expect(nextAttemptAt(both)).toBe(T0);
    const half = withSent(both, LEAD);
    expect(isUnsent(half)).toBe(false);
    expect(nextAttemptAt(half)).toBe(T0);
    expect(nextAttemptAt(withSent(half, 'channel:'))).toBeNull();
  });

  it('fails for one without the other', () => {
    const failed = withFailure(both, LEAD, { way: 0, at: T0, isUsable: true });
    expect(failed.deliveries.map(({ attempts }) => attempts.length)).toEqual([1, 0]);
    expect(isUnsent(failed)).toBe(true);
  });
});

it('every way is tried three times at most, in time, and only usable ones again', () => {
  const ways = fc.subarray([DM, SMS, MAIL], { minLength: 1 });
  fc.assert(
    fc.property(ways, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (via, works) => {
      let now = page(via, role('lead'));
      let last = T0;
      const tries = new Map<number, number>();
      const broken = new Set<number>();
      for (const isUsable of works) {
        const [delivery] = now.deliveries;
        const next = delivery && nextAttempt(now, delivery);
        if (next?.kind !== 'send') break;
        expect(broken.has(next.way)).toBe(false);
        expect(next.at).toBeGreaterThanOrEqual(last);
        last = next.at;
        tries.set(next.way, (tries.get(next.way) ?? 0) + 1);
        expect(tries.get(next.way)).toBeLessThanOrEqual(3);
        if (!isUsable) broken.add(next.way);
        now = withFailure(now, LEAD, { way: next.way, at: next.at, isUsable });
      }
      expect(nextAttemptAt(now)).toBeNull();
      expect(via.every((_, way) => tries.has(way))).toBe(true);
    }),
  );
});
