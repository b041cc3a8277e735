import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoCompany, startDemoCompany } from '../support/demo-company.ts';

let company: DemoCompany;

beforeAll(async () => {
  company = await startDemoCompany();
}, 120_000);

afterAll(() => company?.local.end());

const BIKES = { system: 'bikeshare', channel: 'C0BIKESHARE' } as const;
const RECOMMENDATIONS = { system: 'recommendation', channel: 'C0RECOMMEND' } as const;
const MOVIES = { system: 'movie-recommender', channel: 'C0MOVIES' } as const;
const POTATOES = { system: 'potato-pipeline', channel: 'C0POTATO' } as const;
const CREDITS = { system: 'credit-risk', channel: 'C0CREDIT' } as const;

interface Way {
  readonly system: string;
  readonly channel: string;
  readonly fault: string;
  readonly action: string;
  readonly verb: 'rollback' | 'retrain' | 'run';
  /** What is said beside the names. */
  readonly said?: string;
  readonly hours: number;
}

/** A remedy for each thing that can break, by the name of its action; `hours`: how far the clock is moved at each look. */
const WAYS = [
  { ...BIKES, fault: 'slow-prod', action: 'rollback', verb: 'rollback', hours: 1 / 60 },
  { ...BIKES, fault: 'ingestion-fails', action: 'rerun-ingestion', said: ' city=nyc', verb: 'run', hours: 1 / 60 },
  { ...RECOMMENDATIONS, fault: 'low-ctr', action: 'champion', verb: 'run', hours: 1 / 10 },
  { ...RECOMMENDATIONS, fault: 'throttled', action: 'more-concurrency', verb: 'run', hours: 1 / 60 },
  { ...MOVIES, fault: 'slow-model', action: 'lighter-model', verb: 'run', hours: 1 / 60 },
  { ...MOVIES, fault: 'service-down', action: 'redeploy', verb: 'run', hours: 1 / 60 },
  { ...MOVIES, fault: 'drift-the-features', action: 'retrain', verb: 'retrain', hours: 1 / 2 },
  { ...POTATOES, fault: 'tasks-fail', action: 'undo', verb: 'rollback', hours: 1 / 20 },
  { ...POTATOES, fault: 'slow-task', action: 'scale-out', verb: 'run', hours: 1 / 10 },
  { ...CREDITS, fault: 'api-down', action: 'restart-api', verb: 'run', hours: 1 / 60 },
  { ...CREDITS, fault: 'mlflow-is-down', action: 'restart-mlflow', verb: 'run', hours: 1 / 60 },
] satisfies readonly Way[];

it.each<Way>(WAYS)('$system: $fault ends with $action', async ({
  system,
  channel,
  fault,
  action,
  verb,
  hours,
  said = '',
}) => {
  await company.breaks(system, fault);
  const { text } = await company.card(channel, /\*(?:Triggered|Reopened)|Triggered\.|Reopened/);
  const incident = /INC-\d+/.exec(text)?.[0] ?? '';
  const before = [...text.matchAll(new RegExp(`${incident}\\.(\\d+) `, 'g'))].map(([, run]) => Number(run));
  const run = `${incident}.${Math.max(0, ...before) + 1}`;

  await company.types('U0ANA', channel, `/incident ${verb} ${action} ${incident}${said}`);
  await company.decides('U0ANA');

  const name = run.replace('.', '\\.');
  await company.card(channel, new RegExp(`${name} (?:is under way|is through|helped)`)); // what waits too long expires
  await company.card(channel, new RegExp(`${name} helped`), 60 * hours);
  expect((await company.system(system)).faults.filter(({ on }) => on)).toEqual([]);
}, 240_000);
