import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from './aws-error.ts';

/** Who calls, and what for: for the words of a refusal, and for the journal. */
export interface Caller {
  /** ARN of the user or of the session of a role. */
  readonly principal: string;
}

/** How a service of AWS can misbehave; operations are named as in its API, `UpdateAlias`. */
export interface CallFaults {
  /** The next such call is done, and its answer never comes. */
  loseAnswer(operation: string): void;
  /** Nobody is allowed to do it, until `clear`. */
  deny(operation: string): void;
  /** The next such call is refused so. */
  refuse(operation: string, error: AwsError): void;
  /** Every such call is answered so late, in real ms, until `clear`. */
  slow(operation: string, ms: number): void;
  clear(): void;
  /** Waits as long as a slow call does, and refuses what is refused. Throws AwsError. */
  before(operation: string, permission: string, arn: string, caller: Caller): Promise<void>;
  /** Whether the answer of this call is lost; used up by it. */
  isLost(operation: string): boolean;
}

/** `deniedStatus`: 403 in REST, 400 in the protocols with a target. */
export function createCallFaults(deniedStatus: 400 | 403): CallFaults {
  const lost = new Set<string>();
  const denied = new Set<string>();
  const refused = new Map<string, AwsError>();
  const late = new Map<string, number>();

  return {
    loseAnswer: (operation) => void lost.add(operation),
    deny: (operation) => void denied.add(operation),
    refuse: (operation, error) => void refused.set(operation, error),
    slow: (operation, ms) => void late.set(operation, ms),
    clear: () => {
      for (const one of [lost, denied, refused, late]) one.clear();
    },
    async before(operation, permission, arn, { principal }) {
      await sleep(late.get(operation) ?? 0, undefined, { ref: false });
      if (denied.has(operation)) throw accessDenied(permission, arn, principal, deniedStatus);
      const error = refused.get(operation);
      refused.delete(operation);
      if (error !== undefined) throw error;
    },
    isLost: (operation) => lost.delete(operation),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function accessDenied(permission: string, arn: string, principal: string, status: 400 | 403): AwsError {
  const words = `User: ${principal} is not authorized to perform: ${permission} on resource: ${arn} because no identity-based policy allows the ${permission} action`;
  return new AwsError('AccessDeniedException', status, words);
}
