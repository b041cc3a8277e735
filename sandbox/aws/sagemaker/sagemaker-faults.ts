import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../aws-error.ts';

/** How SageMaker can misbehave; operations are named as in its API, `UpdateEndpoint`. */
export interface SageMakerFaults {
  /** The next such call is done, and its answer never comes. */
  loseAnswer(operation: string): void;
  /** No role is allowed to do it, until `clear`. */
  deny(operation: string): void;
  /** The next such call is refused because somebody else is changing the same. */
  conflict(operation: string): void;
  /** Every such call is answered so late, in real ms, until `clear`. */
  slow(operation: string, ms: number): void;
  /** The next deployment goes back half-way. */
  failNextDeployment(why: string): void;
  /** The next execution fails in this step. */
  failNextExecution(step: string, why: string): void;
  clear(): void;
  /** Waits as long as a slow call does, and refuses what is refused. Throws AwsError. */
  before(operation: string, arn: string, principal: string): Promise<void>;
  /** Whether the answer of this call is lost; used up by it. */
  isLost(operation: string): boolean;
  takeDeploymentFailure(): string | null;
  takeExecutionFailure(): { readonly step: string; readonly why: string } | null;
}

export function createSageMakerFaults(): SageMakerFaults {
  const lost = new Set<string>();
  const denied = new Set<string>();
  const conflicts = new Set<string>();
  const slow = new Map<string, number>();
  let deployment: string | null = null;
  let execution: { readonly step: string; readonly why: string } | null = null;

  return {
    loseAnswer: (operation) => void lost.add(operation),
    deny: (operation) => void denied.add(operation),
    conflict: (operation) => void conflicts.add(operation),
    slow: (operation, ms) => void slow.set(operation, ms),
    failNextDeployment: (why) => {
      deployment = why;
    },
    failNextExecution: (step, why) => {
      execution = { step, why };
    },
    clear: () => {
      for (const one of [lost, denied, conflicts, slow]) one.clear();
      deployment = null;
      execution = null;
    },
    async before(operation, arn, principal) {
      await sleep(slow.get(operation) ?? 0, undefined, { ref: false });
      if (denied.has(operation)) throw accessDenied(operation, arn, principal);
      if (!conflicts.delete(operation)) return;
      throw new AwsError('ConflictException', 400, `Another operation on ${arn} is in progress. Please retry.`);
    },
    isLost: (operation) => lost.delete(operation),
    takeDeploymentFailure: () => {
      const taken = deployment;
      deployment = null;
      return taken;
    },
    takeExecutionFailure: () => {
      const taken = execution;
      execution = null;
      return taken;
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function accessDenied(operation: string, arn: string, who: string): AwsError {
  const action = `sagemaker:${operation}`;
  const words = `User: ${who} is not authorized to perform: ${action} on resource: ${arn} because no identity-based policy allows the ${action} action`;
  return new AwsError('AccessDeniedException', 400, words);
}
