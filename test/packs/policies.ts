import { join } from 'node:path';
import { readServices } from '../../src/config/services.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { Service } from '../../src/domain/service.ts';

const SERVICES = readServices(join(import.meta.dirname, '../../services'));

/** A service that comes with Tocsin, as it reads it. */
export function pack(name: string): Service {
  const service = SERVICES.find((one) => one.name === name);
  if (!service) throw new Error(`There is no pack ${name}.`);
  return service;
}

/** Whom its incidents wake, and when. */
export function policyOfPack(name: string): Policy {
  const { escalation } = pack(name);
  if (!escalation) throw new Error(`The pack ${name} has no policy.`);
  return escalation;
}
