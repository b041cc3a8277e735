import type { Verification } from './action.ts';
import type { Baseline } from './plan.ts';
import type { Run, RunEnd, RunSample } from './run.ts';

/** At most so many measurements of one run: what is watched for a day is measured less often. */
const MOST_SAMPLES = 30;
const SHORTEST_MS = 5_000;
/** Worse is what is a tenth further from well than before the change. */
const WORSE_BY = 0.1;

/** How far apart measurements are, in ms. */
export function sampleEveryMs({ windowMs, samples }: Pick<Verification, 'windowMs' | 'samples'>): number {
  return Math.max(SHORTEST_MS, Math.floor(windowMs / Math.max(samples, MOST_SAMPLES)));
}

export type Verdict =
  | { readonly state: 'measuring' }
  | { readonly state: Extract<RunEnd, 'helped' | 'no_effect' | 'worse' | 'unknown'>; readonly why: string };

/**
 * What measurements say of a change at `now` (epoch ms): `helped` as soon as all values have been as expected so many times in a
 * row, the rest when the window is over.
 */
export function verdictOf(run: Pick<Run, 'verify' | 'changedAt' | 'samples' | 'plan'>, now: number): Verdict {
  const { verify, changedAt, samples, plan } = run;
  if (!verify || changedAt === null) return { state: 'unknown', why: 'Nothing measures whether it helped.' };
  const known = samples.filter(isKnown);
  const last = samples.slice(-verify.samples);
  if (last.length === verify.samples && last.every(isGood)) {
    return { state: 'helped', why: `${labels(plan.baseline)} well, ${times(verify.samples)} in a row.` };
  }
  if (now < changedAt + verify.settleMs + verify.windowMs) return { state: 'measuring' };
  if (known.length < verify.samples) {
    return {
      state: 'unknown',
      why: `Only ${known.length} of the ${verify.samples} measurements that it takes could be made: too little to tell.`,
    };
  }
  return isWorse(plan.baseline, known.slice(-verify.samples))
    ? { state: 'worse', why: `${labels(plan.baseline)} worse than before the change.` }
    : { state: 'no_effect', why: `${labels(plan.baseline)} still not well.` };
}

function isKnown({ isWell }: RunSample): boolean {
  return isWell.length > 0 && isWell.every((one) => one !== null);
}

/** Nothing measured is never good news. */
function isGood({ isWell }: RunSample): boolean {
  return isWell.length > 0 && isWell.every((one) => one === true);
}

/** Worse in one value is worse, whatever the others do. */
function isWorse(baseline: readonly Baseline[], samples: readonly RunSample[]): boolean {
  return baseline.some(({ value: before, expect }, i) => {
    if (before === null || expect?.kind !== 'number') return false;
    const values = samples.map(({ values }) => values[i] ?? null).filter((one) => one !== null);
    if (values.length === 0) return false;
    const after = values.reduce((sum, one) => sum + one, 0) / values.length;
    const margin = Math.max(Math.abs(before), Math.abs(expect.limit)) * WORSE_BY;
    return expect.direction === 'above' ? after < before - margin : after > before + margin;
  });
}

function labels(baseline: readonly Baseline[]): string {
  const names = baseline.map(({ label }) => label);
  const last = names.pop() ?? 'What was measured';
  return names.length > 0 ? `${names.join(', ')} and ${last} are` : `${last} is`;
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
