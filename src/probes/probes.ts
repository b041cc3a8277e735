import type { Probes, Where } from '../app/probes.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Answer, Ask, Query } from '../domain/query.ts';
import { askCloudWatch } from './cloudwatch.ts';
import { askEndpoint } from './endpoint.ts';
import { environmentOf, fillerFor } from './filled.ts';
import { askHttp } from './http.ts';
import { askLogs } from './logs.ts';
import { askMlflow } from './mlflow.ts';
import { askNewestObject } from './newest-object.ts';
import { askPrometheus } from './prometheus.ts';
import { askSchedule } from './schedule.ts';

export interface ProbeDeps {
  readonly aws: AwsClients;
  /** Refuses what `guarded-fetch.ts` refuses. */
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** For environments that name none. */
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

const ASKERS: { readonly [Kind in Ask['kind']]: Asker<Kind> } = {
  cloudwatch: askCloudWatch,
  logs: askLogs,
  prometheus: askPrometheus,
  http: askHttp,
  mlflow: askMlflow,
  endpoint: askEndpoint,
  s3: askNewestObject,
  schedule: askSchedule,
};

/** Asks every kind of system that service files name, each in the region and with the values of the environment. */
export function createProbes(deps: ProbeDeps): Probes {
  return {
    async ask(query, where) {
      const region = environmentOf(where)?.region ?? deps.region;
      const asker = ASKERS[query.ask.kind] as Asker<Ask['kind']>; // the very one for this kind
      return await asker({ ...deps, region, query, ask: query.ask, where, fill: fillerFor(where) });
    },
  };
}
