import type { SageMakerChanges } from '../aws/sagemaker/changes.ts';
import type { SageMaker } from '../aws/sagemaker/registry.ts';
import type { Cause } from './faults.ts';
import { CHALLENGER, CHAMPION, sendTraffic, serves, trafficOf } from './releases.ts';

export interface ReleaseCause {
  readonly sageMaker: SageMaker;
  readonly changes: SageMakerChanges;
  readonly endpoint: string;
  /** The configurations that serve badly, and well. */
  readonly bad: string;
  readonly good: string;
  /** How long ago the release seems to have been when it is pressed, in ms: as old as what follows from it. */
  readonly ageMs: number;
  readonly now: () => number;
}

/** Somebody has released a bad model: it is bad for as long as its configuration serves. */
export function badRelease({ sageMaker, changes, endpoint, bad, good, ageMs, now }: ReleaseCause): Cause {
  return {
    isSo: () => serves(sageMaker, endpoint, bad),
    bring: () => changes.deploy(endpoint, bad, now() - ageMs),
    end: () => changes.deploy(endpoint, good, now()),
  };
}

/** Somebody has given a bad challenger all of the traffic: it is bad for as long as the challenger gets some. */
export function badChallenger({
  sageMaker,
  endpoint,
  ageMs,
  now,
}: Pick<ReleaseCause, 'sageMaker' | 'endpoint' | 'ageMs' | 'now'>): Cause {
  return {
    isSo: () => trafficOf(sageMaker, endpoint, CHALLENGER) > 0,
    bring: () => sendTraffic(sageMaker, endpoint, CHALLENGER, now() - ageMs),
    end: () => sendTraffic(sageMaker, endpoint, CHAMPION, now()),
  };
}

/**
 * Something is broken until it is done anew. `lastMend` says when that was begun last, successfully (epoch ms; `null`: never): what was
 * begun before it broke does not count.
 */
export function untilDone(lastMend: () => number | null, now: () => number): Cause {
  let brokenAt: number | null = null;
  return {
    isSo: () => brokenAt !== null && (lastMend() ?? Number.NEGATIVE_INFINITY) < brokenAt,
    bring: () => {
      brokenAt = now();
    },
    end: () => {
      brokenAt = null;
    },
  };
}

/** When the newest successful run of a pipeline was begun. */
export function lastRetrained({ executions }: Pick<SageMaker, 'executions'>, pipeline: string): number | null {
  const done = [...executions.values()].filter((one) => one.pipeline === pipeline && one.status === 'Succeeded');
  return done.length === 0 ? null : Math.max(...done.map(({ startedAt }) => startedAt));
}
