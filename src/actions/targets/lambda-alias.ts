import { SetupError } from '../../app/errors.ts';
import type { PlanCheck, PlanDifference } from '../../domain/plan.ts';
import { lastKnownGood } from '../ledger.ts';
import type { Asked, Draft, Sight, Target, TargetDeps } from '../target.ts';
import { regionOf, wantedOf } from './aws-place.ts';
import {
  aliasOf,
  callLambda,
  type FunctionAlias,
  type FunctionPlace,
  type FunctionVersion,
  functionLink,
  lockOf,
  publishedVersions,
  versionOf,
} from './lambda-calls.ts';
import { describeVersions } from './lambda-differences.ts';

type Sealed = {
  readonly region: string;
  readonly name: string;
  readonly alias: string;
  readonly from: string;
  readonly to: string;
  /** Of the alias when it was planned: Lambda changes it only while it is this one. */
  readonly revision: string;
};

/** Points an alias to an earlier version. Lambda compares its revision before it sets, so that nothing is done twice. */
export const lambdaAlias: Target<'lambda_alias', Sealed> = {
  plan,
  look,
  async change({ acting }, { region, name, alias, to, revision }) {
    const call = { permission: 'lambda:UpdateAlias', region };
    const input = {
      ...{ FunctionName: name, Name: alias, FunctionVersion: to, RevisionId: revision },
      RoutingConfig: { AdditionalVersionWeights: {} }, // else a share of the calls would stay where it is
    };
    await callLambda(acting, call, (client, sdk) => client.send(new sdk.UpdateAliasCommand(input)));
    return { reference: null };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'lambda_alias'>): Promise<Draft<Sealed>> {
  const place = { region: regionOf(asked), name: asked.fill(asked.settings.function) };
  const alias = asked.fill(asked.settings.alias);
  const lock = lockOf(place, 'alias', alias);
  const held = await aliasOf(deps, place, alias);
  const { to, check } = await goal(deps, { asked, place, alias, held, lock });
  if (to === held.version && Object.keys(held.weights).length === 0)
    throw new SetupError(`${place.name}:${alias} is at version ${to} already: there is nothing to change.`);
  const [before, after] = await Promise.all([versionOf(deps, place, held.version), versionOf(deps, place, to)]);
  return {
    subject: `${place.name}:${alias}`,
    lock,
    current: held.version,
    target: to,
    differences: [...shares(held, to), ...describeVersions(before, after)],
    deployed: before.modifiedAt === null ? null : { by: null, at: before.modifiedAt },
    checks: [check, stateCheck(after)],
    ...{ takesMs: 5_000, cost: null, cannotUndo: [] },
    fingerprint: JSON.stringify([held, before.codeSha, after.codeSha, after.state]),
    sealed: { ...place, alias, from: held.version, to, revision: held.revision },
  };
}

interface Going {
  readonly asked: Asked<'lambda_alias'>;
  readonly place: FunctionPlace;
  readonly alias: string;
  readonly held: FunctionAlias;
  readonly lock: string;
}

/** Where to: as asked; else off a newer version that only gets a share yet; else the last known good one; else the one before. */
async function goal(deps: TargetDeps, { asked, place, alias, held, lock }: Going) {
  const wanted = wantedOf(asked, asked.settings.to);
  if (wanted !== null) {
    if (!/^[1-9]\d{0,9}$/.test(wanted))
      throw new SetupError(`“${wanted.slice(0, 40)}” is no version of a function: those are numbers.`);
    return { to: wanted, check: { isWell: null, text: `Version ${wanted} was asked for.` } };
  }
  const newer = Object.keys(held.weights).find((version) => Number(version) > Number(held.version));
  if (newer !== undefined) {
    return {
      to: held.version,
      check: well(`Version ${newer} only gets a share yet: version ${held.version} takes all.`),
    };
  }
  const [entries, published] = [await deps.ledger.entries(lock), await publishedVersions(deps, place)];
  const good = lastKnownGood(entries, held.version)?.version;
  if (good !== undefined && published.includes(Number(good)))
    return { to: good, check: well(`Version ${good} is the last known good one.`) };
  const isWithdrawn = (version: number) => entries.some((one) => one.isWithdrawn && one.version === String(version));
  const below = held.version === '$LATEST' ? Number.POSITIVE_INFINITY : Number(held.version);
  const previous = published.find((version) => version < below && !isWithdrawn(version));
  if (previous === undefined)
    throw new SetupError(`${place.name} has no version before ${held.version} that ${alias} could go back to.`);
  const text = `Version ${previous} is the one before; how well it served is not known.`;
  return { to: String(previous), check: { isWell: null, text } };
}

function well(text: string): PlanCheck {
  return { isWell: true, text };
}

function stateCheck({ version, state }: FunctionVersion): PlanCheck {
  if (state === 'Active') return well(`Version ${version} is ready.`);
  if (state === 'Failed')
    return { isWell: false, text: `Version ${version} cannot run: Lambda says that it has failed.` };
  return {
    isWell: null,
    text: `Version ${version} is ${state || 'in no known state'}: its first calls may take longer.`,
  };
}

function shares({ version, weights }: FunctionAlias, to: string): PlanDifference[] {
  const others = Object.entries(weights).map(([other, share]) => `${Math.round(share * 100)} % to ${other}`);
  return [
    ...(version === to ? [] : [{ what: 'Version', from: version, to }]),
    ...(others.length === 0 ? [] : [{ what: 'Shares of the calls', from: others.join(', '), to: `all to ${to}` }]),
  ];
}

async function look(deps: TargetDeps, sealed: Sealed): Promise<Sight> {
  const { alias, name, to, revision } = sealed;
  const held = await aliasOf(deps, sealed, alias);
  if (held.version === to && Object.keys(held.weights).length === 0)
    return { kind: 'done', detail: `${name}:${alias} is at version ${to}.`, link: functionLink(sealed) };
  if (held.revision === revision) return { kind: 'untouched' };
  return {
    kind: 'moved',
    why: `${name}:${alias} is at version ${held.version}: somebody else has changed it since it was planned.`,
  };
}
