import { SetupError, TransientError } from '../app/errors.ts';
import type { Answer } from '../domain/query.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../sources/foreign-fields.ts';
import { oneLine } from '../sources/foreign-text.ts';
import { answer, timeWords } from './answer.ts';
import { addressOf } from './filled.ts';
import type { Asking } from './probes.ts';
import { get, jsonIn } from './web.ts';

const MAX_BYTES = 2_000_000;
const API = '/api/2.0/mlflow/registered-models';

/**
 * Which version of a model serves: the one with the alias, the newest in the stage (MLflow 2), else the newest at all.
 * https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export async function askMlflow(asking: Asking<'mlflow'>): Promise<Answer> {
  const { ask, fill } = asking;
  const model = fill(ask.model);
  if (ask.alias !== null) {
    const alias = fill(ask.alias);
    const found = await fetchJson(asking, `${API}/alias?${new URLSearchParams({ name: model, alias })}`);
    return inWords([fieldsOf(found.model_version)], `${model} has no version with the alias ${alias}`);
  }
  if (ask.stage !== null) {
    const stage = fill(ask.stage);
    const found = await fetchJson(
      asking,
      `${API}/get-latest-versions?${new URLSearchParams({ name: model, stages: stage })}`,
    );
    return inWords(
      listOf(found.model_versions, (one) => one),
      `${model} has no version in the stage ${stage}`,
    );
  }
  const found = await fetchJson(asking, `${API}/get?${new URLSearchParams({ name: model })}`);
  const versions = listOf(fieldsOf(found.registered_model)?.latest_versions, (one) => one);
  return inWords(versions, `${model} has no version`);
}

async function fetchJson({ where, fetch }: Asking<'mlflow'>, path: string): Promise<Fields> {
  const url = `${addressOf(where, 'mlflow')}${path}`;
  const { host } = new URL(url);
  const got = await get({ fetch, url, signal: where.signal, maxBytes: MAX_BYTES });
  if (got.status >= 500 || got.status === 429) {
    throw new TransientError(`MLflow at ${host} answers ${got.status}`, { cause: undefined });
  }
  if (got.status === 401 || got.status === 403) {
    throw new SetupError(
      `MLflow at ${host} wants a user: write http://user:password@… in the service file's environment.`,
    );
  }
  const json = got.status < 300 || got.body.startsWith('{') ? (fieldsOf(jsonIn(got.body, host)) ?? {}) : {};
  if (got.status >= 300) {
    throw new SetupError(`MLflow at ${host}: ${oneLine(textOf(json.message) ?? `it answers ${got.status}`, 150)}`);
  }
  return json;
}

function inWords(versions: readonly (Fields | null)[], none: string): Answer {
  const numbered = versions.flatMap((one) => (one ? [{ one, version: Number(one.version) }] : []));
  const newest = numbered.sort((a, b) => b.version - a.version)[0];
  if (!newest) return answer(none);
  const { one } = newest;
  const word = textOf(one.version) ?? String(newest.version);
  const run = textOf(one.run_id)?.slice(0, 8) ?? '';
  const stage = textOf(one.current_stage);
  const at = timeOf(one.creation_timestamp);
  const aside = [run === '' ? null : `run ${run}`, stage === null || stage === 'None' ? null : stage].filter(Boolean);
  const since = at === null ? '' : `, registered ${timeWords(at)}`;
  const value = Number.isFinite(newest.version) ? newest.version : null;
  return answer(`version ${word}${aside.length > 0 ? ` (${aside.join(', ')})` : ''}${since}`, { word, value, at });
}

/** Epoch ms; a number, or a text of one, as protobuf writes 64 bits. */
function timeOf(value: unknown): number | null {
  const time = Number(value);
  return Number.isFinite(time) && time > 0 ? time : null;
}
