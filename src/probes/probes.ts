import { SetupError } from '../app/errors.ts';
import type { Probes, Where } from '../app/probes.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Answer, Ask, Query } from '../domain/query.ts';
import { environmentOf, fillerFor } from './filled.ts';
import { askHttp } from './http.ts';
import { askMlflow } from './mlflow.ts';
import { askPrometheus } from './prometheus.ts';

export interface ProbeDeps {
  readonly aws: AwsClients;
  /** Refuses what `guarded-fetch.ts` refuses. */
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** For environments that name none; empty where there is none. */
  readonly region: string;
}

/** One question to one system, with all that asking needs. */
export interface Asking<Kind extends Ask['kind']> extends ProbeDeps {
  readonly query: Query;
  readonly ask: Extract<Ask, { kind: Kind }>;
  readonly where: Where;
  /** Replaces placeholders, or throws SetupError. */
  readonly fill: (text: string) => string;
}

type Asker<Kind extends Ask['kind']> = (asking: Asking<Kind>) => Promise<Answer>;

/** Whoever asks no endpoint loads no client of SageMaker: each is some megabytes. */
const ASKERS: { readonly [Kind in Ask['kind']]: Asker<Kind> } = {
  cloudwatch: async (asking) => (await import('./cloudwatch.ts')).askCloudWatch(asking),
  logs: async (asking) => (await import('./logs.ts')).askLogs(asking),
  prometheus: askPrometheus,
  http: askHttp,
  mlflow: askMlflow,
  endpoint: async (asking) => (await import('./endpoint.ts')).askEndpoint(asking),
  s3: async (asking) => (await import('./newest-object.ts')).askNewestObject(asking),
  schedule: async (asking) => (await import('./schedule.ts')).askSchedule(asking),
};

const OF_AWS: ReadonlySet<Ask['kind']> = new Set(['cloudwatch', 'logs', 'endpoint', 's3', 'schedule']);

function withoutRegion({ service, environment }: Where): SetupError {
  return new SetupError(
    `${service.name} has no AWS region in ${environment}: add environments.${environment}.region, or set AWS_REGION.`,
  );
}

/** Asks every kind of system that service files name, each in the region and with the values of the environment. */
export function createProbes(deps: ProbeDeps): Probes {
  return {
    async ask(query, where) {
      const region = environmentOf(where)?.region ?? deps.region;
      if (region === '' && OF_AWS.has(query.ask.kind)) throw withoutRegion(where);
      const asker = ASKERS[query.ask.kind] as Asker<Ask['kind']>; // the very one for this kind
      return await asker({ ...deps, region, query, ask: query.ask, where, fill: fillerFor(where) });
    },
  };
}
