import { nearest } from '../domain/nearest.ts';
import type { AlarmEntry } from './file-alarms.ts';
import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';

/** A name that is written somewhere and has to exist elsewhere in the file. */
interface Reference {
  readonly path: readonly PropertyKey[];
  readonly name: string;
}

/** Runbooks, queries, rotations, actions, roles and alarms that something in the file names and that are not in it, and queries that have no course to draw. */
export function unknownNames(file: ServiceFile): Finding[] {
  return [
    ...unknown('runbook', 'runbooks', runbooksNamed(file), Object.keys(file.runbooks)),
    ...unknown('query', 'queries', queriesNamed(file), Object.keys(file.queries)),
    ...unknown('rotation', 'rotations', rotationsNamed(file), Object.keys(file.rotations)),
    ...unknown('action', 'actions', actionsNamed(file), Object.keys(file.actions)),
    ...unknown('role', 'roles', rolesOfActions(file), Object.keys(file.roles)),
    ...unknown('alarm', 'alarms', alarmsOfRules(file), idsOf(file)),
    ...withoutCourse(file),
  ];
}

function idsOf({ alarms }: ServiceFile): string[] {
  return alarms.flatMap(({ id }) => (id === undefined ? [] : [id]));
}

function actionsNamed({ runbooks, actions, autopilot, alarms }: ServiceFile): Reference[] {
  const named = (path: readonly PropertyKey[], name: string | undefined) =>
    name === undefined ? [] : [{ path, name }];
  return [
    ...Object.entries(runbooks).flatMap(([runbook, { steps }]) =>
      steps.flatMap(({ run }, i) => named(['runbooks', runbook, 'steps', i, 'run'], run)),
    ),
    ...Object.entries(actions).flatMap(([action, { otherwise, fallback }]) => [
      ...named(['actions', action, 'otherwise'], otherwise),
      ...named(['actions', action, 'fallback', 'back'], fallback?.back),
    ]),
    ...autopilot.map(({ action }, i) => ({ path: ['autopilot', i, 'action'], name: action })),
    ...alarms.flatMap(({ grades }, i) =>
      (grades?.steps ?? []).flatMap(({ offer }, j) => named(['alarms', i, 'grades', 'steps', j, 'offer'], offer)),
    ),
  ];
}

/** People and user groups go by ids in capitals, roles by names. */
function rolesOfActions({ actions }: ServiceFile): Reference[] {
  return Object.entries(actions).flatMap(([action, entry]) =>
    (['may', 'approvers'] as const).flatMap((field) =>
      entry[field].flatMap((name, i) => (/^[a-z]/.test(name) ? [{ path: ['actions', action, field, i], name }] : [])),
    ),
  );
}

function alarmsOfRules({ autopilot }: ServiceFile): Reference[] {
  return autopilot.flatMap(({ when }, i) =>
    when.alarms.map((name, j) => ({ path: ['autopilot', i, 'when', 'alarms', j], name })),
  );
}

function queriesOfActions({ actions, autopilot }: ServiceFile): Reference[] {
  return [
    ...Object.entries(actions).flatMap(([action, { verify, sagemaker_pipeline: pipeline }]) => [
      ...(verify?.queries ?? []).map((name, i) => ({ path: ['actions', action, 'verify', 'queries', i], name })),
      ...(pipeline?.gate === undefined
        ? []
        : [{ path: ['actions', action, 'sagemaker_pipeline', 'gate'], name: pipeline.gate }]),
    ]),
    ...autopilot.flatMap(({ guards }, i) =>
      guards.flatMap(({ query }, j) =>
        query === undefined ? [] : [{ path: ['autopilot', i, 'guards', j, 'query'], name: query }],
      ),
    ),
  ];
}

function unknown(what: string, group: string, named: readonly Reference[], known: readonly string[]): Finding[] {
  return named
    .filter(({ name }) => !known.includes(name))
    .map(({ path, name }) => ({
      path,
      words: `There is no ${what} ${name} in this file. ${mend(name, group, known)}`,
    }));
}

function mend(name: string, group: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const guess = near === null ? '' : `Did you mean ${near}? `;
  return `${guess}Write it under \`${group}\`${known.length > 0 ? `, or name one of ${known.join(', ')}` : ''}`;
}

function runbooksNamed({ alarms, signals }: ServiceFile): Reference[] {
  const named = (group: string, entries: readonly { readonly runbook?: string | undefined }[]) =>
    entries.flatMap(({ runbook }, i) =>
      runbook === undefined || /^https?:/.test(runbook) ? [] : [{ path: [group, i, 'runbook'], name: runbook }],
    );
  return [...named('alarms', alarms), ...named('signals', signals)];
}

/** Those of steps are looked at with the policy. */
function rotationsNamed({ roles }: ServiceFile): Reference[] {
  return Object.entries(roles).flatMap(([role, { rotation }]) =>
    rotation === undefined ? [] : [{ path: ['roles', role, 'rotation'], name: rotation }],
  );
}

