import type { PlanDifference } from '../../domain/plan.ts';
import type { Label, ModelVersion } from './mlflow-registry.ts';

/** So many tags that differ are shown; more are for MLflow's own page. */
const TAGS = 6;
const NONE = 'none';

/** What is different between the version that serves and the one that is to serve. */
export function versionDifferences(label: Label, from: ModelVersion | null, to: ModelVersion): PlanDifference[] {
  const stage =
    label.kind === 'stage' && from ? [{ what: `version ${from.version}`, from: from.stage, to: 'Archived' }] : [];
  const of = (what: string, read: (one: ModelVersion) => string) => ({
    ...{ what, from: (from && read(from)) || NONE, to: read(to) || NONE },
  });
  const all = [
    of(`${label.kind} ${label.name}`, ({ version }) => `version ${version}`),
    ...stage,
    of('run', ({ run }) => run),
    of('source', ({ source }) => source),
    of('registered', ({ registeredAt, by }) => registered(registeredAt, by)),
    ...tagDifferences(from, to),
  ];
  return all.filter((one) => one.from !== one.to);
}

function tagDifferences(from: ModelVersion | null, to: ModelVersion): PlanDifference[] {
  const tag = (one: ModelVersion | null, key: string) =>
    one && Object.hasOwn(one.tags, key) ? (one.tags[key] ?? NONE) : NONE;
  const keys = new Set([...Object.keys(from?.tags ?? {}), ...Object.keys(to.tags)]);
  return [...keys]
    .sort()
    .map((key) => ({ what: `tag ${key}`, from: tag(from, key), to: tag(to, key) }))
    .filter((one) => one.from !== one.to)
    .slice(0, TAGS);
}

function registered(at: number | null, by: string | null): string {
  if (at === null) return '';
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC${by === null ? '' : ` by ${by}`}`;
}
