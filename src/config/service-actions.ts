import { type Action, isFor } from '../domain/action.ts';
import type { Role, Service } from '../domain/service.ts';
import { sampleEveryMs } from '../domain/verdict.ts';
import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';
import { isUnset, listed, unsetWords } from './service-variables.ts';
import { kindOf } from './to-action.ts';
import { type Variables, variablesIn } from './variables.ts';

/** What is wrong and what is odd in the actions of a file, and in the rules that propose or run them. Names that are missing are told apart. */
export function actionFindings(
  file: ServiceFile,
  service: Service,
  variables: Variables,
): { readonly errors: readonly Finding[]; readonly warnings: readonly Finding[] } {
  return {
    errors: [...namingThemselves(file), ...withoutExpectation(file), ...withoutTime(file), ...rulesThatMayNot(file)],
    warnings: [
      ...unmeasured(file),
      ...withoutSecond(file, service),
      ...rulesThatNeverHold(file, service),
      ...sharedSeverities(file),
      ...unsetSettings(file, variables),
    ],
  };
}

function namingThemselves({ actions }: ServiceFile): Finding[] {
  return Object.entries(actions).flatMap(([name, { otherwise, fallback }]) => [
    ...(otherwise === name
      ? [
          {
            path: ['actions', name, 'otherwise'],
            words: `${name} did not help, and is proposed again. Name another action`,
          },
        ]
      : []),
    ...(fallback?.back === name
      ? [
          {
            path: ['actions', name, 'fallback', 'back'],
            words: `${name} cannot switch back from itself. Name another action`,
          },
        ]
      : []),
  ]);
}

function withoutExpectation({ actions, queries }: ServiceFile): Finding[] {
  return Object.entries(actions).flatMap(([action, { verify }]) =>
    (verify?.queries ?? []).flatMap((name, i) => {
      const query = Object.hasOwn(queries, name) ? queries[name] : undefined;
      if (!query || query.expect) return []; // one that is not there is told elsewhere
      const words = `${name} has no expectation, so nothing says whether it has helped. Write \`queries.${name}.expect\``;
      return [{ path: ['actions', action, 'verify', 'queries', i], words }];
    }),
  );
}

/** Measurements in a row that do not fit into the time that they are made in. */
function withoutTime({ actions }: ServiceFile): Finding[] {
  return Object.entries(actions).flatMap(([action, { verify }]) => {
    if (!verify) return [];
    const { within: windowMs, samples } = verify;
    const everyMs = sampleEveryMs({ windowMs, samples });
    if ((samples - 1) * everyMs <= windowMs) return [];
    const words = `${samples} measurements, at least ${everyMs / 1_000} s apart, do not fit into it, so it could never be said to have helped. Write a longer time, or fewer \`samples\``;
    return [{ path: ['actions', action, 'verify', 'within'], words }];
  });
}

/** What is done by itself is of no high risk, and asks nobody anything. */
function rulesThatMayNot({ actions, autopilot }: ServiceFile): Finding[] {
  return autopilot.flatMap(({ action: name, mode }, i) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action || mode !== 'run') return [];
    const path = ['autopilot', i];
    const [input] = Object.entries(action.inputs).find(([, { default: preset }]) => preset === undefined) ?? [];
    return [
      ...(action.risk === 'high'
        ? [
            {
              path: [...path, 'mode'],
              words: `The risk of ${name} is high, and that takes two people. Write \`mode: propose\``,
            },
          ]
        : []),
      ...(input === undefined
        ? []
        : [
            {
              path: [...path, 'mode'],
              words: `${name} must be told its ${input}, and nobody is asked. Write \`actions.${name}.inputs.${input}.default\`, or \`mode: propose\``,
            },
          ]),
    ];
  });
}

function unmeasured({ actions }: ServiceFile): Finding[] {
  return Object.entries(actions).flatMap(([name, { heals, verify }]) =>
    heals && !verify
      ? [
          {
            path: ['actions', name],
            words: `${name} is meant to heal, and nothing measures whether it has. Write \`verify\`, or \`heals: false\` where it only informs or asks`,
          },
        ]
      : [],
  );
}

