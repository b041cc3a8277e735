import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { rotationEntry } from '../config/to-rotation.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { ImportedSchedule } from '../oncall/imported.ts';
import { fromOpsgenie } from '../oncall/opsgenie.ts';
import { fromPagerDuty } from '../oncall/pagerduty.ts';
import { isSlackId, type People } from '../oncall/people.ts';
import { spanWords } from '../oncall/words.ts';
import { fromICalendar } from './rotation-import-ical.ts';

export const USAGE = 'npm run rotation:import -- pagerduty|opsgenie|ical FILE [--people FILE]';

/** What an import prints: YAML of rotations for a service file, and what a person has to know, one sentence each. */
export interface Printed {
  readonly yaml: string;
  readonly notes: readonly string[];
}

/** What a person asks for. */
export interface ImportRequest {
  readonly from: 'pagerduty' | 'opsgenie' | 'ical';
  /** The path of the file, and what is in it. */
  readonly file: string;
  readonly text: string;
  readonly people: People;
}

/** The rotations of a schedule that another service has, as a service file has them. */
export async function importRotations(request: ImportRequest, now: number): Promise<Result<Printed>> {
  const { from, text, people } = request;
  if (from === 'ical') return await fromICalendar(request, now);
  const json = jsonOf(text);
  if (json === undefined) return reject('bad_input', 'The file is no JSON.', 'Save what the service answers as it is.');
  const imported = from === 'pagerduty' ? fromPagerDuty(json, people, now) : fromOpsgenie(json, people, now);
  if (!imported.ok) return imported;
  const { rotations } = imported.value;
  return ok({
    yaml: stringify({ rotations: Object.fromEntries(rotations.map((one) => [one.name, rotationEntry(one)])) }),
    notes: [...imported.value.warnings, ...unknown(imported.value), ...ofOverrides(imported.value)],
  });
}

function unknown({ unknownPeople }: ImportedSchedule): string[] {
  if (unknownPeople.length === 0) return [];
  return [
    `Not known in Slack: ${unknownPeople.join(', ')}. Write their Slack user ids in their places, or give a file of people: ana@example.com: U0ANA, one in each line.`,
  ];
}

/** They are not in the service file: people make them in Slack. */
function ofOverrides({ rotations, overrides }: ImportedSchedule): string[] {
  return overrides.map((override) => {
    const zone = rotations.find(({ name }) => name === override.rotation)?.zone ?? 'UTC';
    return `Somebody else has a shift there: ${override.person}, ${spanWords(zone, override)}. Override it in Slack: /incident override.`;
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Reads the arguments and their files. A refusal's hint is the usage. */
export function readRequest(args: readonly string[]): Result<ImportRequest> {
  const parsed = argumentsOf(args);
  const [from = '', file = '', ...more] = parsed?.positionals ?? [];
  if (!isKnown(from) || file === '' || more.length > 0) {
    return reject('bad_input', 'Say where the schedule comes from, and in which file it is.', USAGE);
  }
  try {
    const people = parsed?.people === undefined ? ok({}) : peopleIn(readFileSync(parsed.people, 'utf8'));
    return people.ok ? ok({ from, file, text: readFileSync(file, 'utf8'), people: people.value }) : people;
  } catch (error) {
    return reject(
      'bad_input',
      `A file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      USAGE,
    );
  }
}

function argumentsOf(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { people: { type: 'string' } },
      allowPositionals: true,
    });
    return { positionals, people: values.people };
  } catch {
    return null;
  }
}

function isKnown(from: string): from is ImportRequest['from'] {
  return ['pagerduty', 'opsgenie', 'ical'].includes(from);
}

function peopleIn(yaml: string): Result<People> {
  const read = parse(yaml) as unknown; // what YAML cannot read throws with its line, which is said
  const entries = Object.entries(typeof read === 'object' && read !== null ? read : {});
  const wrong = entries.find(([, id]) => typeof id !== 'string' || !isSlackId(id));
  if (entries.length > 0 && !wrong) return ok(Object.fromEntries(entries) as People);
  const which = wrong ? `: ${wrong[0]} has none` : '';
  return reject(
    'bad_input',
    `The file of people gives each a Slack user id, as ana@example.com: U0ANA${which}.`,
    USAGE,
  );
}

/** Answers the exit code. YAML goes to standard output, words to people to standard error. */
async function main(args: readonly string[]): Promise<number> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const request = readRequest(args);
  const printed = request.ok ? await importRotations(request.value, Date.now()) : request;
  if (!printed.ok) {
    const { message, hint } = printed.rejection;
    say([message, ...(hint === undefined ? [] : [request.ok ? hint : `Usage: ${hint}`])].join('\n'));
    return request.ok ? 1 : 2;
  }
  process.stdout.write(printed.value.yaml);
  for (const note of printed.value.notes) say(`! ${note}`);
  return 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
