import fc from 'fast-check';
import type { Situation } from '../../src/domain/escalation.ts';
import type { Path, Policy, Step, Until, ValueCondition } from '../../src/domain/policy.ts';
import type { Calendar } from '../../src/domain/service.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { ANA, BEN, CHANNEL, DM, FIRED, MAIL, MINUTE, person, role, SMS, step } from './escalation-given.ts';

/** What happens to an incident from outside. */
export type Act =
  | { readonly kind: 'acknowledge' | 'take over' | 'note' | 'confirm'; readonly by: string }
  | { readonly kind: 'hand over'; readonly by: string; readonly to: string }
  | { readonly kind: 'severity'; readonly by: string; readonly severity: Severity }
  | { readonly kind: 'snooze' | 'silence'; readonly by: string; readonly minutes: number }
  | { readonly kind: 'end snooze'; readonly by: string }
  | { readonly kind: 'give back'; readonly by: string }
  | { readonly kind: 'mitigate'; readonly by: string }
  | { readonly kind: 'relapse' | 'alarm reopens' }
  | { readonly kind: 'resolve'; readonly by: string }
  | { readonly kind: 'firing'; readonly isFiring: boolean }
  | { readonly kind: 'value'; readonly condition: string; readonly isTrue: boolean };

export interface Life {
  readonly policy: Policy;
  readonly from: number;
  readonly situation: Situation;
  /** In order of time; minutes from the beginning. */
  readonly acts: readonly { readonly minute: number; readonly act: Act }[];
  /** While it is down nobody is told, and nothing can be done. */
  readonly down: readonly { readonly from: number; readonly to: number }[];
  /** Minutes at which it is woken for no reason. */
  readonly extra: readonly number[];
  readonly minutes: number;
}

export function isDown({ down }: Life, minute: number): boolean {
  return down.some(({ from, to }) => minute >= from && minute < to);
}

/** What an act makes of the incident, or `null` where it would be refused: the rules of the incident, not of its escalation. */
export function afterAct(now: Situation, act: Act): Situation | null {
  if (act.kind === 'alarm reopens') {
    return now.status === 'resolved' ? { ...now, status: 'triggered', owner: null, isFiring: true } : null;
  }
  if (now.status === 'resolved') return null;
  switch (act.kind) {
    case 'severity':
      return { ...now, severity: act.severity };
    case 'firing':
      return { ...now, isFiring: act.isFiring };
    case 'mitigate':
    case 'relapse':
      return afterMendingOrNot(now, act.kind);
    case 'resolve':
      return { ...now, status: 'resolved' };
    default:
      return afterChangeOfHands(now, act);
  }
}

function afterMendingOrNot(now: Situation, kind: 'mitigate' | 'relapse'): Situation | null {
  const isMitigated = now.status === 'mitigated';
  if (kind === 'mitigate') return isMitigated ? null : { ...now, status: 'mitigated' };
  return isMitigated ? { ...now, status: now.owner === null ? 'triggered' : 'acknowledged' } : null;
}

function afterChangeOfHands(now: Situation, act: Act): Situation | null {
  switch (act.kind) {
    case 'acknowledge':
      return now.status === 'triggered' ? { ...now, status: 'acknowledged', owner: act.by } : null;
    case 'take over':
      return { ...now, status: now.status === 'triggered' ? 'acknowledged' : now.status, owner: act.by };
    case 'confirm':
      return now.owner === act.by ? now : null;
    case 'hand over':
      return act.to === act.by ? null : { ...now, owner: act.to };
    case 'give back':
      return now.status === 'acknowledged' ? { ...now, status: 'triggered', owner: null } : null;
    default:
      return now;
  }
}

export const SLOW: ValueCondition = {
  query: 'latency',
  expect: { kind: 'number', direction: 'above', limit: 500, inclusive: false },
  forMs: 5 * MINUTE,
};
export const FAST: ValueCondition = {
  query: 'latency',
  expect: { kind: 'number', direction: 'below', limit: 500, inclusive: true },
  forMs: 7 * MINUTE,
};

const who = fc.constantFrom(ANA, BEN);
const severity = fc.constantFrom<Severity>('P0', 'P0', 'P1', 'P1', 'P1', 'P2', 'P2', 'P3');
const spans = fc.integer({ min: 1, max: 90 });

const often = <T extends Act>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const act: fc.Arbitrary<Act> = fc.oneof(
  often(4, fc.record({ kind: fc.constantFrom('acknowledge' as const, 'take over' as const), by: who })),
  often(3, fc.record({ kind: fc.constantFrom('note' as const, 'confirm' as const), by: who })),
  often(2, fc.record({ kind: fc.constant('hand over' as const), by: who, to: who })),
  often(5, fc.record({ kind: fc.constant('severity' as const), by: fc.constantFrom(ANA, BEN, 'tocsin'), severity })),
  often(2, fc.record({ kind: fc.constantFrom('snooze' as const, 'silence' as const), by: who, minutes: spans })),
  often(3, fc.record({ kind: fc.constantFrom('end snooze' as const, 'give back' as const), by: who })),
  often(1, fc.record({ kind: fc.constant('mitigate' as const), by: who })),
  often(3, fc.record({ kind: fc.constantFrom('relapse' as const, 'alarm reopens' as const) })),
  often(2, fc.record({ kind: fc.constant('firing' as const), isFiring: fc.boolean() })),
  often(
    4,
    fc.record({
      kind: fc.constant('value' as const),
      condition: fc.constantFrom('latency above 500', 'latency below 500 or equal'),
      isTrue: fc.boolean(),
    }),
  ),
  often(1, fc.record({ kind: fc.constant('resolve' as const), by: who })),
);

