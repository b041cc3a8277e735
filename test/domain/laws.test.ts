import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apply } from '../../src/domain/apply.ts';
import { type Command, decide } from '../../src/domain/decide.ts';
import type { Ruling } from '../../src/domain/grading.ts';
import { type Incident, type IncidentEvent, isOver, nextOwnWakeAt } from '../../src/domain/incident.ts';
import type { Milestones } from '../../src/domain/milestones.ts';
import { isWorse, SEVERITIES } from '../../src/domain/severity.ts';
import { BY_RULE } from '../support/plain.ts';
import { ANA, alarms, BEN, change, MINUTE, NOTE, opened, replay, type Story, T0 } from './given.ts';

/** Anything that anybody may do, made when its turn comes: an alarm's command needs what is known by then. */
type Step = { readonly afterMs: number; readonly command: (story: Story) => Command };

const who = fc.constantFrom(ANA, BEN, 'tocsin');
const person = fc.constantFrom(ANA, BEN);
const alarmStep = fc
  .array(
    fc.record({
      name: fc.constantFrom('bikeshare-latency', 'b', 'c'),
      state: fc.constantFrom('firing' as const, 'unknown' as const, 'recovered' as const),
      at: fc.nat(60 * MINUTE),
      severity: fc.constantFrom(...SEVERITIES),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map(
    (list) => (story: Story) =>
      alarms(story, ...list.map(({ name, state, at, severity }) => change(name, state, T0 + at, severity))),
  );
const fixed = (command: Command) => () => command;
const DWELL = 15 * MINUTE;
const BY_VALUE: Ruling = { ...BY_RULE, by: 'value', isGraded: true, value: 1, at: T0 };
const gradeStep = fc
  .record({ name: fc.constantFrom('bikeshare-latency', 'b', 'c'), severity: fc.constantFrom(...SEVERITIES) })
  .map(({ name, severity }): Command => {
    const { key } = change(name, 'firing', T0).alert;
    return { type: 'grade', key, severity, ruling: BY_VALUE, dwellMs: DWELL };
  });
const command = fc.oneof(
  { arbitrary: alarmStep, weight: 5 },
  { arbitrary: gradeStep.map(fixed), weight: 3 },
  fc.constant<Command>({ type: 'wake' }).map(fixed),
  fc.record({ type: fc.constant('acknowledge' as const), by: person }).map(fixed),
  fc.record({ type: fc.constant('assign' as const), by: person, to: person }).map(fixed),
  fc
    .record({ type: fc.constant('set_severity' as const), by: person, severity: fc.constantFrom(...SEVERITIES) })
    .map(fixed),
  fc.record({ type: fc.constant('note' as const), by: person, text: fc.string() }).map(fixed),
  fc.record({ type: fc.constant('see' as const), by: person }).map(fixed),
  fc.record({ type: fc.constant('silence' as const), by: person, forMs: fc.nat(90 * MINUTE) }).map(fixed),
  fc.record({ type: fc.constant('mitigate' as const), by: person }).map(fixed),
  fc
    .record({
      type: fc.constant('resolve' as const),
      by: person,
      seen: fc.constant(null),
      text: fc.constant(''),
      note: fc.constantFrom(null, NOTE),
    })
    .map(fixed),
  fc.record({ type: fc.constant('reopen' as const), by: who, reason: fc.constant('again') }).map(fixed),
  fc.record({ type: fc.constant('posted' as const), at: fc.constant(T0 + 1) }).map(fixed),
);
const histories: fc.Arbitrary<Step[]> = fc.array(fc.record({ afterMs: fc.nat(20 * MINUTE), command }), {
  maxLength: 30,
});

interface Change {
  readonly before: Incident;
  readonly event: IncidentEvent;
  readonly after: Incident;
}

/** Lives through a history; refusals are a part of life. */
function live(steps: readonly Step[]): { story: Story; changes: Change[]; now: number } {
  const story = opened();
  const changes: Change[] = [];
  let now = T0;
  for (const step of steps) {
    now += step.afterMs;
    const result = decide(story.incident, step.command(story), now);
    if (!result.ok) continue;
    for (const one of result.value.alerts) story.known.set(one.key, one);
    for (const event of result.value.events) {
      const before = story.incident;
      story.incident = apply(before, event);
      story.events.push(event);
      changes.push({ before, event, after: story.incident });
    }
  }
  return { story, changes, now };
}

const holds = (check: (life: ReturnType<typeof live>) => void) =>
  fc.assert(fc.property(histories, (steps) => check(live(steps))));

it('replaying the events gives the snapshot, and the version counts them', () => {
  holds(({ story }) => {
    expect(replay(story.events)).toEqual(story.incident);
    expect(story.incident.version).toBe(story.events.length);
    expect(JSON.parse(JSON.stringify(story.incident))).toEqual(story.incident);
  });
});

it('only a reopening ends the end of an incident', () => {
  holds(({ changes }) => {
    for (const { before, event, after } of changes) {
      if (isOver(before) && !isOver(after)) expect(event.type).toBe('reopened');
    }
  });
});

it('an incident that is over has no clock, and one that is open is not forgotten by its own', () => {
  holds(({ story: { incident }, now }) => {
    const at = nextOwnWakeAt(incident);
    if (isOver(incident)) expect(at).toBeNull();
    if (at === null) return;

    const woken = decide(incident, { type: 'wake' }, Math.max(at, now));
    expect(woken.ok && woken.value.events.length).toBeGreaterThan(0); // two when a silence ends with a watch
  });
});

it('waking twice does what waking once does', () => {
  holds(({ story, now }) => {
    const wake = (incident: Incident) => {
      const result = decide(incident, { type: 'wake' }, now);
      return result.ok ? result.value.events.reduce<Incident>(apply, incident) : incident;
    };
    const once = wake(story.incident);

    expect(wake(once)).toEqual(once);
    const next = nextOwnWakeAt(once);
    if (next !== null) expect(next).toBeGreaterThan(now);
  });
});

it('a milestone is reached once: it moves only when it was taken back', () => {
  const names = [
    'postedAt',
    'seenAt',
    'acknowledgedAt',
    'resolvedAt',
    'closedAt',
  ] as const satisfies (keyof Milestones)[];
  holds(({ changes }) => {
    for (const { before, event, after } of changes) {
      for (const name of names) {
        const was = before.milestones[name];
        if (was === null || after.milestones[name] === was) continue;
        expect([name, event.type, after.milestones[name]]).toEqual([name, 'reopened', null]);
      }
    }
  });
});

it('milestones follow each other: mitigated before resolved, resolved before closed, and a status has its milestone', () => {
  holds(({ story: { incident } }) => {
    const { mitigatedAt, resolvedAt, closedAt } = incident.milestones;
    expect(resolvedAt !== null).toBe(isOver(incident));
    expect(closedAt !== null).toBe(incident.status === 'closed');
    expect(mitigatedAt !== null).toBe(isOver(incident) || incident.status === 'mitigated');
    if (resolvedAt !== null) expect(mitigatedAt).toBeLessThanOrEqual(resolvedAt);
    if (closedAt !== null) expect(resolvedAt).toBeLessThanOrEqual(closedAt);
    if (incident.status === 'acknowledged') {
      expect(incident.owner).not.toBeNull();
      expect(incident.milestones.acknowledgedAt).not.toBeNull();
    }
  });
});

it('the bot itself raises the severity, or lowers what has been milder for the dwell time', () => {
  holds(({ changes }) => {
    for (const { before, event } of changes) {
      if (event.type !== 'severity_set' || event.by !== 'tocsin' || isWorse(event.severity, event.from)) continue;
      expect(event.severity).toBe(before.easing?.severity);
      expect(event.at - (before.easing?.since ?? event.at)).toBeGreaterThanOrEqual(DWELL);
    }
  });
});

it('the bot itself never goes below what a person chose', () => {
  holds(({ changes }) => {
    for (const { before, event } of changes) {
      if (event.type !== 'severity_set' || event.by !== 'tocsin' || !before.chosen) continue;
      expect(isWorse(before.chosen.severity, event.severity)).toBe(false);
    }
  });
});

it('an incident is never resolved by itself while an alarm of it fires or cannot tell', () => {
  holds(({ changes }) => {
    for (const { before, event } of changes) {
      if (event.type !== 'resolved' || event.by !== 'tocsin') continue;
      expect(before.members.firing + before.members.unknown).toBe(0);
    }
  });
});
