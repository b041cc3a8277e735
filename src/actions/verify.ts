import { kindOf } from '../app/errors.ts';
import type { Baseline } from '../domain/plan.ts';
import { type Answer, isAsExpected, type Query } from '../domain/query.ts';
import type { Run, RunSample } from '../domain/run.ts';
import { verdictOf } from '../domain/verdict.ts';
import type { EngineDeps, Stepper } from './engine.ts';

export type VerifyDeps = Pick<EngineDeps, 'dispatch' | 'services' | 'now' | 'log'> & {
  readonly ask: (where: { readonly service: string; readonly environment: string }, query: Query) => Promise<Answer>;
};

/** Measures what a change has done, one round at a time, until it can be said whether it has helped. */
export function createVerify({ dispatch, services, ask, now, log }: VerifyDeps): Stepper {
  async function measure(
    query: Query | undefined,
    { environment }: Run['plan'],
    service: string,
  ): Promise<Answer | null> {
    if (!query) return null;
    try {
      return await ask({ service, environment }, query);
    } catch (error) {
      if (kindOf(error) === 'bug')
        log.error({ err: error, query: query.name }, 'a value could not be measured after a change');
      return null;
    }
  }

  async function sampleOf(run: Run, service: string): Promise<RunSample> {
    const queries = services().find(({ name }) => name === service)?.queries ?? {};
    const answers = await Promise.all(
      run.plan.baseline.map(async (one) => ({ one, answer: await measure(queries[one.query], run.plan, service) })),
    );
    return {
      at: now(),
      values: answers.map(({ answer }) => answer?.value ?? null),
      isWell: answers.map(({ one, answer }) => (answer ? wellAfter(run, one, answer) : null)),
    };
  }

  return async (incident, run) => {
    const sample = await sampleOf(run, incident.service);
    const written = await dispatch(incident.id, { type: 'sample_run', run: run.id, sample });
    const after = written.ok ? written.value.runs.find(({ id }) => id === run.id) : undefined;
    if (after?.state !== 'verifying') return 'settled';
    const verdict = verdictOf(after, now());
    if (verdict.state !== 'measuring') {
      await dispatch(incident.id, { type: 'end_run', run: run.id, state: verdict.state, why: verdict.why });
    }
    return 'settled';
  };
}

/** What is measured must be of the time after the change: an older sample says nothing. */
function wellAfter({ changedAt }: Run, { expect }: Baseline, answer: Answer): boolean | null {
  if (answer.at !== null && changedAt !== null && answer.at < changedAt) return null;
  return isAsExpected({ expect }, answer);
}