const until: fc.Arbitrary<Until> = fc.oneof(
  { arbitrary: fc.constant('acknowledged' as const), weight: 4 },
  fc.constantFrom('mitigated' as const, 'resolved' as const),
  fc.constant(FAST),
);
const someSeverities = fc.oneof(
  { arbitrary: fc.constant<Severity[]>([]), weight: 3 },
  fc.constantFrom<Severity[]>(['P0'], ['P0', 'P1'], ['P1', 'P2'], ['P2', 'P3']),
);
const targets = fc.uniqueArray(fc.constantFrom(role('on-call'), role('lead'), person(ANA), CHANNEL), {
  minLength: 1,
  maxLength: 3,
});
const ways = fc.constantFrom([DM, SMS], [DM], [SMS], [MAIL]);
const oneStep = fc.record({
  after: fc.integer({ min: 0, max: 40 }),
  notify: targets,
  via: ways,
  repeat: fc.option(fc.record({ every: fc.integer({ min: 1, max: 20 }), times: fc.integer({ min: 1, max: 4 }) })),
  until,
  severities: someSeverities,
  hours: fc.constantFrom('any' as const, 'any' as const, 'any' as const, 'working' as const, 'outside' as const),
  isFiring: fc.constantFrom(false, false, false, true),
  value: fc.constantFrom(null, null, null, null, SLOW),
});

const onePath = fc.record({
  severities: someSeverities,
  steps: fc.array(oneStep, { minLength: 2, maxLength: 5 }),
  end: fc.option(fc.record({ every: fc.integer({ min: 1, max: 30 }), times: fc.integer({ min: 1, max: 3 }) })),
});

type PathDrawn = typeof onePath extends fc.Arbitrary<infer T> ? T : never;

function toPath({ severities, steps, end }: PathDrawn, index: number): Path {
  return {
    name: `p${index}`,
    scope: { severities, classes: [], rules: [], environments: [] },
    steps: steps.map(({ repeat, value, ...given }, i): Step => {
      const more = { ...(repeat ? { repeat } : {}), ...(value ? { value } : {}) };
      return step(`p${index}/L${i + 1}.1`, { ...given, ...more });
    }),
    end: end && { everyMs: end.every * MINUTE, times: end.times },
  };
}

/** Work begins and ends often, so that the clock meets it. */
const calendar: fc.Arbitrary<Calendar> = fc
  .record({
    zone: fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/Toronto'),
    days: fc.constantFrom([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7], [2, 4]),
    from: fc.integer({ min: 0, max: 22 * 60 }),
    length: fc.integer({ min: 5, max: 600 }),
  })
  .map(({ from, length, ...rest }) => ({
    ...rest,
    from,
    to: Math.min(24 * 60, from + length),
    holidays: ['2026-11-26'],
  }));

const progress = fc.option(
  fc.record({
    askAfterMs: fc.record({
      P0: fc.integer({ min: 1, max: 20 }).map((n) => n * MINUTE),
      P1: fc.integer({ min: 1, max: 40 }).map((n) => n * MINUTE),
      P2: fc.integer({ min: 1, max: 60 }).map((n) => n * MINUTE),
    }),
    answerWithinMs: fc.integer({ min: 1, max: 15 }).map((n) => n * MINUTE),
    times: fc.integer({ min: 1, max: 3 }),
  }),
);

export const policies: fc.Arbitrary<Policy> = fc.record({
  paths: fc.array(onePath, { minLength: 1, maxLength: 2 }).map((paths) => paths.map(toPath)),
  progress,
  calendar,
  rulePaging: fc.constant({}),
});

const LONGEST = 26 * 60;

/** Clicks come in the first hours: later there is nothing but waiting. */
export const lives: fc.Arbitrary<Life> = fc
  .record({
    policy: policies,
    from: fc.integer({ min: 0, max: 7 * 24 * 60 }).map((minute) => Date.UTC(2026, 10, 20) + minute * MINUTE),
    situation: fc.record({
      severity,
      paging: fc.constantFrom(null, null, null, 'always' as const, 'working_hours' as const),
      isFiring: fc.constantFrom(true, true, false),
    }),
    minutes: fc.constantFrom(7 * 60, 7 * 60, 7 * 60, LONGEST),
    acts: fc.array(fc.record({ minute: fc.nat(240), act }), { maxLength: 14 }),
    down: fc.array(fc.record({ from: fc.nat(300), length: fc.nat(120) }), { maxLength: 2 }),
    extra: fc.array(fc.nat(8 * 60), { maxLength: 10 }),
  })
  .map(({ situation, acts, down, ...rest }) => {
    const outages = down.map(({ from, length }) => ({ from: from + 1, to: from + 1 + length }));
    const life: Life = { ...rest, situation: { ...FIRED, ...situation }, acts: [], down: outages };
    const whenUp = (minute: number) => {
      let at = minute;
      while (isDown(life, at)) at++;
      return at;
    };
    const moved = acts.map((one) => ({ ...one, minute: whenUp(one.minute) }));
    return { ...life, acts: moved.toSorted((a, b) => a.minute - b.minute) };
  });
