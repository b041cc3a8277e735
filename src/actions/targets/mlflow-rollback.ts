import { SetupError } from '../../app/errors.ts';
import { resolved } from '../../config/variables.ts';
import type { Json } from '../../domain/action.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import { addressOf } from '../../probes/filled.ts';
import { type LedgerEntry, lastKnownGood } from '../ledger.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { versionDifferences } from './mlflow-differences.ts';
import {
  type Label,
  letServe,
  type ModelVersion,
  type Registry,
  serving,
  versionOf,
  versionsOf,
} from './mlflow-registry.ts';
import { isRestarted, type Restart, readyRestart, sendRestart, whyRefused } from './mlflow-restart.ts';
import { baseOf, hostIn, linkTo } from './rest.ts';
import { jsonOf, knownFor } from './template.ts';

interface Sealed extends Registry {
  /** The version that serves when it is planned; `null`: none does. */
  readonly from: string | null;
  readonly to: string;
  readonly restart: Restart | null;
  readonly [key: string]: Json;
}

const TAKES_MS = 10_000;
const SENDINGS = 3;
/** How long the last sending of the restart may take to be answered. */
const ANSWERS_WITHIN_MS = 30_000;

/**
 * Lets an earlier version of a registered model serve, by its alias or its stage.
 * https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export const mlflowRollback: Target<'mlflow_rollback', Sealed> = {
  plan,
  look,
  async change(deps, sealed, { run }) {
    const { from, to, restart } = sealed;
    if (restart) readyRestart(restart, deps); // what is not set is said before anything has changed
    const now = (await serving(deps, sealed))?.version ?? null;
    // MLflow compares with nothing: whoever writes last has the alias.
    if (now !== to && now !== from) throw new SetupError(movedWords(sealed, now));
    if (now !== to) await letServe(deps, sealed, to);
    return { reference: restart ? await sendRestart(deps, restart, run.token) : null };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'mlflow_rollback'>): Promise<Draft<Sealed>> {
  const registry = registryOf(asked);
  const subject = `${registry.model}@${registry.label.name}`;
  const lock = `mlflow:${hostIn(registry.base)}:${registry.label.kind}/${subject}`;
  const current = await serving(deps, registry);
  const { to, check } = await wanted(deps, asked, registry, { current, lock });
  const restart = restartOf(asked);
  const from = current?.version ?? null;
  return {
    ...{ subject, lock, current: from ?? 'none', target: to.version },
    differences: versionDifferences(registry.label, current, to),
    deployed: null, // an alias has no time, and neither has a stage
    checks: [...fitness(from, to), check, ...restartChecks(restart, deps)],
    ...{ takesMs: TAKES_MS, cost: null, cannotUndo: [] },
    fingerprint: JSON.stringify([from, to.version, to.status, to.source]),
    sealed: { ...registry, from, to: to.version, restart },
  };
}

function registryOf(asked: Asked<'mlflow_rollback'>): Registry {
  const { settings, fill, service, environment } = asked;
  const base = addressOf({ service, environment }, 'mlflow');
  const label: Label = settings.alias
    ? { kind: 'alias', name: fill(settings.alias) }
    : { kind: 'stage', name: fill(settings.stage ?? '') };
  const { user = null, password = null, token = null } = settings;
  return {
    base: baseOf('mlflow', withoutUser(base, user ?? token)),
    model: fill(settings.model),
    label,
    user,
    password,
    token,
  };
}

/** Probes sign in with what stands in the address; a plan holds none of it, where the action says itself who signs in. */
function withoutUser(address: string, signIn: string | null): string {
  const url = URL.parse(address);
  if (!url || signIn === null) return address;
  url.username = '';
  url.password = '';
  return url.href;
}

interface Standing {
  readonly current: ModelVersion | null;
  readonly lock: string;
}

/** The version that somebody named, else the last known good one, else the newest before the one that serves. */
async function wanted(
  deps: TargetDeps,
  { inputs, settings, fill }: Asked<'mlflow_rollback'>,
  registry: Registry,
  { current, lock }: Standing,
): Promise<{ readonly to: ModelVersion; readonly check: PlanCheck }> {
  const named = inputs.to ?? (settings.to === undefined ? null : fill(settings.to));
  if (named !== null) {
    if (!/^\d{1,12}$/.test(named)) throw new SetupError(`“${named}” is no version: MLflow counts them, as in to=7.`);
    const to = await versionOf(deps, registry, String(Number(named)));
    return { to, check: { isWell: true, text: `Version ${to.version} was asked for.` } };
  }
  if (current === null) {
    throw new SetupError(
      `No version of ${registry.model} has the ${labelWords(registry.label)}: say which one, as in to=7.`,
    );
  }
  const [entries, versions] = [await deps.ledger.entries(lock), await versionsOf(deps, registry)];
  return before(registry, current, entries, versions);
}

