import { nearest } from './nearest.ts';
import { conditionsOf, type Path, type Policy, type Step, type Target, type Way } from './policy.ts';
import { type PolicyFinding, reachOf } from './policy-reach.ts';

export type { PolicyFinding } from './policy-reach.ts';

/** The names that a policy may use. */
export interface KnownNames {
  readonly roles: readonly string[];
  /** `null`: not known here, so not looked at. */
  readonly rotations: readonly string[] | null;
  readonly queries: readonly string[];
  readonly rules: readonly string[];
  /** Whether a rule of the service wakes people whatever the severity (`page: always`). */
  readonly pagesAlways: boolean;
}

/** What is wrong with a policy, or probably not meant: each with what to write instead. Paths begin at the policy. */
export function lintPolicy(policy: Policy, known: KnownNames): PolicyFinding[] {
  return [
    ...samePaths(policy),
    ...policy.paths.flatMap((path, i) => [
      ...rulesNamed(path, known).map((finding) => below(finding, 'paths', i)),
      ...path.steps.flatMap((step, j) => stepNames(step, known).map((one) => below(one, 'paths', i, 'steps', j))),
    ]),
    ...reachOf(policy, known.pagesAlways),
  ];
}

function below({ path, ...finding }: PolicyFinding, ...prefix: PropertyKey[]): PolicyFinding {
  return { ...finding, path: [...prefix, ...path] };
}

function samePaths({ paths }: Policy): PolicyFinding[] {
  const names = paths.map(({ name }) => name);
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [
          {
            path: ['paths', i, 'name'],
            words: `Another path is called ${name}: nobody could tell whose step it was. Give it a name of its own`,
            isError: true,
          },
        ],
  );
}

function rulesNamed({ scope }: Path, { rules }: KnownNames): PolicyFinding[] {
  return scope.rules.flatMap((rule, i) => unknown(['for', 'rule', i], 'rule with the id', rule, 'alarms', rules));
}

function stepNames(step: Step, known: KnownNames): PolicyFinding[] {
  return [
    ...nobody(step),
    ...step.notify.flatMap((target, i) => targetNames(target, known, ['notify', i])),
    ...step.notify.flatMap((target, i) => withoutWay(target, step.via, ['notify', i])),
    ...conditionsOf(step).flatMap((condition) => {
      const path = condition === step.until ? ['until', 'query'] : ['when', 'value', 'query'];
      return unknown(path, 'query', condition.query, 'queries', known.queries);
    }),
  ];
}

function nobody({ level, notify }: Step): PolicyFinding[] {
  if (notify.length > 0) return [];
  const words = `${level} tells nobody. Name a role, a rotation or the channel under \`notify\`, or take the step out`;
  return [{ path: ['notify'], words, isError: true }];
}

/** By these somebody in particular is reached, whom a user group does not name. */
const OF_PERSONS: ReadonlySet<Way['kind']> = new Set(['sms', 'call', 'mail']);

/** Whether one of the ways tells a user group, or an alias, whose people nobody knows. */
export function reachesGroup({ isAlias }: { readonly isAlias: boolean }, via: readonly Way[]): boolean {
  return via.some(({ kind }) => !OF_PERSONS.has(kind) && !(isAlias && kind === 'dm'));
}

/** A group that none of the ways reaches. */
function withoutWay(target: Target, via: readonly Way[], path: readonly PropertyKey[]): PolicyFinding[] {
  if (target.kind !== 'group') return [];
  const isAlias = target.group === null;
  if (reachesGroup({ isAlias }, via)) return [];
  const ways = via.map(({ kind }) => kind).join(' or ');
  const words = isAlias
    ? `Who is behind an alias is not known, so nobody is reached by ${ways}. Write \`via: mention\`, or name the group`
    : `Nobody in a user group is reached by ${ways}. Write \`via: [dm, mention]\`, or name a role or a rotation`;
  return [{ path, words, isError: true }];
}

function targetNames(target: Target, known: KnownNames, path: readonly PropertyKey[]): PolicyFinding[] {
  if (target.kind === 'role') return unknown(path, 'role', target.role, 'roles', known.roles);
  if (target.kind === 'rotation' && known.rotations !== null) {
    return unknown([...path, 'rotation'], 'rotation', target.rotation, 'rotations', known.rotations);
  }
  if (target.kind !== 'stakeholders' || known.roles.length > 0) return [];
  const words = 'All stakeholders are the people of all roles, and this file has no role. Write them under `roles`';
  return [{ path, words, isError: true }];
}

function unknown(
  path: readonly PropertyKey[],
  what: string,
  name: string,
  group: string,
  known: readonly string[],
): PolicyFinding[] {
  if (known.includes(name)) return [];
  const near = nearest(name, known);
  const guess = near === null ? '' : `Did you mean ${near}? `;
  const others = known.length > 0 ? `, or name one of ${known.join(', ')}` : '';
  const words = `There is no ${what} ${name} in this file. ${guess}Write it under \`${group}\`${others}`;
  return [{ path, words, isError: true }];
}
