import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { CallContext } from '../endpoint.ts';
import type { Input } from '../input.ts';
import { isObject, number, object, text } from '../input.ts';
import { type LambdaFunction, notFound, pointAlias, stale, updateStatus, versionAt } from './functions.ts';
import { invoke, listExecutions } from './invocations.ts';
import type { Lambda, LambdaAnswer, LambdaRequest } from './lambda.ts';
import { describeAlias, describeVersion } from './lambda-answers.ts';

/** What one operation has to work with. */
export interface LambdaCall {
  readonly lambda: Lambda;
  readonly held: LambdaFunction;
  /** The rest of the path, such as the name of an alias. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly input: Input;
  readonly request: LambdaRequest;
  readonly principal: string;
}

type Operation = (call: LambdaCall) => object | LambdaAnswer;

/** How long a change of a configuration is under way, in ms. */
const UPDATE_MS = 4_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const LEAST_UNRESERVED = 100;

/** By method and path, each with the operation and, where it is called otherwise, its permission. */
const ROUTES: readonly (readonly [string, RegExp, string, Operation, string?])[] = [
  ['GET', /^aliases\/(?<rest>[^/]+)$/, 'GetAlias', getAlias],
  ['PUT', /^aliases\/(?<rest>[^/]+)$/, 'UpdateAlias', updateAlias],
  ['GET', /^aliases$/, 'ListAliases', listAliases],
  ['GET', /^versions$/, 'ListVersionsByFunction', listVersions],
  [
    'GET',
    /^configuration$/,
    'GetFunctionConfiguration',
    ({ lambda, held, query }) =>
      describeVersion(lambda, held, versionAt(held, query.get('Qualifier'), lambda.arnOf(held.name))),
  ],
  ['PUT', /^configuration$/, 'UpdateFunctionConfiguration', updateConfiguration],
  ['GET', /^concurrency$/, 'GetFunctionConcurrency', ({ held }) => reservation(held)],
  ['PUT', /^concurrency$/, 'PutFunctionConcurrency', putConcurrency],
  ['POST', /^invocations$/, 'Invoke', invoke, 'lambda:InvokeFunction'],
  ['GET', /^durable-executions$/, 'ListDurableExecutionsByFunction', listExecutions],
];

/** Answers one request of the REST API. Throws nothing: what Lambda refuses is an answer. */
export async function answerLambda(
  lambda: Lambda,
  request: LambdaRequest,
  context: CallContext,
): Promise<LambdaAnswer> {
  try {
    return await route(lambda, request, context);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const body = JSON.stringify({
      Type: error.status < 500 ? 'User' : 'Server',
      message: error.message,
      Message: error.message,
    });
    return { status: error.status, body, headers: { 'x-amzn-errortype': error.code } };
  }
}

async function route(lambda: Lambda, request: LambdaRequest, context: CallContext): Promise<LambdaAnswer> {
  const { principal } = context;
  if (request.path === 'account-settings') {
    await lambda.faults.before('GetAccountSettings', 'lambda:GetAccountSettings', '*', { principal });
    return json(accountSettings(lambda));
  }
  const [, name = '', below = ''] = /^functions\/(?<name>[^/]+)\/(?<below>.+)$/.exec(request.path) ?? [];
  const found = ROUTES.find(([method, path]) => method === request.method && path.test(below));
  if (found === undefined) throw new AwsError('UnknownOperationException', 404, `${below} is not offered here`);
  const [, path, operation, answer, permission = `lambda:${operation}`] = found;
  const short = name.slice(name.lastIndexOf(':') + 1);
  await lambda.faults.before(operation, permission, lambda.arnOf(short), { principal });
  const held = lambda.functions.get(short);
  if (held === undefined) throw notFound(`Function not found: ${lambda.arnOf(short)}`);
  const rest = path.exec(below)?.groups?.rest ?? '';
  const result = answer({ lambda, held, rest, query: request.query, input: bodyOf(request), request, principal });
  if (lambda.faults.isLost(operation)) context.loseAnswer();
  return isAnswer(result) ? result : json(result);
}

function bodyOf({ body }: LambdaRequest): Input {
  try {
    const input: unknown = JSON.parse(body === '' ? '{}' : body);
    return isObject(input) ? input : {};
  } catch {
    throw new AwsError('InvalidRequestContentException', 400, 'Could not parse request body into json');
  }
}

function json(value: object): LambdaAnswer {
  return { status: 200, body: JSON.stringify(value) };
}

function isAnswer(result: object): result is LambdaAnswer {
  return 'status' in result && 'body' in result;
}

function getAlias({ lambda, held, rest }: LambdaCall): object {
  const alias = held.aliases.get(rest);
  if (alias === undefined) throw notFound(`Cannot find alias arn: ${lambda.arnOf(held.name)}:${rest}`);
  return describeAlias(lambda, held, alias);
}

function updateAlias(call: LambdaCall): object {
  const { lambda, held, rest, input, principal } = call;
  const alias = held.aliases.get(rest);
  if (alias === undefined) throw notFound(`Cannot find alias arn: ${lambda.arnOf(held.name)}:${rest}`);
  const revision = text(input, 'RevisionId');
  if (revision !== undefined && revision !== alias.revision) throw stale('alias');
  const version = text(input, 'FunctionVersion') ?? alias.version;
  versionAt(held, version, lambda.arnOf(held.name));
  const routing = object(input, 'RoutingConfig');
  const weights = routing ? weightsIn(object(routing, 'AdditionalVersionWeights') ?? {}) : alias.weights;
  const next = pointAlias(held, rest, version, weights);
  lambda.changed({ operation: 'UpdateAlias', function: held.name, principal, input });
  return describeAlias(lambda, held, next);
}

function weightsIn(held: Input): Record<string, number> {
  return Object.fromEntries(Object.entries(held).filter((one): one is [string, number] => typeof one[1] === 'number'));
}

function listVersions({ lambda, held, query }: LambdaCall): object {
  const { items, next } = pageOf([held.latest, ...held.published.values()], query);
  return { Versions: items.map((version) => describeVersion(lambda, held, version)), ...next };
}

function listAliases({ lambda, held, query }: LambdaCall): object {
  const { items, next } = pageOf([...held.aliases.values()], query);
  return { Aliases: items.map((alias) => describeAlias(lambda, held, alias)), ...next };
}

const PER_PAGE = 50;

function pageOf<T>(all: readonly T[], query: URLSearchParams): { items: readonly T[]; next: { NextMarker?: string } } {
  const [from, most] = [Number(query.get('Marker') ?? 0), Number(query.get('MaxItems') ?? PER_PAGE)];
  const end = from + Math.min(most, PER_PAGE);
  return { items: all.slice(from, end), next: end < all.length ? { NextMarker: String(end) } : {} };
}

function updateConfiguration({ lambda, held, input, principal }: LambdaCall): object {
  if (updateStatus(held, lambda.now()) === 'InProgress') {
    const words = `The operation cannot be performed at this time. An update is in progress for resource: ${lambda.arnOf(held.name)}`;
    throw new AwsError('ResourceConflictException', 409, words);
  }
  const revision = text(input, 'RevisionId');
  if (revision !== undefined && revision !== held.latest.revision) throw stale('function');
  const memory = number(input, 'MemorySize') ?? held.latest.memory;
  const failure = lambda.takeUpdateFailure();
  held.latest = { ...held.latest, memory, modifiedAt: lambda.now(), revision: randomUUID() };
  held.update = { until: lambda.now() + UPDATE_MS, failure };
  lambda.changed({ operation: 'UpdateFunctionConfiguration', function: held.name, principal, input });
  return describeVersion(lambda, held, held.latest);
}

function reservation({ reserved }: LambdaFunction): object {
  return reserved === null ? {} : { ReservedConcurrentExecutions: reserved };
}

function unreserved({ functions, accountLimit }: Lambda): number {
  return [...functions.values()].reduce((left, { reserved }) => left - (reserved ?? 0), accountLimit);
}

function accountSettings(lambda: Lambda): object {
  const limit = {
    ...{ ConcurrentExecutions: lambda.accountLimit, UnreservedConcurrentExecutions: unreserved(lambda) },
    ...{ TotalCodeSize: 80_530_636_800, CodeSizeUnzipped: 262_144_000, CodeSizeZipped: 52_428_800 },
  };
  return { AccountLimit: limit, AccountUsage: { FunctionCount: lambda.functions.size, TotalCodeSize: 4_200_000 } };
}

function putConcurrency({ lambda, held, input, principal }: LambdaCall): object {
  const wanted = number(input, 'ReservedConcurrentExecutions') ?? 0;
  // A new account may have fewer than that altogether: there nothing can be taken, and 0 takes nothing.
  const least = Math.min(LEAST_UNRESERVED, lambda.accountLimit);
  if (unreserved(lambda) + (held.reserved ?? 0) - wanted < least) {
    const words = `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}].`;
    throw new AwsError('InvalidParameterValueException', 400, words);
  }
  held.reserved = wanted;
  lambda.changed({ operation: 'PutFunctionConcurrency', function: held.name, principal, input });
  return reservation(held);
}
