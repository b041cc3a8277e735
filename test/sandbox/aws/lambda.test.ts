import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { pointAlias, publish } from '../../../sandbox/aws/lambda/functions.ts';
import { useSandboxAws } from '../../actions/targets/aws-given.ts';

const sandbox = useSandboxAws();
const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
const FunctionName = 'ingest';

function given() {
  const { aws, endpoint } = sandbox.at(clock);
  const held = aws.lambda.add(FunctionName);
  const client = new LambdaClient({ endpoint, region: 'ca-central-1', maxAttempts: 1 });
  return { lambda: aws.lambda, held, client };
}

describe('Lambda, as the SDK sees it', () => {
  let world: ReturnType<typeof given>;
  beforeEach(() => {
    world = given();
  });

  it('changes an alias only while its revision is the one that is named', async () => {
    const { client, held } = world;
    for (const release of ['first', 'second']) publish(held, release, clock.now);
    pointAlias(held, 'live', '2', { 1: 0.1 });
    const { RevisionId } = await client.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
    const to = { FunctionName, Name: 'live', FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: {} } };
    const answer = await client.send(new UpdateAliasCommand({ ...to, RevisionId }));

    expect([answer.FunctionVersion, answer.RoutingConfig]).toEqual(['1', undefined]);
    await expect(client.send(new UpdateAliasCommand({ ...to, RevisionId }))).rejects.toMatchObject({
      name: 'PreconditionFailedException',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('is busy while it changes a configuration, by the clock of the sandbox', async () => {
    const { client } = world;
    const change = new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 1_024 });
    expect((await client.send(change)).LastUpdateStatus).toBe('InProgress');
    await expect(client.send(change)).rejects.toMatchObject({ name: 'ResourceConflictException' });
    clock.now += 5_000;
    const after = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));

    expect([after.LastUpdateStatus, after.MemorySize]).toEqual(['Successful', 1_024]);
  });

  it('lists versions page by page, and knows no others', async () => {
    const { client, held } = world;
    for (const release of ['first', 'second', 'third']) publish(held, release, clock.now);
    const first = await client.send(new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 2 }));
    const rest = await client.send(new ListVersionsByFunctionCommand({ FunctionName, Marker: first.NextMarker ?? '' }));

    expect([...(first.Versions ?? []), ...(rest.Versions ?? [])].map(({ Version }) => Version)).toEqual([
      '$LATEST',
      '1',
      '2',
      '3',
    ]);
    await expect(
      client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '9' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('leaves a hundred executions to others, and runs nothing that has none', async () => {
    const { client } = world;
    const reserve = (most: number) =>
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: most });

    await expect(client.send(reserve(950))).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await client.send(reserve(0));
    await expect(client.send(new InvokeCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
  });

  it('tells a failure of the function beside its payload, and runs it as often as it is asked', async () => {
    const { client, lambda } = world;
    const before = lambda.changes.length;
    lambda.handlers.set(FunctionName, () => ({ error: { errorType: 'KeyError' } }));
    const answers = [
      await client.send(new InvokeCommand({ FunctionName })),
      await client.send(new InvokeCommand({ FunctionName })),
    ];
    lambda.handlers.delete(FunctionName);

    expect(answers).toMatchObject([{ StatusCode: 200, FunctionError: 'Unhandled' }, { StatusCode: 200 }]);
    expect(lambda.changes.length - before).toBe(2);
  });
});
