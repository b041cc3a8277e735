import { kindOf } from '../../app/errors.ts';
import type { Query } from '../../domain/query.ts';
import type { Sight, TargetDeps } from '../target.ts';
import type { ExecutionDetail } from './sagemaker-executions.ts';

/** How long after the end a value of the new model may be late. */
const LATE_MS = 10 * 60_000;

/** The same fields, as a type that may stand in JSON. */
type Plain<T> = { readonly [K in keyof T]: Plain<T[K]> };
export type SealedQuery = Plain<Query>;

interface Gated {
  readonly pipeline: string;
  readonly gate: SealedQuery | null;
  readonly service: string;
  readonly environment: string;
}

/** A pipeline that has succeeded is good when the new model meets its gate. What cannot be told is not met. */
export async function lookAtGate(deps: TargetDeps, sealed: Gated, execution: ExecutionDetail): Promise<Sight> {
  const { pipeline, gate } = sealed;
  const link = null;
  if (!gate) return { kind: 'done', detail: `${pipeline} has succeeded.`, link };
  const { isMet, words } = await met(deps, sealed, gate, execution.startedAt ?? 0);
  if (isMet) return { kind: 'done', detail: `${pipeline} has succeeded, and ${gate.label} is ${words}.`, link };
  if (isMet === false)
    return { kind: 'failed', why: `${pipeline} has succeeded, but ${gate.label} is ${words}: ${LEAVE}`, link };
  const endedAt = execution.modifiedAt ?? deps.now();
  if (deps.now() < endedAt + LATE_MS)
    return { kind: 'under_way', phase: `Succeeded; waiting for ${gate.label}: ${words}`, share: 1, link };
  return {
    kind: 'failed',
    why: `${pipeline} has succeeded, but nobody can tell ${gate.label} (${words}): ${LEAVE}`,
    link,
  };
}

const LEAVE = 'the new model must not serve.';

/** `null`: it could not be told, or what is known is older than the new model. */
async function met(
  { ask }: TargetDeps,
  { service, environment }: Gated,
  gate: SealedQuery,
  startedAt: number,
): Promise<{ readonly isMet: boolean | null; readonly words: string }> {
  try {
    const { text, isWell, at } = await ask({ service: { name: service }, environment }, gate);
    if (isWell !== null && at !== null && at < startedAt) return { isMet: null, words: `${text}, which is older` };
    return { isMet: isWell, words: text };
  } catch (error) {
    if (kindOf(error) === 'bug' || !(error instanceof Error)) throw error;
    return { isMet: null, words: error.message };
  }
}
