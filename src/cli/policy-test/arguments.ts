import { parseArgs } from 'node:util';
import { parseDuration } from '../../domain/duration.ts';
import { ok, type Result, reject } from '../../domain/result.ts';
import { SEVERITIES, type Severity } from '../../domain/severity.ts';
import { parseWall } from '../../oncall/zone.ts';

export const USAGE = `npm run policy:test                                 tries the cases in services/tests/policies
       npm run policy:test -- --show SERVICE RULE [--severity P0] [--at 2026-11-21T03:00]
                                                    who is told when by one alarm, if nobody does anything
       npm run policy:test -- --replay events.ndjson [--since 30d]
                                                    what these policies would have changed for past incidents; they come from
                                                    npm run export -- --format events (- is standard input)
       Each takes --services FOLDER.`;

export type PolicyTestRequest = { readonly services: string | null } & (
  | { readonly kind: 'cases' }
  | {
      readonly kind: 'show';
      readonly service: string;
      readonly rule: string;
      /** `null`: as the rule has it. */
      readonly severity: Severity | null;
      /** A local time in the zone of the service; `null`: now. */
      readonly at: string | null;
    }
  | { readonly kind: 'replay'; readonly file: string; readonly sinceMs: number | null }
);

const OPTIONS = {
  show: { type: 'string' },
  severity: { type: 'string' },
  at: { type: 'string' },
  replay: { type: 'string' },
  since: { type: 'string' },
  services: { type: 'string' },
} as const;

interface Options extends Readonly<Partial<Record<keyof typeof OPTIONS, string>>> {
  readonly names: readonly string[];
}

/** Reads the command line. Rejects with `bad_input` and the usage as its hint. */
export function parsePolicyTestArguments(args: readonly string[]): Result<PolicyTestRequest> {
  const options = optionsIn(args);
  const problem = typeof options === 'string' ? options : problemIn(options);
  if (problem !== null || typeof options === 'string') return reject('bad_input', problem ?? '', USAGE);

  const { show, replay, at = null, services = null, names } = options;
  if (replay !== undefined) {
    return ok({ kind: 'replay', file: replay, sinceMs: parseDuration(options.since ?? ''), services });
  }
  if (show === undefined) return ok({ kind: 'cases', services });
  const severity = SEVERITIES.find((one) => one === options.severity) ?? null;
  return ok({ kind: 'show', service: show, rule: names[0] ?? '', severity, at, services });
}

/** The options, or what `parseArgs` has to say about what a person has typed wrong. */
function optionsIn(args: readonly string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    return { ...values, names: positionals };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function problemIn({ show, replay, severity, at, since, names }: Options): string | null {
  const problems: readonly (readonly [boolean, string])[] = [
    [show !== undefined && replay !== undefined, 'Write either --show or --replay.'],
    [show !== undefined && names.length !== 1, 'Name the service and one rule: --show checkout server-errors'],
    [
      show === undefined && names.length > 0,
      `Nothing is done with ${names.join(' ')}: a folder is named by --services.`,
    ],
    [show === undefined && (severity ?? at) !== undefined, '--severity and --at belong to --show.'],
    [replay === undefined && since !== undefined, '--since belongs to --replay.'],
    [!isOneOf(severity, SEVERITIES), `--severity takes ${SEVERITIES.join(', ')}.`],
    [at !== undefined && parseWall(at) === null, '--at takes a local time such as 2026-11-21T03:00.'],
    [since !== undefined && parseDuration(since) === null, '--since takes a span such as 30d.'],
  ];
  return problems.find(([isWrong]) => isWrong)?.[1] ?? null;
}

function isOneOf(text: string | undefined, known: readonly string[]): boolean {
  return text === undefined || known.includes(text);
}