/** High risk takes two people: one who asks, and another one. */
function withoutSecond(file: ServiceFile, service: Service): Finding[] {
  return Object.values(service.actions).flatMap((action) => {
    const { field, names } = decidingOn(action, service);
    const people = action.risk === 'high' ? peopleIn(names, service) : null;
    if (people === null || people.length !== 1) return [];
    const written = field === 'responders' ? ['responders'] : ['actions', action.name, field];
    const words = `The risk of ${action.name} is high, and nobody but ${people[0]} may approve it: whoever that is cannot approve what they ask for themselves. Name a second person, a user group or a role`;
    return [
      { path: field === 'responders' && file.responders.length === 0 ? ['actions', action.name] : written, words },
    ];
  });
}

function decidingOn({ approvers, may }: Action, { responders }: Service) {
  if (approvers.length > 0) return { field: 'approvers', names: approvers };
  return may.length > 0 ? { field: 'may', names: may } : { field: 'responders', names: responders };
}

/** Who is named, each once; `null`: a group or a rotation, which nobody can count here. */
function peopleIn(names: readonly string[], { roles }: Service): readonly string[] | null {
  const found = names.map((name) => {
    if (/^[UW][A-Z0-9]+$/.test(name)) return [name];
    const role: Role | undefined = Object.hasOwn(roles, name) ? roles[name] : undefined;
    return role && role.rotation === null && role.group === null ? role.people : null;
  });
  return found.includes(null) ? null : [...new Set(found.flatMap((one) => one ?? []))];
}

function rulesThatNeverHold(file: ServiceFile, { actions }: Service): Finding[] {
  return file.autopilot.flatMap((rule, i) => [
    ...strangePlaces(rule, actions, ['autopilot', i]),
    ...(file.changes.length === 0 ? blindGuards(rule, ['autopilot', i]) : []),
  ]);
}

type Rule = ServiceFile['autopilot'][number];

function strangePlaces(
  { action: name, environments }: Rule,
  actions: Service['actions'],
  path: Finding['path'],
): Finding[] {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  const strange = action ? environments.filter((one) => !isFor(action, one)) : [];
  if (strange.length === 0) return [];
  const them = strange.length === 1 ? 'it' : 'them';
  const words = `${name} is not for ${listed(strange)}, so the rule never holds there. Write ${them} under \`actions.${name}.environments\`, or leave ${them} out here`;
  return [{ path: [...path, 'environments'], words }];
}

function blindGuards({ guards }: Rule, path: Finding['path']): Finding[] {
  const i = guards.findIndex((one) => one.changed_within !== undefined || one.unchanged_within !== undefined);
  const words =
    'Nothing says what belongs to this service, so no change is known and this never holds. Write patterns under `changes`';
  return i < 0 ? [] : [{ path: [...path, 'guards', i], words }];
}

/** The dwell time of a severity keeps an offer from being made again and again: levels of one severity have none. */
function sharedSeverities({ alarms }: ServiceFile): Finding[] {
  return alarms.flatMap(({ grades }, i) =>
    (grades?.steps ?? []).flatMap((step, j, steps) => {
      if (step.offer === undefined || steps[j - 1]?.severity !== step.severity) return [];
      const words = `This step has the severity of the one before it, so a value that comes and goes offers ${step.offer} anew each time. Give it a worse one`;
      return [{ path: ['alarms', i, 'grades', 'steps', j, 'offer'], words }];
    }),
  );
}

/** Variables that actions ask for and that are not set, all in one, and what cannot be done without them. */
function unsetSettings({ actions }: ServiceFile, variables: Variables): Finding[] {
  const uses = Object.entries(actions).flatMap(([action, entry]) => {
    const kind = kindOf(entry);
    const missing = variablesIn(JSON.stringify(entry[kind])).filter((one) => isUnset(one, variables));
    return missing.map((variable) => ({ path: ['actions', action, kind], action, variable }));
  });
  const [first] = uses;
  if (!first) return [];
  const names = listed([...new Set(uses.map(({ action }) => action))]);
  return [{ path: first.path, words: `${unsetWords(uses.map(({ variable }) => variable))}: ${names} cannot be run` }];
}
