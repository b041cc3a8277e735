import { SetupError } from '../../app/errors.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../../sources/foreign-fields.ts';
import { oneLine } from '../../sources/foreign-text.ts';
import type { TargetDeps } from '../target.ts';
import { basicOrBearer, isFine, type Rest, type RestAnswer, refused, request, type SignIn, signInNow } from './rest.ts';

/** Whose name says which version serves. A stage is what MLflow had before aliases, and still knows. */
export type Label = { readonly kind: 'alias' | 'stage'; readonly name: string };

/** A registry, a model of it and what serves, as a plan holds it: secrets are `${NAME}`. */
export interface Registry extends SignIn {
  readonly base: string;
  readonly model: string;
  readonly label: Label;
}

export interface ModelVersion {
  readonly version: string;
  /** `READY`, `PENDING_REGISTRATION`, `FAILED_REGISTRATION`. */
  readonly status: string;
  readonly run: string;
  readonly source: string;
  readonly stage: string;
  readonly by: string | null;
  /** When it was registered, epoch ms; `null`: it does not say. */
  readonly registeredAt: number | null;
  readonly tags: Readonly<Record<string, string>>;
}

const API = '/api/2.0/mlflow';
/** So many of the newest are looked through for the one before. */
const NEWEST = 200;
const MEND = 'Give mlflow_rollback a token, or a user and a password, that may do this.';

function restOf(registry: Registry, { fetch, variables }: TargetDeps): Rest {
  return { system: 'MLflow', base: registry.base, fetch, headers: basicOrBearer(signInNow(registry, variables)) };
}

async function read(deps: TargetDeps, registry: Registry, path: string, query: Record<string, string>) {
  const rest = restOf(registry, deps);
  return { rest, answer: await request(rest, 'GET', `${API}/${path}?${new URLSearchParams(query)}`) };
}

function notFine(rest: Rest, answer: RestAnswer): Error {
  return refused(rest, answer, answer.status === 401 || answer.status === 403 ? MEND : '');
}

/** The version that serves; `null`: none does. Throws SetupError for a model that the registry does not know. */
export async function serving(deps: TargetDeps, registry: Registry): Promise<ModelVersion | null> {
  const { model, label } = registry;
  return label.kind === 'alias'
    ? await byAlias(deps, registry, model, label.name)
    : await newestInStage(deps, registry, model, label.name);
}

/** An alias that nobody has is a 400 of MLflow's, a model that it does not know a 404: so the model is asked for. */
async function byAlias(
  deps: TargetDeps,
  registry: Registry,
  name: string,
  alias: string,
): Promise<ModelVersion | null> {
  const { rest, answer } = await read(deps, registry, 'registered-models/alias', { name, alias });
  if (isFine(answer)) return versionIn(answer.json.model_version);
  const isUnknown = ['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'].includes(String(answer.json.error_code));
  if (!isUnknown) throw notFine(rest, answer);
  const asked = await read(deps, registry, 'registered-models/get', { name });
  if (!isFine(asked.answer)) throw notFine(asked.rest, asked.answer);
  return null;
}

/** Asked with POST, which MLflow names first and Databricks alone: https://docs.databricks.com/api/model-registry/v1/list-latest-versions */
async function newestInStage(deps: TargetDeps, registry: Registry, name: string, stage: string) {
  const rest = restOf(registry, deps);
  const asked = { name, stages: [stage] };
  const answer = await request(rest, 'POST', `${API}/registered-models/get-latest-versions`, asked);
  if (!isFine(answer)) throw notFine(rest, answer);
  return newestFirst(listOf(answer.json.model_versions, versionIn))[0] ?? null;
}

/** The newest versions of the model, newest first. */
export async function versionsOf(deps: TargetDeps, registry: Registry): Promise<readonly ModelVersion[]> {
  const { model } = registry;
  const filter = model.includes("'") ? `name="${model}"` : `name='${model}'`;
  const order = { order_by: 'version_number DESC', max_results: String(NEWEST) };
  const { rest, answer } = await read(deps, registry, 'model-versions/search', { filter, ...order });
  if (!isFine(answer)) throw notFine(rest, answer);
  return newestFirst(listOf(answer.json.model_versions, versionIn));
}

/** One version; throws SetupError for one that the registry does not know. */
export async function versionOf(deps: TargetDeps, registry: Registry, version: string): Promise<ModelVersion> {
  const { rest, answer } = await read(deps, registry, 'model-versions/get', { name: registry.model, version });
  const found = isFine(answer) ? versionIn(answer.json.model_version) : null;
  if (found) return found;
  if (isFine(answer)) throw new SetupError(`MLflow does not say what version ${version} of ${registry.model} is.`);
  throw notFine(rest, answer);
}

/** Lets a version serve: whoever writes last has the label, MLflow compares with nothing. */
export async function letServe(deps: TargetDeps, registry: Registry, version: string): Promise<void> {
  const { model: name, label } = registry;
  const rest = restOf(registry, deps);
  const answer =
    label.kind === 'alias'
      ? await request(rest, 'POST', `${API}/registered-models/alias`, { name, alias: label.name, version })
      : await request(rest, 'POST', `${API}/model-versions/transition-stage`, {
          ...{ name, version, stage: label.name, archive_existing_versions: true },
        });
  if (!isFine(answer)) throw notFine(rest, answer);
}

function newestFirst(versions: readonly ModelVersion[]): readonly ModelVersion[] {
  return versions.toSorted((one, other) => Number(other.version) - Number(one.version));
}

function versionIn(value: unknown): ModelVersion | null {
  const fields: Fields = fieldsOf(value) ?? {};
  const version = textOf(fields.version) ?? (typeof fields.version === 'number' ? String(fields.version) : '');
  if (!/^\d{1,12}$/.test(version)) return null;
  const line = (one: unknown) => oneLine(textOf(one) ?? '', 150);
  const tags = listOf(fields.tags, (tag) => [line(tag.key), line(tag.value)] as const);
  const registeredAt = Number(fields.creation_timestamp);
  return {
    ...{ version, status: line(fields.status), run: line(fields.run_id), source: line(fields.source) },
    stage: line(fields.current_stage),
    by: line(fields.user_id) || null,
    registeredAt: Number.isFinite(registeredAt) && registeredAt > 0 ? registeredAt : null,
    tags: Object.fromEntries(tags.filter(([key]) => key !== '').slice(0, 50)),
  };
}