function before(
  { model }: Registry,
  current: ModelVersion,
  entries: readonly LedgerEntry[],
  versions: readonly ModelVersion[],
): { readonly to: ModelVersion; readonly check: PlanCheck } {
  const ready = versions.filter(({ status }) => status === 'READY');
  const good = lastKnownGood(entries, current.version)?.version;
  const known = ready.find(({ version }) => version === good);
  if (known)
    return { to: known, check: { isWell: true, text: `Version ${known.version} is the last known good one.` } };
  const isWithdrawn = (version: string) => entries.some((one) => one.version === version && one.isWithdrawn);
  const older = ready.find(({ version }) => Number(version) < Number(current.version) && !isWithdrawn(version));
  if (!older) {
    throw new SetupError(`${model} has no ready version before ${current.version}: say which one, as in to=7.`);
  }
  const text = `Nobody has seen what served before: version ${older.version} is the newest ready one before ${current.version}.`;
  return { to: older, check: { isWell: null, text } };
}

function fitness(from: string | null, { version, status }: ModelVersion): PlanCheck[] {
  const ready: PlanCheck =
    status === 'READY'
      ? { isWell: true, text: `Version ${version} is ready.` }
      : { isWell: false, text: `Version ${version} is not ready: MLflow says ${status || 'nothing'}.` };
  return from === version ? [{ isWell: false, text: `Version ${version} serves already.` }, ready] : [ready];
}

function restartOf(asked: Asked<'mlflow_rollback'>): Restart | null {
  const { restart } = asked.settings;
  if (restart === undefined) return null;
  const body = jsonOf(restart.body, knownFor(asked, asked.inputs, restart.body));
  return { url: asked.fill(restart.url), body, secret: restart.secret };
}

function restartChecks(restart: Restart | null, { variables }: TargetDeps): PlanCheck[] {
  if (restart === null) return [];
  const missing = [restart.url, restart.secret].some((text) => resolved(text, variables) === null);
  return missing
    ? [{ isWell: false, text: 'The restart cannot be sent: a variable of its address or its secret is not set.' }]
    : [{ isWell: true, text: 'A signed request lets the servers load it afterwards.' }];
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  const { base, model, label, from, to, restart } = sealed;
  const now = (await serving(deps, sealed))?.version ?? null;
  const link = linkTo(base, `/#/models/${encodeURIComponent(model)}/versions/${to}`);
  if (now === to) return restart ? restarting(deps, sealed, run, link) : served(sealed, link, '');
  if (now === from && whyRefused(run.reference) === null && !isRestarted(run.reference)) return { kind: 'untouched' };
  return { kind: 'moved', why: movedWords({ model, label, from, to }, now) };
}

/** The label is set, which anybody can see; whether the servers were restarted only the answer of the hook has said. */
function restarting(
  { now }: TargetDeps,
  sealed: Sealed,
  { reference, sentAt, sendings }: Looked,
  link: string | null,
): Sight {
  const set = `Version ${sealed.to} has the ${labelWords(sealed.label)}`;
  if (isRestarted(reference)) return served(sealed, link, ', and its servers were told to load it');
  const refusal = whyRefused(reference);
  if (refusal !== null) {
    return {
      kind: 'failed',
      why: `${set}, but the restart was refused: ${refusal}. Restart the servers yourself.`,
      link,
    };
  }
  if (sentAt === null || sendings < SENDINGS) return { kind: 'untouched' };
  if (now() < sentAt + ANSWERS_WITHIN_MS)
    return { kind: 'under_way', phase: 'Waiting for the restart', share: null, link };
  return {
    kind: 'moved',
    why: `${set}, but nobody can tell whether the servers were restarted: the request was sent ${sendings} times without an answer. Look at them yourself.`,
  };
}

function served({ model, label, to }: Sealed, link: string | null, rest: string): Sight {
  return { kind: 'done', detail: `Version ${to} of ${model} has the ${labelWords(label)}${rest}.`, link };
}

function labelWords({ kind, name }: Label): string {
  return `${kind} ${name}`;
}

function movedWords({ model, label, from, to }: Pick<Sealed, 'model' | 'label' | 'from' | 'to'>, now: string | null) {
  const is =
    now === null
      ? `no version of ${model} has the ${labelWords(label)}`
      : `version ${now} of ${model} has the ${labelWords(label)}`;
  return `Somebody else was here: ${is}. It was to go from ${from ?? 'none'} to ${to}.`;
}
