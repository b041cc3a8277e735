import { decidingRule } from '../domain/deciding-rule.ts';
import { standingSteps } from '../domain/escalation-owed.ts';
import { situationOf } from '../domain/escalation-situation.ts';
import type { GradedValue, Grades, KnownValues } from '../domain/grading.ts';
import { rulingOf, valuesWith } from '../domain/grading.ts';
import { type Incident, isOver } from '../domain/incident.ts';
import type { Member } from '../domain/member.ts';
import { conditionKey, conditionsOf, type ValueCondition } from '../domain/policy.ts';
import { type Answer, isAsExpected } from '../domain/query.ts';
import type { AlarmRule, Service } from '../domain/service.ts';
import type { Ask } from './ask.ts';
import type { Dispatch } from './dispatch.ts';
import { kindOf } from './errors.ts';
import type { IncidentStore } from './store.ts';

export interface MeasureDeps {
  readonly store: Pick<IncidentStore, 'load'>;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  /** With a time limit of its own. */
  readonly ask: Ask;
  readonly now: () => number;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** Measures what grades the alarms of one incident and what its steps ask for, and says what has changed. */
export type Measure = (incidentId: string) => Promise<void>;

/** Queries at a time, of all incidents together: those of one incident are few, and many incidents can wait. */
const AT_ONCE = 8;

/**
 * Asks the queries that grade the alarms of an open incident, and those on whose values its steps depend. What no query answers
 * leaves everything as it was; the log has it once, until the query answers again. Two processes that measure the same do no harm:
 * the second finds nothing new.
 */
export function createMeasure(deps: MeasureDeps): Measure {
  const ask = loggedOnce(deps, atMost(AT_ONCE, deps.ask));
  return async (id) => {
    const incident = await deps.store.load(id);
    if (!incident || isOver(incident)) return;
    const service = deps.services().find(({ name }) => name === incident.service);
    if (!service) return;

    const answers = new Map<string, Promise<Answer | null>>();
    const answer = (name: string) => {
      const known = answers.get(name) ?? ask(incident, service, name);
      answers.set(name, known);
      return known;
    };
    await Promise.all([
      ...incident.members.shown.map((member) => measureOne(deps, incident, member, service, answer)),
      ...valuesOfSteps(incident).map((condition) => holdOne(deps, incident, condition, answer)),
    ]);
  };
}

type Answered = (query: string) => Promise<Answer | null>;

/** What the steps that are for the incident as it is ask of values, each once. */
function valuesOfSteps(incident: Incident): ValueCondition[] {
  if (!incident.escalation) return [];
  const { policy } = incident.escalation;
  const all = standingSteps(policy, situationOf(incident, policy)).flatMap(({ step }) => conditionsOf(step));
  return [...new Map(all.map((one) => [conditionKey(one), one])).values()];
}

/** Says it when a condition has become true or is not any more. Could not tell: it stays what it was. */
async function holdOne(
  { dispatch }: MeasureDeps,
  { id, escalation }: Incident,
  condition: ValueCondition,
  answer: Answered,
): Promise<void> {
  const found = await answer(condition.query);
  const isTrue = found && isAsExpected(condition, found);
  const wasTrue = escalation?.state.held[conditionKey(condition)] !== undefined;
  if (isTrue === null || isTrue === wasTrue) return;
  await dispatch(id, { type: 'hold_value', condition, isTrue });
}

async function measureOne(
  { dispatch, now }: MeasureDeps,
  { id }: Incident,
  member: Member,
  service: Service,
  answer: Answered,
): Promise<void> {
  const { key, state, ruling } = member;
  const rule = state === 'recovered' ? null : decidingRule(service, member);
  const names = queriesOf(rule);
  if (!rule?.grades || names.length === 0) return;

  const found = new Map(
    await Promise.all(names.map(async (name) => [name, (await answer(name))?.value ?? null] as const)),
  );
  const known = valuesWith(rule.grades, ruling.told ?? NOTHING_TOLD, (name) => found.get(name) ?? null);
  const { severity, ruling: measured } = rulingOf(rule, known, now());
  if (measured.by !== 'value') return;
  await dispatch(id, { type: 'grade', key, severity, ruling: measured, dwellMs: rule.grades.dwellMs });
}

const NOTHING_TOLD: KnownValues = { value: null, base: null };

function queriesOf(rule: AlarmRule | null): string[] {
  const grades = rule?.grades ?? null;
  const nameOf = (from: GradedValue | Grades['relativeTo']) => (from?.kind === 'query' ? [from.name] : []);
  return grades ? [...new Set([...nameOf(grades.value), ...nameOf(grades.relativeTo)])] : [];
}

/** Answers `null` when it could not be told, for whatever reason. */
function loggedOnce({ log }: Pick<MeasureDeps, 'log'>, ask: Ask) {
  const silent = new Set<string>();
  return async (incident: Incident, { name: service, queries }: Service, name: string): Promise<Answer | null> => {
    const query = Object.hasOwn(queries, name) ? queries[name] : undefined;
    if (!query) return null; // `services:check` refuses such a file
    const { environment } = incident;
    const which = `${service}/${environment}/${name}`;
    try {
      const answer = await ask(incident, query);
      silent.delete(which);
      return answer;
    } catch (error) {
      const level = kindOf(error) === 'bug' ? 'error' : 'warn';
      if (!silent.has(which)) {
        log[level]({ err: error, service, environment, query: name }, 'a query of grades or steps did not answer');
      }
      silent.add(which);
      return null;
    }
  };
}

/** The same, with the others waiting for their turn. */
function atMost<Asked extends unknown[], Answer>(
  limit: number,
  run: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (...asked) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await run(...asked);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

const EVERY_MS = 60_000;
const OPEN_LOOKED_AT = 1_000;
/** Incidents at a time, so that looking at a thousand keeps nobody waiting. */
const LOOKED_AT_ONCE = 16;

/** For the sweep: measures the open incidents once a minute, the newest first. */
export function createMeasureRound({
  store,
  measure,
  now,
}: {
  readonly store: Pick<IncidentStore, 'openIds'>;
  readonly measure: Measure;
  readonly now: () => number;
}): () => Promise<void> {
  const turn = atMost(LOOKED_AT_ONCE, measure);
  let nextAt = now() + EVERY_MS;
  return async () => {
    const waitMs = nextAt - now();
    if (waitMs > 0 && waitMs <= EVERY_MS) return; // longer: the clock was put back
    nextAt = now() + EVERY_MS;
    await Promise.all((await store.openIds(OPEN_LOOKED_AT)).map((id) => turn(id)));
  };
}
