import { apply } from '../../domain/apply.ts';
import { type Command, type Decision, decide } from '../../domain/decide.ts';
import { decidingRule } from '../../domain/deciding-rule.ts';
import { standingSteps } from '../../domain/escalation-owed.ts';
import { situationOf } from '../../domain/escalation-situation.ts';
import { rulingOf, valuesWith } from '../../domain/grading.ts';
import { type Incident, type IncidentEvent, isOver } from '../../domain/incident.ts';
import type { KnownAlert, Member } from '../../domain/member.ts';
import { nextWakeAt } from '../../domain/paging.ts';
import { conditionsOf, targetKey } from '../../domain/policy.ts';
import { isAsExpected } from '../../domain/query.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Service } from '../../domain/service.ts';

/** What a policy does to people: pages, questions to the owner, and what comes of no answer. */
export type Telling = Extract<IncidentEvent, { type: 'page_due' | 'asked_owner' | 'unacknowledged' }>;

/** An incident that is lived through by a clock of its own: every page reaches its people at once, by the first way. */
export interface Story {
  readonly service: Service;
  readonly incident: Incident;
  readonly known: ReadonlyMap<string, KnownAlert>;
  /** What queries answer from now on; one that is not here cannot be told. */
  readonly values: Readonly<Record<string, number>>;
  /** Epoch ms. */
  readonly now: number;
  readonly told: readonly Telling[];
}

/** The story of an incident that opens now by this decision. */
export function opened(service: Service, { events, alerts }: Decision, values: Story['values'], now: number): Story {
  const incident = events.reduce<Incident | null>(apply, null);
  if (!incident) throw new Error('A decision without events opens nothing.');
  const known = new Map(alerts.map((alert) => [alert.key, alert]));
  return measured(sent({ service, incident, known, values, now, told: events.filter(isTelling) }));
}

/** What a command makes of the story now, or why it is refused. */
export function after(story: Story, command: Command): Result<Story> {
  const decision = decide(story.incident, command, story.now);
  return decision.ok ? ok(measured(sent(taken(story, decision.value)))) : decision;
}

/** The same with other answers of queries, from now on. */
export function withValues(story: Story, values: Story['values']): Story {
  return measured({ ...story, values: { ...story.values, ...values } });
}

/** How often the bot looks at what is due, when it has to look again. */
const LOOK_MS = 1_000;

/** Lets time pass until `end` (epoch ms), and wakes the incident whenever it asks for it. What is due at `end` has happened. */
export function passed(story: Story, end: number): Story {
  let at = story;
  for (;;) {
    const next = nextWakeAt(at.incident, at.now);
    if (next === null || next > end) return { ...at, now: Math.max(at.now, end) };
    const now = Math.max(next, at.now);
    const decision = decide(at.incident, { type: 'wake' }, now);
    const isIdle = !decision.ok || decision.value.events.length === 0;
    at = isIdle ? { ...at, now: now + LOOK_MS } : measured(sent(taken({ ...at, now }, decision.value)));
    if (at.now > end) return { ...at, now: end };
  }
}

function taken(story: Story, { events, alerts }: Decision): Story {
  const incident = events.reduce<Incident>(apply, story.incident);
  const known = new Map([...story.known, ...alerts.map((alert) => [alert.key, alert] as const)]);
  return { ...story, incident, known, told: [...story.told, ...events.filter(isTelling)] };
}

function isTelling(event: IncidentEvent): event is Telling {
  return event.type === 'page_due' || event.type === 'asked_owner' || event.type === 'unacknowledged';
}

/** Nobody fails to be reached: pages leave at the moment at which they were decided. */
function sent(story: Story): Story {
  const waiting = (story.incident.escalation?.state.pages ?? []).flatMap(({ id, deliveries }) =>
    deliveries.filter(({ isSent }) => !isSent).map(({ target }) => ({ page: id, target: targetKey(target) })),
  );
  return waiting.reduce((one, { page, target }) => happened(one, { type: 'page_sent', page, target, way: 0 }), story);
}

function happened(story: Story, command: Command): Story {
  const decision = decide(story.incident, command, story.now);
  return decision.ok ? taken(story, decision.value) : story;
}

/** Queries are asked at once, and say how bad it is and whether the conditions of steps hold. */
function measured(story: Story): Story {
  if (isOver(story.incident)) return story;
  const graded = story.incident.members.shown.reduce(gradedBy, story);
  const { incident, values } = graded;
  if (!incident.escalation) return graded;
  const { policy } = incident.escalation;
  const conditions = standingSteps(policy, situationOf(incident, policy)).flatMap(({ step }) => conditionsOf(step));
  const held = conditions.reduce((one, condition) => {
    const value = values[condition.query];
    if (value === undefined) return one; // could not be told: nothing changes
    const isTrue = isAsExpected(condition, { value, text: String(value) }) === true;
    return happened(one, { type: 'hold_value', condition, isTrue });
  }, graded);
  return held === story ? story : sent(held);
}

function gradedBy(story: Story, member: Member): Story {
  const rule = decidingRule(story.service, member);
  const grades = rule?.grades ?? null;
  if (!rule || !grades || member.state === 'recovered') return story;
  const known = valuesWith(
    grades,
    member.ruling.told ?? { value: null, base: null },
    (query) => story.values[query] ?? null,
  );
  const { severity, ruling } = rulingOf(rule, known, story.now);
  if (ruling.by !== 'value' || member.ruling.value === ruling.value) return story;
  return happened(story, { type: 'grade', key: member.key, severity, ruling, dwellMs: grades.dwellMs });
}
