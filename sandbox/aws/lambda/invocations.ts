import { AwsError } from '../aws-error.ts';
import { type Execution, type LambdaFunction, versionAt } from './functions.ts';
import type { Lambda, LambdaAnswer } from './lambda.ts';
import type { LambdaCall } from './lambda-operations.ts';

/** How long a run of a durable function takes, in ms. */
const RUN_MS = 20_000;

/** Runs a function. Without a name nothing keeps it from running twice: that is what Lambda is like. */
export function invoke(call: LambdaCall): LambdaAnswer {
  const { lambda, held, query, request, input, principal } = call;
  const { version } = versionAt(held, query.get('Qualifier'), lambda.arnOf(held.name));
  if (held.reserved === 0) throw new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.');
  const isEvent = request.headers['x-amz-invocation-type'] === 'Event';
  const name = request.headers['x-amz-durable-execution-name'];
  if (name !== undefined && !held.isDurable)
    throw new AwsError('InvalidParameterValueException', 400, 'The function is not configured for durable execution.');
  const known = name === undefined ? undefined : held.executions.get(name);
  if (known !== undefined) return again(known, request.body);
  const context = request.headers['x-amz-client-context'];
  const said = {
    payload: input,
    qualifier: query.get('Qualifier'),
    isEvent,
    ...(context && { context: decoded(context) }),
  };
  lambda.changed({ operation: 'Invoke', function: held.name, principal, input: said });
  const result = (lambda.handlers.get(held.name) ?? (() => ({ value: null })))(input);
  if (name !== undefined) remember(lambda, held, name, request.body, !('error' in result));
  const headers = { 'x-amz-executed-version': version };
  if (isEvent) return { status: 202, body: '', headers };
  return 'error' in result
    ? { status: 200, body: JSON.stringify(result.error), headers: { ...headers, 'x-amz-function-error': 'Unhandled' } }
    : { status: 200, body: JSON.stringify(result.value), headers };
}

function again(known: Execution, payload: string): LambdaAnswer {
  if (known.payload === payload) return { status: 202, body: '' };
  const words = `A durable execution with the name ${known.name} exists with another payload.`;
  throw new AwsError('DurableExecutionAlreadyStartedException', 409, words);
}

function remember({ now }: Lambda, held: LambdaFunction, name: string, payload: string, isWell: boolean): void {
  held.executions.set(name, { name, payload, isWell, startedAt: now(), endsAt: now() + RUN_MS });
}

function decoded(context: string): unknown {
  return JSON.parse(Buffer.from(context, 'base64').toString('utf8'));
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListDurableExecutionsByFunction.html */
export function listExecutions({ lambda, held, query }: LambdaCall): object {
  const name = query.get('DurableExecutionName');
  const found = [...held.executions.values()].filter((one) => name === null || one.name === name);
  return {
    DurableExecutions: found.map((one) => ({
      DurableExecutionArn: `${lambda.arnOf(held.name)}:$LATEST/durable-execution/${one.name}/1`,
      DurableExecutionName: one.name,
      FunctionArn: lambda.arnOf(held.name),
      Status: statusOf(one, lambda.now()),
      StartTimestamp: one.startedAt / 1000,
      ...(lambda.now() < one.endsAt ? {} : { EndTimestamp: one.endsAt / 1000 }),
    })),
  };
}

function statusOf({ endsAt, isWell }: Execution, now: number): string {
  if (now < endsAt) return 'RUNNING';
  return isWell ? 'SUCCEEDED' : 'FAILED';
}
