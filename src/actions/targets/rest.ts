import { SetupError, TransientError } from '../../app/errors.ts';
import { type Variables, variablesIn } from '../../config/variables.ts';
import type { Json } from '../../domain/action.ts';
import { send } from '../../probes/web.ts';
import { type Fields, fieldsOf, textOf } from '../../sources/foreign-fields.ts';
import { oneLine } from '../../sources/foreign-text.ts';
import { secretOf } from './template.ts';
import { jsonOrNull } from './web-request.ts';

/** A system with a REST interface, as one call of a plugin talks to it. */
export interface Rest {
  /** What people call it: `Airflow`. */
  readonly system: string;
  /** Without a slash at its end. */
  readonly base: string;
  readonly fetch: typeof fetch;
  /** Those that sign in, and the like. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RestAnswer {
  readonly status: number;
  /** Empty where it answers with no object of JSON. */
  readonly json: Fields;
}

const PATIENCE_MS = 8_000;
const MOST_BYTES = 4_000_000;
const NO_JSON = 'does not answer with JSON of at most 4 MB: look whether its address is right.';

/**
 * One request of JSON, without redirects. Throws TransientError when nobody can tell what came of it (no answer, one that breaks off,
 * 5xx), SetupError for an address that is none and for a question that is answered with no object of JSON, or with more than fits:
 * nothing can be told from it. Every other answer is the caller's to judge.
 */
export async function request(
  { system, base, fetch, headers }: Rest,
  method: string,
  path: string,
  body?: Json,
): Promise<RestAnswer> {
  const got = await send({
    ...{ fetch, url: `${base}${path}`, method, maxBytes: MOST_BYTES, signal: AbortSignal.timeout(PATIENCE_MS) },
    headers: { accept: 'application/json', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (got.status >= 500 || got.status === 408)
    throw new TransientError(`${system} answers ${got.status}.`, { cause: null });
  const answer = { status: got.status, json: fieldsOf(jsonOrNull(got.body)) };
  if (answer.json === null && method === 'GET' && isFine(answer)) throw new SetupError(`${system} ${NO_JSON}`);
  return { ...answer, json: answer.json ?? {} };
}

export function isFine({ status }: Pick<RestAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** What a refusal says of its reason, in the ways of MLflow, Airflow 2 and 3, and GitHub. */
export function saidIn({ status, json }: RestAnswer): string {
  const detail = fieldsOf(json.detail);
  const said = [json.message, detail?.reason, detail?.message, json.detail, json.title].map(textOf).find(Boolean);
  return said ? `${oneLine(said, 200).replace(/\.$/, '')} (${status})` : `it answers ${status}`;
}

/** What it answers to whoever asks too much. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: also 403 */
export function isThrottled(answer: RestAnswer): boolean {
  return answer.status === 429 || (answer.status === 403 && /rate limit/i.test(saidIn(answer)));
}

/** An answer to a question that is no 2xx: a refusal that somebody must mend, or one that passes. */
export function refused({ system }: Pick<Rest, 'system'>, answer: RestAnswer, mend = ''): Error {
  const words = `${system} says: ${saidIn(answer)}.`;
  if (isThrottled(answer)) return new TransientError(words, { cause: null });
  return new SetupError(mend === '' ? words : `${words} ${mend}`);
}

/** How a plan says who signs in: `${NAME}`, or `null`. */
export interface SignIn {
  readonly user: string | null;
  readonly password: string | null;
  readonly token: string | null;
}

/** What variables hold of it now. Throws SetupError with the name of one that is not set. */
export function signInNow({ user, password, token }: SignIn, variables: Variables): SignIn {
  const held = (written: string | null) => (written === null ? null : secretOf(written, variables));
  return { user: held(user), password: held(password), token: held(token) };
}

/** The header that signs in: with the token, else with user and password. */
export function basicOrBearer({ user, password, token }: SignIn): Readonly<Record<string, string>> {
  if (token !== null) return { authorization: `Bearer ${token}` };
  if (user === null) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
}

/** An address that a plan may hold, without a slash at its end. Throws SetupError for one with a password in it. */
export function baseOf(system: string, address: string): string {
  const url = URL.parse(address);
  if (url && (url.username !== '' || url.password !== '')) {
    throw new SetupError(
      `The address of ${system} holds a password, and a plan must not: give the action a user and a password as \${NAME}.`,
    );
  }
  return address.replace(/\/+$/, '');
}

/** A system as it stands in locks: its host, or the name of the variable that holds its address. */
export function hostIn(address: string): string {
  return URL.parse(address)?.host || (variablesIn(address)[0] ?? address);
}

/** A link for a card into a system; `null` where its address is a secret. */
export function linkTo(address: string, path: string): string | null {
  return URL.canParse(address) && variablesIn(address).length === 0 ? `${address}${path}` : null;
}
