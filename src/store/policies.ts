import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Policy } from '../domain/policy.ts';
import type { Keys } from './keys.ts';

/** A policy as it is stored, beside the incidents that opened with it: they hold its name alone. */
export interface StoredPolicy {
  /** SHA-256 of its text, in hex: the same policy is stored once. */
  readonly name: string;
  readonly json: string;
}

/** The policies of incidents. They are never changed and never forgotten: an edit of a service file adds one of some kilobytes. */
export interface Policies {
  /** How a policy is stored; the commit that opens an incident with it writes it. */
  stored(policy: Policy): StoredPolicy;
  /** The policy of this name. Throws when Redis has none, which happens only when somebody has deleted it. */
  named(name: string): Promise<Policy>;
}

export function createPolicies(redis: Pick<Redis, 'get'>, keys: Pick<Keys, 'policy'>): Policies {
  const names = new WeakMap<Policy, StoredPolicy>();
  const known = new Map<string, Policy>();

  async function read(name: string): Promise<Policy> {
    const json = await redis.get(keys.policy(name));
    if (json === null) throw new Error(`The escalation policy ${name} is not in Redis any more`);
    const policy = JSON.parse(json) as Policy; // what `stored` has written
    known.set(name, policy);
    names.set(policy, { name, json });
    return policy;
  }

  return {
    stored(policy) {
      const before = names.get(policy);
      if (before) return before;
      const json = JSON.stringify(policy);
      const stored = { name: createHash('sha256').update(json).digest('hex'), json };
      names.set(policy, stored);
      if (!known.has(stored.name)) known.set(stored.name, policy);
      return stored;
    },
    named: async (name) => known.get(name) ?? (await read(name)),
  };
}
