import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAwsClients } from '../../src/aws/clients.ts';
import { action, world } from '../actions/given.ts';
import { useRedis } from '../support/redis.ts';
import { freePort } from '../support/scenario-bot.ts';
import { type Program, startProgram } from './program.ts';

const MOTO = process.env.MOTO_SERVER;
const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
const FunctionName = 'ingest';
/** An archive with nothing in it: the shortest that is one, and the same with a comment. */
const EMPTY_ZIP = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');
const OTHER_ZIP = Buffer.concat([EMPTY_ZIP.subarray(0, 20), Buffer.from([4, 0]), Buffer.from('next')]);

const ACTIONS = [
  action('back', { heals: false, lambda_alias: { function: FunctionName, alias: 'live' } }),
  action('room', { heals: false, lambda_concurrency: { function: FunctionName, to: 25 } }),
  action('more', { heals: false, lambda_memory: { function: FunctionName, most: 1_024 } }),
];

/** moto asks for a role of the function; it tells services apart by what a request is signed for. */
async function makeRole(url: string): Promise<void> {
  const policy = encodeURIComponent('{"Version":"2012-10-17","Statement":[]}');
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization:
        'AWS4-HMAC-SHA256 Credential=moto/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: `Action=CreateRole&Version=2010-05-08&RoleName=ingest&Path=/&AssumeRolePolicyDocument=${policy}`,
  });
  if (!answer.ok) throw new Error(`moto made no role: ${answer.status} ${await answer.text()}`);
}

/** A function with two published versions, of which the alias serves the second. */
async function makeFunction(client: LambdaClient): Promise<void> {
  await client.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Runtime: 'python3.13', Handler: 'app.handler', MemorySize: 256 },
      ...{ Role: `arn:aws:iam::${ACCOUNT}:role/ingest`, Code: { ZipFile: EMPTY_ZIP } },
    }),
  );
  await client.send(new PublishVersionCommand({ FunctionName, Description: 'first' }));
  await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: OTHER_ZIP }));
  await client.send(new PublishVersionCommand({ FunctionName, Description: 'second' }));
  await client.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' }));
}

describe.skipIf(!MOTO)('Lambda of moto', () => {
  const redis = useRedis();
  let moto: Program;
  let client: LambdaClient;

  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'moto');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'moto');
    const url = `http://127.0.0.1:${await freePort()}`;
    const args = ['-H', '127.0.0.1', '-p', new URL(url).port];
    moto = await startProgram(MOTO ?? '', args, { url, readyPath: '/moto-api/', cwd: '/' });
    client = new LambdaClient({ endpoint: url, region: REGION });
    await makeRole(url);
    await makeFunction(client);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await moto.stop();
  });

  const run = async (name: string) => {
    const [aws, acting] = [
      createAwsClients({ endpoint: moto.url }),
      createAwsClients({ endpoint: moto.url, once: true }),
    ];
    const here = await world({ redis: redis.client(), actions: ACTIONS, target: { aws, acting } });
    return await here.untilEnded(await here.approved(name));
  };

  it('has its alias pointed to the version before', async () => {
    const ended = await run('back');

    expect([ended.state, ended.why, ended.plan.current, ended.plan.target]).toEqual(['done', ended.why, '2', '1']);
    const { FunctionVersion } = await client.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
    expect(FunctionVersion).toBe('1');
  });

  it('has executions reserved', async () => {
    const ended = await run('room');

    expect([ended.state, ended.why]).toEqual(['done', ended.why]);
    const { ReservedConcurrentExecutions } = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    expect(ReservedConcurrentExecutions).toBe(25);
  });

  it('gets more memory', async () => {
    const ended = await run('more');

    expect([ended.state, ended.why]).toEqual(['done', ended.why]);
    const { MemorySize } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(MemorySize).toBe(512);
  });
});
