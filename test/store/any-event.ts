import fc from 'fast-check';
import type { Json } from '../../src/domain/action.ts';
import type { Ruling } from '../../src/domain/grading.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import type { Member, MemberUpdate } from '../../src/domain/member.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { INCIDENT_CLASSES, SEVERITIES } from '../../src/domain/severity.ts';
import { CHANNEL, DM, path, person, policy, role, SMS, step } from '../domain/escalation-given.ts';
import { ANA, BEN } from '../domain/given.ts';

type Type = IncidentEvent['type'];
type Of<T extends Type> = Extract<IncidentEvent, { type: T }>;
/** An event of this type without its type and time. */
type Rest<T extends Type> = Of<T> extends infer E ? (E extends unknown ? Omit<E, 'type' | 'at'> : never) : never;

/** Whatever people type: also line breaks, quotes and letters of all kinds. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('', 'a\nb', '{"type":"noted"}', 'b'),
);
const at = fc.integer({ min: 0, max: 4_000_000_000_000 });
const count = fc.nat(5_000);
const by = fc.constantFrom(ANA, BEN, 'tocsin');
const severity = fc.constantFrom(...SEVERITIES);
const value = fc.option(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
);
/** What JSON can hold after it was written: `JSON.stringify` makes 0 of the -0 that `fc.jsonValue` may give. */
const writtenJson = fc.json().map((written): Json => JSON.parse(written));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary);

const limit = fc.record({
  direction: fc.constantFrom('above' as const, 'below' as const),
  limit: count,
  inclusive: fc.boolean(),
});
const ruling: fc.Arbitrary<Ruling> = fc.record(
  {
    by: fc.constantFrom('rule' as const, 'value' as const, 'nobody' as const),
    rule: text,
    measure: maybe(text),
    value,
    at: maybe(at),
    isGraded: fc.boolean(),
    unit: maybe(text),
    reached: maybe(limit),
    next: maybe(fc.tuple(limit, severity).map(([one, is]) => ({ ...one, severity: is }))),
    advice: maybe(text),
    dueAt: maybe(at),
    told: fc.record({ value, base: value }),
  },
  { requiredKeys: ['by', 'rule', 'measure', 'value', 'at', 'isGraded', 'unit', 'reached', 'next', 'advice', 'dueAt'] },
);
const update = {
  key: text,
  state: fc.constantFrom('firing' as const, 'recovered' as const, 'unknown' as const),
  firedAt: at,
  changedAt: at,
  firings: count,
};
const member: fc.Arbitrary<Member> = fc.record({
  ...update,
  title: text,
  severity,
  sourceSeverity: maybe(text),
  reason: text,
  measurement: maybe(
    fc.record({
      ...{ metric: maybe(text), statistic: maybe(text), unit: maybe(text), value, threshold: value },
      comparison: maybe(text),
    }),
  ),
  url: maybe(text),
  runbook: maybe(text),
  ruling,
});
const changed: fc.Arbitrary<Member | MemberUpdate> = fc.oneof(member, fc.record({ ...update, value }));

const POLICY = policy([path([step('page/L1.1'), step('page/L2.1', { after: 5, notify: [role('senior')] })])]);
const targets = fc.subarray([role('on-call'), person(ANA), CHANNEL]);
const page = { page: text, target: text, way: count };
const stepOf = { by, runbook: text, step: text, text };
const from = fc.record({ rule: text, reached: limit });

const plan: fc.Arbitrary<Plan> = fc.record({
  ...{ action: text, title: text, environment: text, subject: text, lock: text, current: text, target: text },
  verb: fc.constantFrom('rollback' as const, 'run' as const),
  kind: text,
  risk: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  differences: fc.array(fc.record({ what: text, from: text, to: text })),
  deployed: maybe(fc.record({ by: maybe(text), at: maybe(at) })),
  checks: fc.array(fc.record({ isWell: maybe(fc.boolean()), text })),
  ...{ takesMs: maybe(count), cost: maybe(text), cannotUndo: fc.array(text), fingerprint: text },
  baseline: fc.array(
    fc.record({ query: text, label: text, unit: maybe(text), value, text, expect: fc.constant(null), at }),
  ),
  sealed: writtenJson,
  inputs: fc.constantFrom({}, { city: 'nyc' }),
  ...{ plannedAt: at, expiresAt: at, hash: text },
});

