import type { Target, Way } from '../domain/policy.ts';
import { reachesGroup } from '../domain/policy-lint.ts';
import type { Service } from '../domain/service.ts';
import { lintRotation } from '../oncall/lint.ts';
import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';
import { type PlacedStep, stepsOf, stepWords } from './service-paging.ts';
import { isUnset, listed, unsetWords } from './service-variables.ts';
import { peopleIn, type Variables, variablesIn } from './variables.ts';

/** What is wrong and what is odd in the rotations of a file as they will be in the weeks from `now` (epoch ms) on. */
export function rotationFindings(
  file: ServiceFile,
  { rotations }: Service,
  now: number,
): { readonly errors: readonly Finding[]; readonly warnings: readonly Finding[] } {
  const found = Object.entries(rotations).map(([name, rotation]) => {
    const { errors, warnings } = lintRotation(rotation, { now, people: null });
    const placed = (all: readonly Finding[]) =>
      all.map(({ path, words }) => ({ path: ['rotations', name, ...inFile(file.rotations[name], path)], words }));
    return { errors: placed(errors), warnings: hasSomebody(rotation) ? placed(warnings) : [] }; // that nobody is in it is said of its variables
  });
  return { errors: found.flatMap(({ errors }) => errors), warnings: found.flatMap(({ warnings }) => warnings) };
}

/** A variable may be several seats of a layer, so that their places are not those of the file. */
function inFile(
  entry: ServiceFile['rotations'][string] | undefined,
  path: readonly PropertyKey[],
): readonly PropertyKey[] {
  const [group, layer, field] = path;
  if (field !== 'members') return path;
  const members = entry?.layers[Number(layer)]?.members ?? [];
  const isMoved = members.some((member) => typeof member === 'string' && variablesIn(member).length > 0);
  return isMoved ? [...(group === undefined || layer === undefined ? [] : [group, layer]), field] : path;
}

function hasSomebody({ layers, calendar }: Service['rotations'][string]): boolean {
  return calendar !== null || layers.some(({ seats }) => seats.length > 0);
}

/** Roles and rotations that name nobody, and what comes of it. */
export function peopleWarnings(file: ServiceFile, service: Service, variables: Variables): Finding[] {
  return [
    ...unsetPeople(file, service, variables),
    ...unsetCalendars(file, variables),
    ...strangePeople(file, variables),
    ...unnamed(file, service),
    ...groupsOutOfReach(service),
  ];
}

