import type { Chart } from '../charts/chart.ts';
import type { Grades } from '../domain/grading.ts';
import type { Answer, Query } from '../domain/query.ts';
import { inUnit } from '../domain/units.ts';
import { limitWords } from './limit-words.ts';
import { leadOf, queryOf, ruleOf, type Scene, whereOf } from './scene.ts';

/** The question whose course tells most about an incident: what grades it, what its rule shows, what the service names. */
export function queryToDraw({ incident, service }: Scene): Query | null {
  if (!service) return null;
  const rule = ruleOf(service, leadOf(incident));
  const graded = rule?.grades?.value.kind === 'query' ? [rule.grades.value.name] : [];
  const names = [
    ...graded,
    ...(rule?.evidence ?? []),
    ...(service.evidence.graph === null ? [] : [service.evidence.graph]),
  ];
  const queries = names.flatMap((name) => queryOf(service, name) ?? []);
  return queries.find(({ ask }) => ask.kind === 'cloudwatch' || ask.kind === 'prometheus') ?? null;
}

/** `null` where the answer has no course. */
export function queryChart(scene: Scene, query: Query, { series }: Answer): Chart | null {
  const { incident, service } = scene;
  if (!service || series.length === 0) return null;
  const grades = ruleOf(service, leadOf(incident))?.grades ?? null;
  const { from, to } = whereOf({ ...scene, service }, new AbortController().signal);
  const firedAt = leadOf(incident)?.firedAt ?? incident.milestones.firedAt;
  return {
    title: query.label,
    unit: query.unit,
    from,
    to,
    series,
    band: [],
    firedAt,
    threshold: limitOf(query, grades),
  };
}

/** Where it becomes an alarm: the mildest grade of this very value, else where it is no longer as expected. */
function limitOf(query: Query, grades: Grades | null): Chart['threshold'] {
  const isGraded = grades?.value.kind === 'query' && grades.value.name === query.name && grades.relativeTo === null;
  const [step] = isGraded ? grades.steps : [];
  if (grades && step) {
    const value = inUnit(step.limit, grades.unit, query.unit);
    const limit = { direction: grades.direction, limit: step.limit, inclusive: step.inclusive };
    return value === null ? null : { value, words: limitWords(limit, grades.unit ?? query.unit) };
  }
  if (query.expect?.kind !== 'number') return null;
  const { direction, limit, inclusive } = query.expect;
  const bad = { direction: direction === 'above' ? 'below' : 'above', limit, inclusive: !inclusive } as const;
  return { value: limit, words: limitWords(bad, query.unit), isExpectation: true };
}
