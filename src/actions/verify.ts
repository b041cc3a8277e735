import { kindOf } from '../app/errors.ts';
import type { Incident } from '../domain/incident.ts';
import type { Baseline } from '../domain/plan.ts';
import { type Answer, isAsExpected, type Query } from '../domain/query.ts';
import type { Run, RunSample } from '../domain/run.ts';
import { nextSampleAt } from '../domain/run-apply.ts';
import { overtakenWords } from '../domain/run-engine.ts';
import { verdictOf } from '../domain/verdict.ts';
import type { EngineDeps, Stepper } from './engine.ts';

export type VerifyDeps = Pick<EngineDeps, 'dispatch' | 'services' | 'lock' | 'now' | 'log'> & {
  readonly ask: (where: { readonly service: string; readonly environment: string }, query: Query) => Promise<Answer>;
};

/** Measures what a change has done, one round at a time, until it can be said whether it has helped. */
export function createVerify({ dispatch, services, lock, ask, now, log }: VerifyDeps): Stepper {
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
      takenAt: answers.map(({ answer }) => answer?.at ?? null),
      values: answers.map(({ answer }) => answer?.value ?? null),
      isWell: answers.map(({ one, answer }) => (answer ? wellAfter(run, one, answer) : null)),
    };
  }

  async function sampled(incident: Incident, run: Run, sample: RunSample): Promise<Run | undefined> {
    const written = await dispatch(incident.id, { type: 'sample_run', run: run.id, sample });
    return written.ok ? written.value.runs.find(({ id }) => id === run.id) : undefined;
  }

  return async (incident, run) => {
    const sample = await sampleOf(run, incident.service);
    const other = (await lock.changers(run.plan.lock)).find((one) => isLater(one, run));
    if (other) {
      const why = overtakenWords(other.id, run.plan);
      await dispatch(incident.id, { type: 'end_run', run: run.id, state: 'unknown', why });
      return 'settled';
    }
    const isRepeated = isRepetition(sample, run.samples.at(-1));
    const after = isRepeated ? run : await sampled(incident, run, sample);
    if (after?.state !== 'verifying') return 'settled';
    const verdict = verdictOf(after, now());
    if (verdict.state === 'measuring') return isRepeated ? { againAt: nextSampleAt(run, now()) } : 'settled';
    await dispatch(incident.id, { type: 'end_run', run: run.id, state: verdict.state, why: verdict.why });
    return 'settled';
  };
}

/** What another incident has changed since: from then on nobody can tell whose work is measured. */
function isLater({ id, sentAt }: Run, { id: own, changedAt }: Run): boolean {
  return id !== own && sentAt !== null && changedAt !== null && sentAt > changedAt;
}

/**
 * A system that takes a value each minute and is asked three times in it has been measured once. What is slow hides nothing: a value
 * beside it that is new, and not well, counts.
 */
function isRepetition({ takenAt = [], isWell }: RunSample, last: RunSample | undefined): boolean {
  const before = last?.takenAt ?? [];
  const isOld = takenAt.map((at, i) => at !== null && at === before[i]);
  const isNewlyBad = isWell.some((one, i) => one === false && isOld[i] === false);
  return !isNewlyBad && isOld.includes(true);
}

/** What is measured must be of the time after the change: an older sample says nothing. */
function wellAfter({ changedAt }: Run, { expect }: Baseline, answer: Answer): boolean | null {
  if (answer.at !== null && changedAt !== null && answer.at < changedAt) return null;
  return isAsExpected({ expect }, answer);
}
