import type { Situation } from '../domain/escalation.ts';
import { standingSteps } from '../domain/escalation-owed.ts';
import { type Path, type Policy, type Step, type Way, wakes } from '../domain/policy.ts';
import { lintPolicy } from '../domain/policy-lint.ts';
import { PAGING, type Service } from '../domain/service.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';
import { isUnset, listed, unsetWords } from './service-variables.ts';
import { type Variables, variablesIn } from './variables.ts';

/** A step with its place in the policy of a service. */
export interface PlacedStep {
  readonly path: Path;
  readonly step: Step;
  /** Of the step in the service file. */
  readonly at: readonly PropertyKey[];
}

/** The steps of a service with their places, in the order of the file. */
export function stepsOf({ escalation }: Pick<Service, 'escalation'>): PlacedStep[] {
  return (escalation?.paths ?? []).flatMap((path, i) =>
    path.steps.map((step, j) => ({ path, step, at: ['escalation', 'paths', i, 'steps', j] })),
  );
}

/** Steps as people call them: `L1 and L2 of page, L1 of mail`. */
export function stepWords(steps: readonly PlacedStep[]): string {
  const paths = [...new Set(steps.map(({ path }) => path.name))];
  return paths
    .map((name) => {
      const levels = steps.filter(({ path }) => path.name === name).map(({ step }) => step.level);
      return `${listed([...new Set(levels)])} of ${name}`;
    })
    .join(', ');
}

/** What is wrong and what is odd in the policy of a file. */
export function policyFindings(
  file: ServiceFile,
  service: Service,
  variables: Variables,
): { readonly errors: readonly Finding[]; readonly warnings: readonly Finding[] } {
  if (!service.escalation) return { errors: [], warnings: [] };
  const found = lintPolicy(service.escalation, {
    roles: Object.keys(file.roles),
    rotations: Object.keys(file.rotations),
    queries: Object.keys(file.queries),
    rules: file.alarms.flatMap(({ id }) => (id === undefined ? [] : [id])),
    pagesAlways: service.rules.some(({ paging }) => paging === 'always'),
  });
  const placed = found.map(({ path, words, isError }) => ({ path: ['escalation', ...path], words, isError }));
  return {
    errors: placed.filter(({ isError }) => isError),
    warnings: [
      ...placed.filter(({ isError }) => !isError),
      ...rulesWithoutPath(service),
      ...unsetWays(service, variables),
    ],
  };
}

/** Rules for something that must wake somebody, and of which no path tells anybody. */
function rulesWithoutPath({ escalation, rules }: Service): Finding[] {
  if (!escalation) return [];
  return rules.flatMap((rule, i) => {
    const { id, severity, grades, paging, environment: of } = rule;
    const environments = of.kind === 'fixed' ? [of.name] : [...Object.values(of.values), of.otherwise];
    const severities = SEVERITIES.filter(
      (one) => one === severity || grades?.steps.some((step) => step.severity === one),
    );
    const silent = environments.flatMap((environment) =>
      severities
        .filter((one) => (paging ?? PAGING[one]) === 'always')
        .filter((one) => !wakesSomebody(escalation, { ...FIRED, ...rule, rules: [id], severity: one, environment }))
        .map((one) => `${one} in ${environment}`),
    );
    if (silent.length === 0) return [];
    const words = `No path wakes anybody for ${id} as ${listed([...new Set(silent)])}. Write a path that is for it, or \`page: never\``;
    return [{ path: ['alarms', i], words }];
  });
}

const FIRED = { id: '', status: 'triggered', owner: null, isFiring: true } as const;

function wakesSomebody(policy: Policy, situation: Situation): boolean {
  return standingSteps(policy, situation).some(({ step }) => wakes(step));
}

/** A topic for each of the ways that go by one. */
const TOPICS: Readonly<Partial<Record<Way['kind'], string>>> = { mail: 'MAIL_TOPIC_ARN', call: 'CALL_TOPIC_ARN' };

function variablesOf(way: Way): string[] {
  if ('to' in way) return variablesIn(way.to);
  const topic = TOPICS[way.kind];
  return topic === undefined ? [] : [topic];
}

/** Ways that cannot work as the process is set up, each variable once, and what comes of it. */
function unsetWays(service: Service, variables: Variables): Finding[] {
  const isOff = (way: Way) => variablesOf(way).some((name) => isUnset(name, variables));
  const steps = stepsOf(service).filter(({ step }) => step.notify.some(({ kind }) => kind !== 'channel'));
  const names = steps.flatMap(({ step }) => step.via.flatMap(variablesOf)).filter((name) => isUnset(name, variables));
  return [...new Set(names)].map((name) => {
    const users = steps.filter(({ step }) => step.via.some((way) => variablesOf(way).includes(name)));
    const kinds = users.flatMap(({ step }) => step.via.filter((way) => variablesOf(way).includes(name)));
    const [lost, others] = [
      users.filter(({ step }) => step.via.every(isOff)),
      users.filter(({ step }) => !step.via.every(isOff)),
    ];
    const results = [
      ...(lost.length > 0 ? [`steps without another way: ${stepWords(lost)}`] : []),
      ...(others.length > 0 ? [`steps that go on to another way: ${stepWords(others)}`] : []),
    ];
    const off = `${listed([...new Set(kinds.map(({ kind }) => kind))])} cannot be used`;
    return { path: [...(users[0]?.at ?? []), 'via'], words: `${unsetWords([name])}: ${off}; ${results.join('; ')}` };
  });
}