/** Something of each type: the compiler says when one is missing. */
const RESTS: { readonly [T in Type]: fc.Arbitrary<Rest<T>> } = {
  opened: fc.record({
    ...{ id: text, service: text, serviceTitle: text, team: text, channel: text, environment: text, title: text },
    ...{
      summary: text,
      severity,
      incidentClass: fc.constantFrom(...INCIDENT_CLASSES),
      by,
      firedAt: at,
      receivedAt: at,
    },
    drill: fc.boolean(),
    links: fc.array(fc.record({ label: text, url: text }), { maxLength: 2 }),
    policy: fc.record({
      recovery: fc.record({ end: fc.constantFrom('ask' as const, 'resolve' as const), watchMs: count }),
      groupingMs: count,
      reopenMs: count,
    }),
    runbook: maybe(text),
    answerDue: fc.dictionary(severity, at, { noNullPrototype: true }),
    escalation: fc.constantFrom(null, POLICY),
  }),
  alarms: fc.record({
    ...{ joined: count, refired: count, recovered: count, lostSight: count },
    changed: fc.array(changed, { maxLength: 3 }),
    totals: fc.record({ total: count, firing: count, unknown: count }),
  }),
  posted: fc.constant({}),
  seen: fc.record({ by }),
  acknowledged: fc.record({ by }),
  assigned: fc.record({ by, to: by, note: text }, { requiredKeys: ['by', 'to'] }),
  severity_set: fc.record({ by, from: severity, severity }),
  noted: fc.record({ by, text }),
  message_added: fc.record({ by, author: by, text, link: maybe(text) }),
  graded: fc.record({ key: text, severity, ruling, measured: count }, { requiredKeys: ['key', 'severity', 'ruling'] }),
  easing: fc.record({ severity: maybe(severity), dwellMs: count }),
  evidence: fc.record({
    moment: fc.constantFrom('fire' as const, 'acknowledge' as const, 'action' as const, 'resolve' as const),
    facts: fc.array(
      fc.record({ kind: fc.constantFrom('value' as const, 'missing' as const), text, at: maybe(at), url: maybe(text) }),
      { maxLength: 2 },
    ),
    graph: maybe(fc.record({ file: text, alt: text })),
  }),
  step_ticked: fc.record({ ...stepOf, isDone: fc.boolean() }),
  step_checked: fc.record({ ...stepOf, answer: text, isWell: maybe(fc.boolean()) }),
  answer_overdue: fc.constant({}),
  silenced: fc.record({ by, until: at }),
  silence_ended: fc.constant({}),
  mitigated: fc.record({ by }),
  recovered: fc.record({ watchUntil: at }),
  relapsed: fc.constant({}),
  note_asked: fc.constant({}),
  resolved: fc.record({ by, text }),
  closed: fc.record({ by, note: fc.record({ symptoms: text, cause: text, fix: text, followUps: text }) }),
  reopened: fc.record({ by, reason: text }),
  page_due: fc.record({
    ...{ page: text, step: text, level: text, repeat: count, notify: targets, via: fc.subarray([DM, SMS]) },
    ...{ except: maybe(by), isByHand: fc.boolean() },
  }),
  page_passed: fc.record({ step: text, level: text, repeat: count }),
  page_sent: fc.record(page),
  page_failed: fc.record(
    { ...page, why: text, isUsable: fc.boolean(), isLast: fc.boolean(), isOwner: fc.constant(true as const) },
    { requiredKeys: ['page', 'target', 'way', 'why', 'isUsable', 'isLast'] },
  ),
  page_dropped: fc.record({
    page: text,
    why: fc.constantFrom('over' as const, 'ended' as const, 'not_called_for' as const),
  }),
  asked_owner: fc.record({ owner: by }),
  confirmed: fc.record({ by }),
  unacknowledged: fc.record({
    by,
    owner: maybe(by),
    why: fc.constantFrom('no_answer' as const, 'by_hand' as const),
  }),
  snoozed: fc.record({ by, until: at }),
  snooze_ended: fc.record({ by }),
  value_held: fc.record({ condition: text, since: maybe(at) }),
  escalated: fc.record({ by, level: text, reason: text }),
  deadline_set: fc.record(
    { by, id: text, text, owner: maybe(by), due: at, from },
    { requiredKeys: ['by', 'id', 'text', 'owner', 'due'] },
  ),
  deadline_changed: fc.record(
    { by, id: text, owner: maybe(by), due: at, text, from },
    { requiredKeys: ['by', 'id', 'owner', 'due'] },
  ),
  deadline_done: fc.record({ by, id: text, isDone: fc.boolean() }),
  deadline_reminded: fc.record({ id: text, count, to: maybe(by) }),
  run_planned: fc.record({
    ...{
      by,
      run: text,
      token: text,
      plan,
      reason: text,
      heals: fc.boolean(),
      otherwise: maybe(fc.record({ action: text, title: text })),
    },
    verify: maybe(fc.record({ queries: fc.array(text), settleMs: count, windowMs: count, samples: count })),
    fallback: maybe(fc.record({ banner: text, back: text, remindMs: count })),
  }),
  run_approved: fc.record({
    ...{ by, run: text, reason: text, hash: text },
    way: fc.constantFrom('alone' as const, 'confirmed' as const, 'second' as const, 'break_glass' as const),
  }),
  run_began: fc.record({ run: text }),
  run_sent: fc.record({ run: text }),
  run_progressed: fc.record({
    ...{ run: text, reference: maybe(text), nextAt: at },
    progress: maybe(fc.record({ phase: text, share: value, link: maybe(text), at })),
  }),
  run_cancel_asked: fc.record({ by, run: text }),
  run_changed: fc.record({ run: text, detail: text }),
  run_sampled: fc.record({
    ...{ run: text, nextAt: at },
    sample: fc.record({ at, values: fc.array(value), isWell: fc.array(maybe(fc.boolean())) }),
  }),
  run_ended: fc.record({ by, run: text, why: text, state: fc.constantFrom('helped' as const, 'failed' as const) }),
  action_proposed: fc.record({
    action: text,
    title: text,
    why: text,
    from: fc.constantFrom('rule' as const, 'run' as const),
  }),
  proposal_dismissed: fc.record({ by, action: text }),
};

/** Every type that an event can have. */
export const EVENT_TYPES = Object.keys(RESTS) as Type[]; // the keys that its own type says

/** An event of this type with whatever may stand in it; not one that fits to others. */
export function anyEvent(type: Type): fc.Arbitrary<IncidentEvent> {
  return fc
    .tuple(at, RESTS[type] as fc.Arbitrary<object>)
    .map(([when, rest]) => ({ type, at: when, ...rest }) as IncidentEvent); // as `RESTS` says
}
