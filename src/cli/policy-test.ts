import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setting } from '../config/env.ts';
import { checkServices } from '../config/services.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Service } from '../domain/service.ts';
import { instantOf, parseWall } from '../oncall/zone.ts';
import { type PolicyTestRequest, parsePolicyTestArguments } from './policy-test/arguments.ts';
import { readHistories } from './policy-test/histories.ts';
import { relivedReport } from './policy-test/relived-report.ts';
import { policyReport } from './policy-test/report.ts';
import { timetable } from './policy-test/show.ts';
import { tryPolicyCases } from './policy-test/try-cases.ts';

interface Report {
  readonly text: string;
  readonly ok: boolean;
}

/** The whole command: what to print, and whether all is well. `now` is epoch ms. */
export async function policyTest(
  request: PolicyTestRequest,
  env: NodeJS.ProcessEnv,
  now: number,
): Promise<Result<Report>> {
  const dir = request.services ?? setting(env, 'SERVICES_DIR') ?? 'services';
  const { services, problems } = checkServices(dir, env, now);
  if (problems.length > 0) {
    return ok({ text: `${problems.map((problem) => `✗ ${problem}`).join('\n')}\n\nNothing was tried.\n`, ok: false });
  }
  switch (request.kind) {
    case 'cases':
      return ok(casesOf(dir, services));
    case 'show':
      return shown(request, services, now);
    case 'replay':
      return replayed(request, services, now);
  }
}

function casesOf(dir: string, services: readonly Service[]): Report {
  const folder = join(dir, 'tests/policies');
  const tried = tryPolicyCases(folder, services);
  if (tried && tried.length > 0) return policyReport(tried, services);
  return { text: `There are no cases: write some into ${folder}/my-service.yml, see docs/services.md.\n`, ok: false };
}

function shown(
  request: Extract<PolicyTestRequest, { kind: 'show' }>,
  services: readonly Service[],
  now: number,
): Result<Report> {
  const zone = services.find(({ name }) => name === request.service)?.calendar.zone ?? 'UTC';
  const wall = request.at === null ? null : parseWall(request.at);
  const table = timetable({ ...request, at: wall === null ? now : instantOf(zone, wall) }, services);
  return table.ok ? ok({ text: table.value, ok: true }) : table;
}

async function replayed(
  { file, sinceMs }: Extract<PolicyTestRequest, { kind: 'replay' }>,
  services: readonly Service[],
  now: number,
): Promise<Result<Report>> {
  const content = await contentOf(file);
  if (content === null) return reject('not_found', `${file} cannot be read.`);
  const histories = readHistories(content, sinceMs === null ? 0 : now - sinceMs);
  return histories.ok ? ok({ text: relivedReport(histories.value, services, now), ok: true }) : histories;
}

async function contentOf(file: string): Promise<string | null> {
  try {
    return await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const request = parsePolicyTestArguments(args);
  if (!request.ok) {
    process.stderr.write(`${request.rejection.message}\nUsage: ${request.rejection.hint}\n`);
    return 2;
  }
  const report = await policyTest(request.value, env, Date.now());
  if (!report.ok) {
    process.stderr.write(`${report.rejection.message}\n${report.rejection.hint ?? ''}\n`);
    return 1;
  }
  process.stdout.write(report.value.text);
  return report.value.ok ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process.env);
