import type { AlertSource } from '../domain/alert.ts';
import { isWorse, type Severity } from '../domain/severity.ts';
import type { AlarmEntry } from './file-alarms.ts';
import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';

type Grades = NonNullable<AlarmEntry['grades']>;
type Step = Grades['steps'][number];

/** What these sources send has no number in it. */
const WITHOUT_NUMBER: ReadonlySet<AlertSource> = new Set(['alertmanager', 'eventbridge', 'sns', 'signal']);
/** What these send has no annotations. */
const WITHOUT_ANNOTATIONS: ReadonlySet<AlertSource> = new Set(['cloudwatch', 'eventbridge', 'sns', 'signal']);

/** Grades that cannot work: steps out of order, or a value that the source of the rule does not send. */
export function gradeErrors({ alarms, queries }: ServiceFile): Finding[] {
  return alarms.flatMap(({ grades, when }, i) => {
    if (!grades) return [];
    const path = ['alarms', i, 'grades'];
    return [
      ...stepErrors(grades, path),
      ...valueErrors(grades, when.source, path),
      ...unitErrors(grades, queries, path),
    ];
  });
}

/** Grades by which a value that is well counts as worse than one that is not. */
export function gradeWarnings({ alarms }: ServiceFile): Finding[] {
  return alarms.flatMap(({ grades }, i) => {
    const first = grades?.steps[0];
    if (!grades?.otherwise || !first || !isWorse(grades.otherwise, first.severity)) return [];
    const words = `A value that reaches no step is ${grades.otherwise}, worse than the first step's ${first.severity}. Write ${first.severity} or a milder one, or leave it out`;
    return [{ path: ['alarms', i, 'grades', 'otherwise'], words }];
  });
}

function stepErrors({ steps }: Grades, path: readonly PropertyKey[]): Finding[] {
  const [first] = steps;
  return steps.flatMap((step, i) => {
    const before = steps[i - 1];
    if (!first || !before) return [];
    const words = orderWords(directionOf(first), before, step);
    return words === null ? [] : [{ path: [...path, 'steps', i], words }];
  });
}

function orderWords(direction: 'up' | 'down', before: Step, step: Step): string | null {
  if (directionOf(step) !== direction) {
    const fields = direction === 'up' ? 'above or at_least' : 'below or at_most';
    return `All steps go in one direction, and the first goes ${direction}: write ${fields}`;
  }
  if (!isBeyond(step, before)) {
    return `The mildest step comes first, and this one begins no further than the one before it: put them in order, the limits going ${direction}`;
  }
  return isWorse(before.severity, step.severity) ? milder(before.severity, step.severity) : null;
}

function milder(before: Severity, severity: Severity): string {
  return `The mildest step comes first, and this one is ${severity} after ${before}: a value that is further off cannot be less bad`;
}

function directionOf({ above, at_least }: Step): 'up' | 'down' {
  return above !== undefined || at_least !== undefined ? 'up' : 'down';
}

/** Both go in one direction. Of one limit, the step that holds the limit itself begins first. */
function isBeyond(step: Step, before: Step): boolean {
  const [limit, last] = [limitOf(step), limitOf(before)];
  if (limit !== last) return directionOf(step) === 'up' ? limit > last : limit < last;
  return holdsLimit(before) && !holdsLimit(step);
}

function limitOf({ above, at_least, below, at_most }: Step): number {
  return above ?? at_least ?? below ?? at_most ?? 0; // the schema wants exactly one of them
}

function holdsLimit({ at_least, at_most }: Step): boolean {
  return at_least !== undefined || at_most !== undefined;
}

function valueErrors(
  { value, relative_to: base }: Grades,
  source: AlertSource | undefined,
  path: readonly PropertyKey[],
) {
  if (source === undefined) return [];
  const found: Finding[] = [];
  if (value === 'measurement' && WITHOUT_NUMBER.has(source)) {
    const mend = WITHOUT_ANNOTATIONS.has(source) ? 'a query' : 'a query, or an annotation that holds the value';
    found.push({ path: [...path, 'value'], words: `What ${source} sends carries no measurement: name ${mend}` });
  }
  for (const [field, from] of Object.entries({ value, relative_to: base })) {
    if (typeof from !== 'object' || !('annotation' in from) || !WITHOUT_ANNOTATIONS.has(source)) continue;
    found.push({ path: [...path, field], words: `What ${source} sends carries no annotations: name a query` });
  }
  return found;
}

/** Steps are compared with the number that the query answers, as it is. */
function unitErrors(
  { value, relative_to: base, unit }: Grades,
  queries: ServiceFile['queries'],
  path: readonly PropertyKey[],
): Finding[] {
  const name = typeof value === 'object' && 'query' in value ? value.query : null;
  const answered = name === null ? undefined : queries[name]?.unit;
  if (base !== undefined || unit === undefined || answered === undefined || unit === answered) return [];
  const words = `The query ${name} answers in ${answered}, and nothing converts it: leave this out, and write the steps in ${answered}`;
  return [{ path: [...path, 'unit'], words }];
}
