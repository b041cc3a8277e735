import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';

/** One version of a function. Times are epoch ms. */
export interface Version {
  readonly version: string;
  readonly description: string;
  readonly codeSha: string;
  readonly codeSize: number;
  readonly memory: number;
  /** In seconds. */
  readonly timeout: number;
  readonly modifiedAt: number;
  readonly revision: string;
}

export interface Alias {
  readonly name: string;
  readonly version: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly revision: string;
}

/** A run of a durable function, which has a name. */
export interface Execution {
  readonly name: string;
  readonly payload: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly isWell: boolean;
}

export interface LambdaFunction {
  readonly name: string;
  readonly isDurable: boolean;
  latest: Version;
  /** What is being changed: until then, and whether it works out. */
  update: { readonly until: number; readonly failure: string | null } | null;
  reserved: number | null;
  readonly published: Map<string, Version>;
  readonly aliases: Map<string, Alias>;
  readonly executions: Map<string, Execution>;
}

export interface NewFunction {
  readonly memory?: number;
  readonly timeout?: number;
  readonly isDurable?: boolean;
  readonly at: number;
}

export function newFunction(name: string, { memory = 512, timeout = 30, isDurable = false, at }: NewFunction) {
  const code = { codeSha: shaOf(`${name} at first`), codeSize: 4_200_000, description: '' };
  const latest = { version: '$LATEST', ...code, memory, timeout, modifiedAt: at, revision: randomUUID() };
  const made: LambdaFunction = {
    ...{ name, isDurable, latest, update: null, reserved: null },
    ...{ published: new Map(), aliases: new Map(), executions: new Map() },
  };
  return made;
}

/** New code, published as the next version; answers its number. */
export function publish(held: LambdaFunction, description: string, at: number): string {
  const version = String(held.published.size + 1);
  const code = {
    codeSha: shaOf(`${held.name} ${version} ${description}`),
    codeSize: 4_200_000 + 150_000 * Number(version),
  };
  held.latest = { ...held.latest, ...code, modifiedAt: at, revision: randomUUID() };
  held.published.set(version, { ...held.latest, version, description, revision: randomUUID() });
  return version;
}

export function pointAlias(held: LambdaFunction, name: string, version: string, weights: Alias['weights'] = {}): Alias {
  const alias = { name, version, weights, revision: randomUUID() };
  held.aliases.set(name, alias);
  return alias;
}

/** A version by number, `$LATEST` or the name of an alias. Throws AwsError when there is none. */
export function versionAt(held: LambdaFunction, qualifier: string | null, arn: string): Version {
  if (qualifier === null || qualifier === '$LATEST') return held.latest;
  const found = held.published.get(held.aliases.get(qualifier)?.version ?? qualifier);
  if (found === undefined) throw notFound(`Function not found: ${arn}:${qualifier}`);
  return found;
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 404, message);
}

export function stale(what: 'alias' | 'function'): AwsError {
  const call = what === 'alias' ? 'GetAlias' : 'GetFunction';
  const words = `The Revision Id provided does not match the latest Revision Id. Call the ${call} API to retrieve the latest Revision Id`;
  return new AwsError('PreconditionFailedException', 412, words);
}

/** `InProgress`, `Successful` or `Failed`, at `now` (epoch ms). */
export function updateStatus({ update }: LambdaFunction, now: number): 'InProgress' | 'Successful' | 'Failed' {
  if (update === null || (update.failure === null && now >= update.until)) return 'Successful';
  return now < update.until ? 'InProgress' : 'Failed';
}

function shaOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
