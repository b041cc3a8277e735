import { quantityWords } from '../../blocks/measurement-words.ts';
import { SetupError, TransientError } from '../app/errors.ts';
import type { Answer, Query } from '../domain/query.ts';
import { answer } from './answer.ts';
import type { Asking } from './probes.ts';
import { type Got, get, jsonIn } from './web.ts';

const MAX_BYTES = 1_000_000;

/** The status of a page, or one value of its JSON. */
export async function askHttp({ query, ask, where, fill, fetch }: Asking<'http'>): Promise<Answer> {
  const url = fill(ask.url);
  const got = await get({ fetch, url, signal: where.signal, maxBytes: MAX_BYTES });
  if (ask.pick === null) return answer(String(got.status), { value: got.status });
  const host = new URL(url).host;
  refuse(got, host);
  const path = fill(ask.pick);
  const found = picked(jsonIn(got.body, host), path);
  if (found === undefined) throw new SetupError(`The answer of ${host} has no “${path}”.`);
  return inWords(query, found);
}

function refuse({ status }: Got, host: string): void {
  if (status >= 500 || status === 429) throw new TransientError(`${host} answers ${status}`, { cause: undefined });
  if (status < 200 || status >= 300) throw new SetupError(`${host} answers ${status}, not with a value.`);
}

/** `stats.last_hour`, `items.0.name`; `undefined` where there is nothing. */
export function picked(json: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    return Reflect.get(at, name);
  }, json);
}

function inWords({ unit }: Query, found: unknown): Answer {
  if (typeof found === 'number' && Number.isFinite(found)) {
    return answer(quantityWords(found, unit), { value: found, word: String(found) });
  }
  return answer(typeof found === 'string' ? found : JSON.stringify(found));
}
