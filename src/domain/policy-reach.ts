import { durationText } from './duration.ts';
import { firstOutside } from './escalation-hours.ts';
import { conditionKey, type Path, type Policy, type Repeat, type Step, severitiesOf, wakes } from './policy.ts';
import { PAGING } from './service.ts';
import type { Severity } from './severity.ts';

/** One thing that is wrong (`isError`) or odd in a policy, at a place such as `['paths', 0, 'steps', 2, 'after']`. */
export interface PolicyFinding {
  readonly path: readonly PropertyKey[];
  readonly words: string;
  readonly isError: boolean;
}

const LONGEST_MS = 7 * 86_400_000;
/** Whom nobody may forget to wake. */
const WAKING: readonly Severity[] = ['P0', 'P1'];
/** A Monday: whether a calendar has any time outside work does not hang on the date. */
const ANY_DAY = Date.UTC(2026, 0, 5);

/** Steps that never come, come in no order, never end or have one way only, and severities that wake nobody. */
export function reachOf(policy: Policy, pagesAlways: boolean): PolicyFinding[] {
  const ofPaths = policy.paths.flatMap((path, i) =>
    [
      ...endless(path),
      ...disordered(path),
      ...path.steps.flatMap((step, j) =>
        [...unreachable(policy, path, step, pagesAlways), ...oneWay(step)].map((one) => within(one, 'steps', j)),
      ),
    ].map((one) => within(one, 'paths', i)),
  );
  return [...WAKING.flatMap((severity) => beginning(policy, severity)), ...ofPaths];
}

function within(finding: PolicyFinding, ...prefix: readonly PropertyKey[]): PolicyFinding {
  return { ...finding, path: [...prefix, ...finding.path] };
}

function warning(path: readonly PropertyKey[], words: string): PolicyFinding {
  return { path, words, isError: false };
}

/** Whoever must be woken is woken, and at once. */
function beginning({ paths }: Policy, severity: Severity): PolicyFinding[] {
  const steps = paths.flatMap(({ scope, steps: all }) =>
    all.filter((step) => severitiesOf(scope, step).includes(severity)),
  );
  const waking = steps.filter(wakes);
  if (waking.length === 0) {
    const how = `Write a step for ${severity} that tells a person by dm, mention, sms, call, sns or pagerduty`;
    return [warning(['paths'], `${severity} wakes nobody: the policy never begins for it. ${how}`)];
  }
  const first = Math.min(...waking.map(({ afterMs }) => afterMs));
  if (first === 0) return [];
  const how = 'Write `after: at once` into the first step';
  return [warning(['paths'], `For ${severity} the first one is woken after ${durationText(first)}. ${how}`)];
}

function unreachable(policy: Policy, { scope }: Path, step: Step, pagesAlways: boolean): PolicyFinding[] {
  const { when, until } = step;
  const severities = severitiesOf(scope, step);
  if (severities.length === 0) {
    const words = `No incident gets here: its path is for ${scope.severities.join(', ')}, the step for ${when.severities.join(', ')}. Make them meet, or take the step out`;
    return [{ path: ['when', 'severity'], words, isError: true }];
  }
  if (when.value && typeof until === 'object' && conditionKey(when.value) === conditionKey(until)) {
    const words = 'What begins this step is also what ends it. Let `until` name the value at which all is well';
    return [{ path: ['until'], words, isError: true }];
  }
  return never(policy, step, severities, pagesAlways);
}

function never(
  { calendar }: Policy,
  step: Step,
  severities: readonly Severity[],
  pagesAlways: boolean,
): PolicyFinding[] {
  const isOutside = step.when.hours === 'outside';
  if (isOutside && firstOutside(calendar, ANY_DAY) === null) {
    return [
      warning(
        ['when', 'hours'],
        'The calendar works around the clock, so nothing is outside it. Take `hours` out, or give the calendar an end of work',
      ),
    ];
  }
  if (!wakes(step) || pagesAlways) return [];
  const names = `${severities.join(' and ')} ${severities.length === 1 ? 'wakes' : 'wake'}`;
  if (severities.every((one) => PAGING[one] === 'never')) {
    const how = 'Tell them by mail or in the channel, or write `page: always` into the rules that this is for';
    return [warning(['via'], `${names} nobody, so this step never comes. ${how}`)];
  }
  if (!isOutside || severities.some((one) => PAGING[one] === 'always')) return [];
  const how = 'Take `hours` out, or write `page: always` into the rules that this is for';
  return [
    warning(['when', 'hours'], `${names} people in working hours only, and this step comes outside them. ${how}`),
  ];
}

function disordered({ steps }: Path): PolicyFinding[] {
  return steps.flatMap(({ level, afterMs }, j) => {
    const before = steps[j - 1];
    if (!before || before.afterMs <= afterMs) return [];
    const words = `${level} comes after ${timeText(afterMs)}, and ${before.level} above it after ${timeText(before.afterMs)}. Write the steps in the order in which they come`;
    return [warning(['steps', j, 'after'], words)];
  });
}

/** A page that goes on for a week is not read any more; one without a number goes on for ever. */
function endless({ steps, end }: Path): PolicyFinding[] {
  const last = Math.max(0, ...steps.map(({ afterMs, repeat }) => afterMs + spanOf(repeat)));
  const long = steps.flatMap(({ level, afterMs, repeat }, j) =>
    repeat && afterMs + spanOf(repeat) > LONGEST_MS
      ? [tooLong(['steps', j, 'repeat'], level, afterMs + spanOf(repeat))]
      : [],
  );
  if (long.length > 0 || !end || last + spanOf(end) <= LONGEST_MS) return long;
  return [tooLong(['end'], 'The end of the path', last + spanOf(end))];
}

function spanOf(repeat: Repeat | null): number {
  return repeat ? repeat.everyMs * repeat.times : 0;
}

function tooLong(path: readonly PropertyKey[], what: string, ms: number): PolicyFinding {
  if (!Number.isFinite(ms)) {
    return { path, words: `${what} never ends. Write how often at most under \`times\``, isError: true };
  }
  const days = Math.round(ms / 86_400_000);
  return warning(path, `${what} goes on for ${days} days. Write fewer \`times\`, or tell somebody else`);
}

function oneWay(step: Step): PolicyFinding[] {
  const [way, ...others] = step.via;
  if (!way || others.length > 0 || !wakes(step)) return [];
  const example = 'to' in way || way.kind === 'mention' ? 'a dm' : `\`via: [${way.kind}, mention]\``;
  return [
    warning(['via'], `When ${way.kind} does not work, ${step.level} has no other way. Name a second one: ${example}`),
  ];
}

function timeText(ms: number): string {
  return ms === 0 ? '0m' : durationText(ms);
}
