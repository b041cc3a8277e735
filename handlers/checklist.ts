import { kindOf } from '../src/app/errors.ts';
import { checklistOf, runbookOf } from '../src/domain/checklist.ts';
import { type Incident, isOver } from '../src/domain/incident.ts';
import { type Answer, isAsExpected, type Query } from '../src/domain/query.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Step } from '../src/domain/runbook.ts';
import { incidentToChange } from './act.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { checklist } from './sides.ts';

/** Which step is meant: by its id in a runbook, or by the number that people see. */
export type WhichStep = { readonly incident: string } & (
  | { readonly runbook: string; readonly step: string }
  | { readonly number: number }
);

/** A step of an incident that a person may work on, and the name of its runbook. */
export interface FoundStep {
  readonly incident: Incident;
  readonly runbook: string;
  readonly number: number;
  readonly step: Step;
}

const TEXT_KEPT = 200;
const ANSWER_KEPT = 600;

/** Ticks a step, or opens it again. Two people may tick one at once. */
export async function tickStep(
  deps: HandlerDeps,
  asker: Asker,
  which: WhichStep,
  isDone: boolean,
): Promise<Result<FoundStep>> {
  const found = await stepToWorkOn(deps, asker, which);
  if (!found.ok) return found;
  const { incident, runbook, step } = found.value;
  const ticked = await deps.dispatch(incident.id, {
    ...{ type: 'tick', by: asker.user, runbook, step: step.id, isDone },
    text: clipped(step.text, TEXT_KEPT),
  });
  return ticked.ok ? ok({ ...found.value, incident: ticked.value }) : ticked;
}

/** Asks the query of a check step and writes down what it answered. What could not be told is refused with the reason. */
export async function checkStep(
  deps: HandlerDeps,
  asker: Asker,
  which: WhichStep,
): Promise<Result<FoundStep & { readonly answer: string; readonly isWell: boolean | null }>> {
  const found = await stepToWorkOn(deps, asker, which);
  if (!found.ok) return found;
  const { incident, runbook, step } = found.value;
  const query = queryOf(deps, found.value);
  if (!query.ok) return query;
  const answered = await answerOf(deps, incident, query.value);
  if (!answered.ok) return answered;

  const answer = clipped([answered.value.text, ...answered.value.rows].join('\n'), ANSWER_KEPT);
  const isWell = isAsExpected(query.value, answered.value);
  const recorded = await deps.dispatch(incident.id, {
    ...{ type: 'record_check', by: asker.user, runbook, step: step.id, answer, isWell },
    text: clipped(step.text, TEXT_KEPT),
  });
  return recorded.ok ? ok({ ...found.value, incident: recorded.value, answer, isWell }) : recorded;
}

async function stepToWorkOn(deps: HandlerDeps, asker: Asker, which: WhichStep): Promise<Result<FoundStep>> {
  const allowed = await incidentToChange(deps, asker, which.incident);
  if (!allowed.ok) return allowed;
  const incident = allowed.value;
  if (isOver(incident)) {
    return reject(
      'already_resolved',
      `${incident.id} is over: its runbook can only be read.`,
      `Add what is missing as a note: /incident note ${incident.id} …`,
    );
  }
  const runbook = checklist(incident, runbookOf(incident, deps.services()));
  if (!runbook.ok) return runbook;
  const found = checklistOf(incident, runbook.value).find(({ number, step }) =>
    'number' in which ? number === which.number : runbook.value.name === which.runbook && step.id === which.step,
  );
  if (found) return ok({ incident, runbook: runbook.value.name, number: found.number, step: found.step });
  return reject(
    'not_found',
    'number' in which
      ? `There is no step ${which.number}: “${runbook.value.title}” has ${runbook.value.steps.length}.`
      : 'The runbook has changed: this step is not in it any more.',
    `See its steps: /incident runbook ${incident.id}`,
  );
}

function queryOf({ services }: HandlerDeps, { incident, number, step }: FoundStep): Result<Query> {
  const query = services().find(({ name }) => name === incident.service)?.queries[step.query ?? ''];
  if (step.kind === 'check' && query) return ok(query);
  return reject(
    'bad_input',
    `Step ${number} of ${incident.id} asks nothing of a system: a person does it.`,
    `When it is done: /incident done ${incident.id} ${number}`,
  );
}

async function answerOf({ ask, log }: HandlerDeps, incident: Incident, query: Query): Promise<Result<Answer>> {
  try {
    return ok(await ask(incident, query));
  } catch (error) {
    const kind = kindOf(error);
    if (kind === 'bug' || !(error instanceof Error)) throw error;
    log.info({ err: error, incident: incident.id, query: query.name }, 'a check could not be answered');
    return reject(
      'not_found',
      `Could not tell: ${clipped(error.message, ANSWER_KEPT)}`,
      kind === 'setup' ? 'The operators of Tocsin can mend this.' : 'Try again in a moment, or look for yourself.',
    );
  }
}

function clipped(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…`.toWellFormed() : text;
}