interface Use {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** Where a file names people by a variable. */
function usesOf({ roles, rotations }: ServiceFile): Use[] {
  const named = (path: readonly PropertyKey[], text: string) => ({ path, text });
  return [
    ...Object.entries(roles).flatMap(([name, { people }]) =>
      people.map((text) => named(['roles', name, 'people'], text)),
    ),
    ...Object.entries(rotations).flatMap(([name, { layers }]) =>
      layers.flatMap(({ members }, i) =>
        members.flatMap((text) =>
          typeof text === 'string' ? [named(['rotations', name, 'layers', i, 'members'], text)] : [],
        ),
      ),
    ),
  ].filter(({ text }) => variablesIn(text).length > 0);
}

/** Variables for people that are not set, all in one, and who is told by nobody for want of them. */
function unsetPeople(file: ServiceFile, service: Service, variables: Variables): Finding[] {
  const uses = usesOf(file).filter(({ text }) => variablesIn(text).some((name) => isUnset(name, variables)));
  const [first] = uses;
  if (!first) return [];
  const empty = Object.keys(service.roles).filter((name) => !reaches({ kind: 'role', role: name }, service));
  const unset = unsetWords(uses.flatMap(({ text }) => variablesIn(text)).filter((name) => isUnset(name, variables)));
  const results = [
    ...(empty.length > 0 ? [`${listed(empty)} ${empty.length === 1 ? 'names' : 'name'} nobody`] : []),
    ...untold(service),
  ];
  return [
    { path: first.path, words: `${unset}: ${results.length === 0 ? 'somebody is missing here' : results.join('; ')}` },
  ];
}

function unsetCalendars({ rotations }: ServiceFile, variables: Variables): Finding[] {
  return Object.entries(rotations).flatMap(([name, { calendar }]) => {
    const missing = variablesIn(calendar?.url ?? '').filter((one) => isUnset(one, variables));
    if (missing.length === 0) return [];
    return [
      { path: ['rotations', name, 'calendar', 'url'], words: `${unsetWords(missing)}: the calendar is not read` },
    ];
  });
}

/** A variable with something in it that is no Slack user id. What it holds is not repeated. */
function strangePeople(file: ServiceFile, variables: Variables): Finding[] {
  return usesOf(file).flatMap(({ path, text }) => {
    const [name = ''] = variablesIn(text);
    const held = (variables[name] ?? '').split(',').filter((one) => one.trim() !== '');
    if (held.length === peopleIn(text, variables).length) return [];
    const words = `\`${name}\` holds something that is no Slack user id, and is left out. Write ids such as U0123ABCD, separated by commas (in Slack: their profile, "Copy member ID")`;
    return [{ path, words }];
  });
}

/** Roles that a step names, and for which the file names nobody. */
function unnamed(file: ServiceFile, service: Service): Finding[] {
  return Object.entries(file.roles).flatMap(([name, { people, rotation, group, alias }]) => {
    const users = stepsOf(service).filter(({ step }) =>
      step.notify.some((one) => one.kind === 'role' && one.role === name),
    );
    const isWritten = people.length > 0 || rotation !== undefined || group !== undefined || alias !== undefined;
    if (isWritten || users.length === 0) return [];
    const words = `${name} names nobody: ${outcome(users, service).join('; ')}. Write \`people\`, \`rotation\` or \`group\``;
    return [{ path: ['roles', name], words }];
  });
}

/** Steps that tell a role which is nobody but a user group, and by no way that reaches one. */
function groupsOutOfReach({ roles, ...service }: Service): Finding[] {
  return stepsOf(service).flatMap(({ step: { notify, via }, at }) =>
    notify.flatMap((target, i) => {
      const name = target.kind === 'role' ? target.role : '';
      const group = groupAlone(roles[name]);
      return group && !reachesGroup(group, via)
        ? [{ path: [...at, 'notify', i], words: outOfReach(name, group, via) }]
        : [];
    }),
  );
}

interface GroupAlone {
  readonly isAlias: boolean;
}

function groupAlone(role: Service['roles'][string] | undefined): GroupAlone | null {
  if (!role?.group || role.people.length > 0 || role.rotation !== null) return null;
  return { isAlias: role.group.id === null };
}

function outOfReach(role: string, { isAlias }: GroupAlone, via: readonly Way[]): string {
  const who = `${isAlias ? 'an alias' : 'a user group'} is reached by ${via.map(({ kind }) => kind).join(' or ')}`;
  return `${role} names no person, and nobody in ${who}. Add \`mention\` to \`via\`, or write \`people\` or \`rotation\` into the role`;
}

/** What becomes of all steps that somebody is missing in. */
function untold(service: Service): string[] {
  return outcome(
    stepsOf(service).filter(({ step }) => step.notify.some((target) => !reaches(target, service))),
    service,
  );
}

/** Steps that reach nobody, nobody but a channel, or some only; none where all are well. */
function outcome(steps: readonly PlacedStep[], service: Service): string[] {
  const told = (one: PlacedStep) => one.step.notify.filter((target) => reaches(target, service));
  const isChannel = (one: PlacedStep) => told(one).every(({ kind }) => kind === 'channel');
  const nobody = steps.filter((one) => told(one).length === 0);
  const channel = steps.filter((one) => told(one).length > 0 && isChannel(one));
  const some = steps.filter((one) => !isChannel(one));
  return [
    ...(nobody.length > 0 ? [`nobody is told by ${stepWords(nobody)}`] : []),
    ...(channel.length > 0 ? [`only the channel is told by ${stepWords(channel)}`] : []),
    ...(some.length > 0 ? [`only some are told by ${stepWords(some)}`] : []),
  ];
}

/** Whether a target is somebody, or a channel, as the file and the process are set up. */
function reaches(target: Target, { roles, rotations }: Service): boolean {
  const rotationHas = (name: string) => {
    const rotation = rotations[name];
    return rotation !== undefined && hasSomebody(rotation);
  };
  const roleHas = (name: string) => {
    const role = roles[name];
    if (!role) return false;
    return role.people.length > 0 || role.group !== null || (role.rotation !== null && rotationHas(role.rotation));
  };
  if (target.kind === 'role') return roleHas(target.role);
  if (target.kind === 'rotation') return rotationHas(target.rotation);
  return target.kind !== 'stakeholders' || Object.keys(roles).some(roleHas);
}
