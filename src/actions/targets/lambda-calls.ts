import type { AliasConfiguration, FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { SetupError } from '../../app/errors.ts';
import { type AwsCall, askAws } from '../../aws/errors.ts';
import type { TargetDeps } from '../target.ts';
import { consoleLink } from './aws-place.ts';

/** A function of one region. */
export interface FunctionPlace {
  readonly region: string;
  readonly name: string;
}

/**
 * What is changed, by one name: a function may be written as its name, as `account:function:name` or as its ARN, and with a version
 * behind it (https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html). Of two accounts one waits for the other.
 */
export function lockOf({ region, name }: FunctionPlace, kind: string, qualifier?: string): string {
  const bare = (/(?:^|:)function:(?<rest>.+)$/.exec(name)?.groups?.rest ?? name).split(':')[0];
  return `lambda:${region}:${kind}/${bare}${qualifier === undefined ? '' : `:${qualifier}`}`;
}

/** A version of a function, or `$LATEST`. */
export interface FunctionVersion {
  readonly version: string;
  readonly description: string;
  readonly codeSize: number | null;
  readonly codeSha: string;
  readonly memory: number | null;
  /** In seconds. */
  readonly timeout: number | null;
  readonly runtime: string;
  /** `Active`, `Inactive`, `Pending`, `Failed`. */
  readonly state: string;
  /** `Successful`, `InProgress`, `Failed`. */
  readonly update: string;
  readonly updateReason: string;
  /** Epoch ms. */
  readonly modifiedAt: number | null;
  /** Another one after each change. */
  readonly revision: string;
  /** Whether Lambda knows its runs by name. */
  readonly isDurable: boolean;
}

export interface FunctionAlias {
  readonly version: string;
  /** Other versions that get a share of the calls, from 0 to 1. */
  readonly weights: Readonly<Record<string, number>>;
  readonly revision: string;
}

const MOST_PAGES = 20;
const PER_PAGE = 50;

type Sdk = typeof import('@aws-sdk/client-lambda');

/** One call of Lambda, its failures in our words. Loads the SDK when it is first needed. */
export async function callLambda<T>(
  clients: TargetDeps['aws'],
  call: AwsCall,
  send: (client: LambdaClient, sdk: Sdk) => Promise<T>,
): Promise<T> {
  const [client, sdk] = [await clients.lambda(call.region), await import('@aws-sdk/client-lambda')];
  return await askAws(call, async () => await send(client, sdk));
}

/** Throws SetupError when there is no such function or version. */
export async function versionOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, name }: FunctionPlace,
  qualifier?: string,
): Promise<FunctionVersion> {
  const input = { FunctionName: name, ...(qualifier !== undefined && { Qualifier: qualifier }) };
  const call = { permission: 'lambda:GetFunctionConfiguration', region };
  return versionFrom(
    await callLambda(aws, call, (client, sdk) => client.send(new sdk.GetFunctionConfigurationCommand(input))),
  );
}

export async function aliasOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, name }: FunctionPlace,
  alias: string,
): Promise<FunctionAlias> {
  const call = { permission: 'lambda:GetAlias', region };
  const input = { FunctionName: name, Name: alias };
  return aliasFrom(await callLambda(aws, call, (client, sdk) => client.send(new sdk.GetAliasCommand(input))));
}

/** The numbers of its published versions, the highest first. */
export async function publishedVersions(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, name }: FunctionPlace,
): Promise<readonly number[]> {
  const call = { permission: 'lambda:ListVersionsByFunction', region };
  const found: number[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { FunctionName: name, MaxItems: PER_PAGE, ...(marker && { Marker: marker }) };
    const { Versions, NextMarker } = await callLambda(aws, call, (client, sdk) =>
      client.send(new sdk.ListVersionsByFunctionCommand(input)),
    );
    found.push(...(Versions ?? []).map(({ Version }) => Number(Version)).filter(Number.isInteger));
    if (!NextMarker) return found.toSorted((one, other) => other - one);
    marker = NextMarker;
  }
  throw new SetupError(`${name} has too many versions to find the one before: say which, with “to”.`);
}

/** Aliases that serve a published version, as `live → 7`: what is changed at the function itself does not reach those. */
export async function aliasesOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, name }: FunctionPlace,
): Promise<readonly { readonly name: string; readonly version: string }[]> {
  const call = { permission: 'lambda:ListAliases', region };
  const found: { readonly name: string; readonly version: string }[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { FunctionName: name, MaxItems: PER_PAGE, ...(marker && { Marker: marker }) };
    const { Aliases, NextMarker } = await callLambda(aws, call, (client, sdk) =>
      client.send(new sdk.ListAliasesCommand(input)),
    );
    found.push(...(Aliases ?? []).map((one) => ({ name: one.Name ?? '', version: one.FunctionVersion ?? '' })));
    if (!NextMarker) return found;
    marker = NextMarker;
  }
  throw new SetupError(`${name} has too many aliases to look through.`);
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
function versionFrom(held: FunctionConfiguration): FunctionVersion {
  const { Version = '', Description = '', CodeSha256 = '', Runtime = 'image', RevisionId = '' } = held;
  const { State = '', LastUpdateStatus = '', LastUpdateStatusReason = '' } = held;
  const modifiedAt = Date.parse(held.LastModified ?? '');
  return {
    version: Version,
    description: Description.slice(0, 150),
    codeSize: held.CodeSize ?? null,
    codeSha: CodeSha256,
    memory: held.MemorySize ?? null,
    timeout: held.Timeout ?? null,
    runtime: Runtime,
    state: State,
    update: LastUpdateStatus,
    updateReason: LastUpdateStatusReason.slice(0, 150),
    modifiedAt: Number.isNaN(modifiedAt) ? null : modifiedAt,
    revision: RevisionId,
    isDurable: held.DurableConfig !== undefined,
  };
}

function aliasFrom(held: AliasConfiguration): FunctionAlias {
  return {
    version: held.FunctionVersion ?? '',
    weights: held.RoutingConfig?.AdditionalVersionWeights ?? {},
    revision: held.RevisionId ?? '',
  };
}

/** Where somebody can look at a function. */
export function functionLink({ region, name }: FunctionPlace): string | null {
  return consoleLink(region, `lambda/home?region=${region}#/functions/${encodeURIComponent(name)}`);
}
