import { SetupError, TransientError } from '../../app/errors.ts';
import { picked } from '../../probes/http.ts';
import { type Got, jsonIn, send } from '../../probes/web.ts';
import type { TargetDeps } from '../target.ts';

export interface WebRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; `null`: none. */
  readonly body: string | null;
  /** Secrets, which are taken out of what is answered. */
  readonly hides: readonly string[];
}

const PATIENCE_MS = 10_000;
const MAX_BYTES = 1_000_000;
/** May pass; whether something was done is not known, or known only to who may send again. */
const PASSING: ReadonlySet<number> = new Set([408, 420, 425, 429]);

/** One request, whatever is answered. Throws TransientError when nothing is, and SetupError for where Tocsin does not ask. */
export async function requested({ fetch }: Pick<TargetDeps, 'fetch'>, { hides, ...request }: WebRequest): Promise<Got> {
  const got = await send({ fetch, ...request, maxBytes: MAX_BYTES, signal: AbortSignal.timeout(PATIENCE_MS) });
  return { status: got.status, body: hides.reduce((text, secret) => text.replaceAll(secret, '…'), got.body) };
}

/** What is read. */
export type Reading = Pick<WebRequest, 'url' | 'headers' | 'hides'>;

/**
 * Reads values of a JSON answer, as texts: the first must be there, others are `null` where they are not. Throws TransientError while
 * it does not answer, SetupError when it has no such value.
 */
export async function read(
  deps: Pick<TargetDeps, 'fetch'>,
  reading: Reading,
  pick: string,
  ...more: readonly string[]
): Promise<{ readonly value: string; readonly others: readonly (string | null)[] }> {
  const { host } = new URL(reading.url);
  const got = await requested(deps, { ...reading, method: 'GET', body: null });
  refuse(got, host);
  const json = jsonIn(got.body, host);
  const value = inAnswer(json, pick);
  if (value === null) throw new SetupError(`The answer of ${host} has no “${pick}”.`);
  return { value, others: more.map((path) => inAnswer(json, path)) };
}

/** A value at a path, as text; `null` where there is nothing, or no single value. */
export function inAnswer(json: unknown, pick: string): string | null {
  const found = picked(json, pick);
  if (typeof found === 'string') return found.slice(0, MOST_OF_A_VALUE).toWellFormed();
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}

const MOST_OF_A_VALUE = 500;

/** The JSON of an answer to a change: one that is none takes nothing back. */
export function jsonOrNull(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

/** Throws for what is no 2xx: TransientError for what may pass, SetupError for what was certainly not done. */
export function refuse({ status, body }: Got, host: string): void {
  if (status >= 200 && status < 300) return;
  const words = `${host} answers ${status}`;
  if (status >= 500 || PASSING.has(status)) throw new TransientError(words, { cause: null });
  if (status === 302 || status === 303) {
    // What has been done may be answered so, to show a page.
    throw new TransientError(`${words}: Tocsin follows no redirects`, { cause: null });
  }
  if (status < 400) throw new SetupError(`${words}: Tocsin follows no redirects. Name the address that it leads to.`);
  const said = sentenceIn(body);
  throw new SetupError(said === '' ? `${words}.` : `${words}: ${said}`);
}

/** As `refuse`, for what must not be sent twice: being asked to come again later is a refusal as well. */
export function refuseOnce(got: Got, host: string): void {
  if (got.status === 420 || got.status === 425 || got.status === 429) {
    throw new SetupError(`${host} answers ${got.status}: it takes no more requests now. Try again in some minutes.`);
  }
  refuse(got, host);
}

/** What an error body says to people, on one line; empty where it is none of the usual forms. */
function sentenceIn(body: string): string {
  const json = jsonOrNull(body);
  const said =
    ['message', 'error', 'error.0', 'detail', 'error.message'].map((path) => inAnswer(json, path)).find(Boolean) ?? '';
  return said.replaceAll(/\s+/gu, ' ').trim().slice(0, 150);
}

const NEVER_LEFT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** What cannot be sent twice and never left is certainly not done: said at once, instead of in minutes that nobody knows. */
export function orNeverLeft(error: unknown): never {
  const fetching = error instanceof TransientError ? error.cause : null;
  const cause = fetching instanceof Error ? fetching.cause : null;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (NEVER_LEFT.has(code)) throw new SetupError(`${(error as Error).message}.`);
  throw error;
}
