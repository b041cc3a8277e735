import type { Sight, TargetDeps } from '../target.ts';
import { callLambda, type FunctionPlace, functionLink } from './lambda-calls.ts';

/**
 * The name of a run of a durable function: started again with the same name and payload, Lambda answers with the run that is there.
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export function executionName(token: string): string {
  return `tocsin-${token.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`.slice(0, 64);
}

/** What is to be seen of the run of a durable function. */
export async function durableSight(
  { aws }: Pick<TargetDeps, 'aws'>,
  place: FunctionPlace & { readonly qualifier: string },
  token: string,
): Promise<Sight> {
  const { region, name, qualifier } = place;
  const call = { permission: 'lambda:ListDurableExecutionsByFunction', region };
  const input = { FunctionName: name, Qualifier: qualifier, DurableExecutionName: executionName(token) };
  const { DurableExecutions } = await callLambda(aws, call, (client, sdk) =>
    client.send(new sdk.ListDurableExecutionsByFunctionCommand(input)),
  );
  const status = DurableExecutions?.find((one) => one.DurableExecutionName === executionName(token))?.Status;
  const link = functionLink(place);
  if (status === undefined) return { kind: 'untouched' };
  if (status === 'RUNNING') return { kind: 'under_way', phase: `${name} runs`, share: null, link };
  if (status === 'SUCCEEDED') return { kind: 'done', detail: `${name} has run through.`, link };
  return { kind: 'failed', why: `${name} has ended with ${status}: its executions in Lambda say why.`, link };
}
