import { SetupError, TransientError } from '../app/errors.ts';
import { refuseForbidden } from './guarded-fetch.ts';

export interface Got {
  readonly status: number;
  readonly body: string;
}

export interface Get {
  readonly fetch: typeof fetch;
  /** User and password in it are sent as Basic authentication. */
  readonly url: string;
  readonly signal: AbortSignal;
  /** What is longer is refused, in bytes. */
  readonly maxBytes: number;
}

/** One GET without redirects: whoever answers is whom the owner has named. Throws TransientError and SetupError, with the host in words. */
export async function get(request: Get): Promise<Got> {
  return await ask(request, {});
}

export interface Post extends Get {
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** One POST of JSON, else as `get`. */
export async function post({ headers, body, ...request }: Post): Promise<Got> {
  return await ask(request, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
}

export interface Send extends Get {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; `null`: none. */
  readonly body: string | null;
}

/** One request of any kind, else as `get`; a longer answer is cut off, not refused: by then it has been done. */
export async function send({ method, headers, body, ...request }: Send): Promise<Got> {
  const type: Readonly<Record<string, string>> = body === null ? {} : { 'content-type': 'application/json' };
  return await ask(request, { method, headers: { ...type, ...headers }, body, isCut: true });
}

type Asked = Pick<RequestInit, 'method' | 'body'> & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly isCut?: boolean;
};

async function ask(
  { fetch: doFetch, url: address, signal, maxBytes }: Get,
  { isCut = false, ...init }: Asked,
): Promise<Got> {
  const { url, headers } = readAddress(address);
  try {
    const all = { ...headers, ...init.headers };
    const response = await doFetch(url.href, { ...init, redirect: 'manual', headers: all, signal });
    return { status: response.status, body: await readBody(response, maxBytes, isCut ? null : url.host) };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const inner = error instanceof Error && error.cause instanceof SetupError ? error.cause : null;
    if (inner) throw inner;
    throw new TransientError(`${url.host} ${signal.aborted ? 'did not answer in time' : whyNot(error)}`, {
      cause: error,
    });
  }
}

function readAddress(address: string): { url: URL; headers: Record<string, string> } {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SetupError(`“${address.slice(0, 80)}” is no web address: write https://… or http://…`);
  }
  refuseForbidden(url);
  const headers: Record<string, string> = { accept: 'application/json, */*' };
  if (url.username !== '') {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  return { url, headers };
}

/** As it stands, where it was not encoded: a password may hold a percent sign. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `refuses`: the host in whose name a longer body is refused; `null`: it is cut off. */
async function readBody(response: Response, maxBytes: number, refuses: string | null): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes && refuses === null) break;
    if (size > maxBytes)
      throw new SetupError(`${refuses} answers with more than ${maxBytes / 1_000} kB: ask for less.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Node says why a connection failed in the cause: `ECONNREFUSED`. */
function whyNot(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'refuses the connection',
    ENOTFOUND: 'is a name that nobody knows',
    ECONNRESET: 'broke the connection',
    UND_ERR_CONNECT_TIMEOUT: 'did not answer in time',
  };
  return words[code] ?? `could not be reached${code === '' ? '' : ` (${code})`}`;
}

/** The JSON in a body; throws SetupError when it is none. */
export function jsonIn(body: string, host: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new SetupError(`${host} does not answer with JSON.`);
  }
}
