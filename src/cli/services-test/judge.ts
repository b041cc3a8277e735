import type { Alert } from '../../domain/alert.ts';
import { answerDue } from '../../domain/answer-time.ts';
import { durationText } from '../../domain/duration.ts';
import { type Grades, type KnownValues, type Ruling, valuesIn, valuesWith } from '../../domain/grading.ts';
import { type Judgement, judge as judged } from '../../domain/judge.ts';
import { ok, type Result, reject } from '../../domain/result.ts';
import { type Route, route } from '../../domain/route.ts';
import { type AnswerTime, PAGING, type Paging, type Service } from '../../domain/service.ts';
import type { Case, Expected } from './case-file.ts';
import { alertOf } from './given-alert.ts';

export type Found = Readonly<Record<keyof Expected, string | boolean>>;

/** What became of the alert of a case. */
export interface Verdict {
  readonly route: Route;
  readonly ruling: Ruling;
  /** What was found, under the names of what may be expected. */
  readonly found: Found;
}

/** Decides about an alert as the intake does, with the queries answered at once. Rejects a case that cannot be tried. */
export function judge(one: Case, services: readonly Service[]): Result<Verdict> {
  const read = alertOf(one);
  if (!read.ok) return read;
  const alert = read.value;
  const chosen = route(alert, services);
  const strangers = Object.keys(one.values).filter((name) => !Object.hasOwn(chosen.service.queries, name));
  if (strangers.length > 0) {
    return reject(
      'bad_input',
      `The service ${chosen.service.name} has no query ${strangers.join(', ')}: take it out of \`values\`.`,
    );
  }
  const judgement = judged(alert, chosen, one.at, knownTo(chosen.rule?.grades ?? null, alert, one.values));
  return ok({ route: chosen, ruling: judgement.ruling, found: foundIn(alert, chosen, judgement, one.at) });
}

/** What the alarm tells itself, and what its queries answer. */
function knownTo(grades: Grades | null, alert: Alert, answers: Case['values']): KnownValues {
  const told = valuesIn(grades, alert);
  return grades ? valuesWith(grades, told, (query) => answers[query] ?? null) : told;
}

const PAGES: Readonly<Record<Paging, NonNullable<Expected['page']>>> = {
  always: 'any hour',
  working_hours: 'working hours',
  never: 'nobody',
};

function foundIn(
  alert: Alert,
  { service, rule, environment, incidentClass, title, runbook, opensOnNoData }: Route,
  { severity, state, ruling }: Judgement,
  at: number,
): Found {
  const due = answerDue(service, rule, at)[severity];
  const opens = state === 'firing' || (state === 'unknown' && opensOnNoData);
  return {
    service: service.name,
    rule: rule?.id ?? 'none',
    severity,
    class: incidentClass,
    environment,
    title: title ?? alert.name,
    runbook: runbook ?? 'none',
    advice: ruling.advice ?? 'none',
    page: opens ? PAGES[rule?.paging ?? PAGING[severity]] : 'nobody',
    answer_within: answerWords(rule?.answerWithin ?? service.severities[severity].answerWithin),
    answer_by: due === undefined ? 'none' : new Date(due).toISOString(),
    state,
    opens,
  };
}

function answerWords(time: AnswerTime | null): string {
  if (time === null) return 'none';
  return time.kind === 'within' ? durationText(time.ms) : 'next business day';
}