function queriesNamed(file: ServiceFile): Reference[] {
  const { alarms, evidence, signals, runbooks } = file;
  return [
    ...queriesOfActions(file),
    ...alarms.flatMap(queriesOfRule),
    ...evidence.show.map((name, i) => ({ path: ['evidence', 'show', i], name })),
    ...(evidence.graph === undefined ? [] : [{ path: ['evidence', 'graph'], name: evidence.graph }]),
    ...signals.flatMap(({ query }, i) => (query === undefined ? [] : [{ path: ['signals', i, 'query'], name: query }])),
    ...Object.entries(runbooks).flatMap(([runbook, { steps }]) =>
      steps.flatMap(({ query }, i) =>
        query === undefined ? [] : [{ path: ['runbooks', runbook, 'steps', i, 'query'], name: query }],
      ),
    ),
  ];
}

function queriesOfRule({ grades, evidence }: AlarmEntry, i: number): Reference[] {
  const graded = (['value', 'relative_to'] as const).flatMap((field) => {
    const from = grades?.[field];
    const isQuery = typeof from === 'object' && 'query' in from;
    return isQuery ? [{ path: ['alarms', i, 'grades', field, 'query'], name: from.query }] : [];
  });
  return [...graded, ...evidence.map((name, j) => ({ path: ['alarms', i, 'evidence', j], name }))];
}

/** A graph is a number over time: a status or a version has none. */
function withoutCourse({ evidence: { graph }, queries }: ServiceFile): Finding[] {
  const query = graph !== undefined && Object.hasOwn(queries, graph) ? queries[graph] : undefined;
  if (!query || query.cloudwatch || query.prometheus || query.logs) return [];
  const words = `${graph} answers with one value, which makes no graph: name a query of cloudwatch or prometheus`;
  return [{ path: ['evidence', 'graph'], words }];
}

/** Rules, steps, signals and rules of the autopilot that cannot be told apart. */
export function duplicates({ alarms, runbooks, signals, autopilot }: ServiceFile): Finding[] {
  const steps = Object.entries(runbooks).flatMap(([runbook, entry]) =>
    twice(entry.steps.map(({ id }) => id)).map((i) => ({
      path: ['runbooks', runbook, 'steps', i, 'id'],
      words: 'Another step of this runbook has this id: ticks would be mixed up. Give it one of its own',
    })),
  );
  return [
    ...twice(alarms.map(({ id }) => id)).map((i) => ({
      path: ['alarms', i, 'id'],
      words: 'Another rule of this file has this id: nobody could tell which one decided. Give it one of its own',
    })),
    ...steps,
    ...twice(autopilot.map(({ name }) => name)).map((i) => ({
      path: ['autopilot', i, 'name'],
      words: 'Another rule of the autopilot has this name: what it did would be mixed up. Give it one of its own',
    })),
    ...twice(signals.map(({ name, environment }) => `${environment}/${name}`)).map((i) => ({
      path: ['signals', i, 'name'],
      words: 'This signal is there twice for the same environment: keep one',
    })),
  ];
}

/** The places of what stood in the list before. */
function twice(names: readonly (string | undefined)[]): number[] {
  return names.flatMap((name, i) => (name !== undefined && names.indexOf(name) < i ? [i] : []));
}

/** Environments that rules, signals and commands name and that have no entry, in a file that has entries for others. */
export function strangeEnvironments({ environments, alarms, signals, runbooks }: ServiceFile): Finding[] {
  const known = Object.keys(environments);
  if (known.length === 0) return [];
  const named: Reference[] = [
    ...alarms.flatMap(environmentsOfRule),
    ...signals.map(({ environment }, i) => ({ path: ['signals', i, 'environment'], name: environment })),
    ...Object.entries(runbooks).flatMap(([runbook, { steps }]) =>
      steps.flatMap(({ command }, i) =>
        typeof command === 'object'
          ? Object.keys(command).map((name) => ({ path: ['runbooks', runbook, 'steps', i, 'command', name], name }))
          : [],
      ),
    ),
  ];
  return named
    .filter(({ name }, i) => !known.includes(name) && named.findIndex((one) => one.name === name) === i)
    .map(({ path, name }) => ({
      path,
      words: `The environment ${name} has no entry, so it has no addresses and no values. ${mend(name, 'environments', known)}`,
    }));
}

function environmentsOfRule({ environment: of }: AlarmEntry, i: number): Reference[] {
  const path = ['alarms', i, 'environment'];
  if (typeof of === 'string') return [{ path, name: of }];
  const values = Object.entries(of.values).map(([pattern, name]) => ({ path: [...path, 'values', pattern], name }));
  return [...values, { path: [...path, 'otherwise'], name: of.otherwise }];
}
