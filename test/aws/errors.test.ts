import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { askAws, fromAws, isUnknownCall } from '../../src/aws/errors.ts';

const call = { permission: 'cloudwatch:DescribeAlarms', region: 'eu-west-1' };
const ends: (() => unknown)[] = [];
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));

const jsonError = (type: string, message: string) => JSON.stringify({ __type: `com.amazonaws#${type}`, message });

/** What the real SDK throws when a server answers so, in our words. */
async function answered(status: number, body: string): Promise<unknown> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => server.close());
  return await failureAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function failureAt(endpoint: string): Promise<unknown> {
  const client = new CloudWatchClient({
    region: 'eu-west-1',
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'secret-of-ours' },
  });
  ends.push(() => client.destroy());
  return askAws(call, () => client.send(new DescribeAlarmsCommand({ AlarmNames: ['name-in-the-request'] }))).then(
    () => expect.unreachable('AWS refused, so this fails'),
    (error: unknown) => error,
  );
}

describe('a failure of AWS', () => {
  it('that denies names the permission to allow', async () => {
    const error = await answered(400, jsonError('AccessDeniedException', 'no'));

    expect(error).toBeInstanceOf(SetupError);
    expect((error as Error).message).toContain('Allow cloudwatch:DescribeAlarms;');
  });

  it('that denies another permission than the one that was thought of names that one', async () => {
    const text = 'User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on resource: *';
    const error = await answered(400, jsonError('AccessDeniedException', text));

    expect((error as Error).message).toContain('Allow kms:Decrypt;');
  });

  it.each([
    'UnrecognizedClientException',
    'ExpiredTokenException',
    'InvalidSignatureException',
  ])('called %s is about the credentials', async (type) => {
    const error = await answered(400, jsonError(type, 'no'));

    expect(error).toBeInstanceOf(SetupError);
    expect((error as Error).message).toContain('AWS refuses the credentials');
  });

  it.each([
    [400, jsonError('ThrottlingException', 'Rate exceeded')],
    [400, jsonError('LimitExceededException', 'slower')],
    [500, jsonError('InternalServiceFault', 'oh')],
    [503, '<html>Service Unavailable</html>'],
    [200, '<html>a proxy says hello</html>'],
  ])('with status %d and %s passes by itself', async (status, body) => {
    expect(await answered(status, body)).toBeInstanceOf(TransientError);
  });

  it('to be reached passes by itself', async () => {
    expect(await failureAt('http://127.0.0.1:1')).toBeInstanceOf(TransientError);
  });

  it('that asks for something wrong says in its own words what', async () => {
    const error = await answered(400, jsonError('ValidationException', 'Bad name\nwith more'));

    expect(error).toBeInstanceOf(SetupError);
    expect((error as Error).message).toBe('AWS refuses DescribeAlarms in eu-west-1: ValidationException, Bad name');
  });

  it.each([
    [400, jsonError('InvalidAction', 'no')],
    [501, '<html>Not implemented</html>'],
    [404, ''],
  ])('because the server has no such call is told apart (%d)', async (status, body) => {
    const error = await answered(status, body);

    expect(isUnknownCall(error)).toBe(true);
    expect((error as Error).message).toBe('The AWS that answers in eu-west-1 does not have DescribeAlarms.');
  });

  it('keeps neither the request nor a secret', async () => {
    for (const error of [await answered(400, jsonError('AccessDenied', 'x')), await answered(500, 'x')]) {
      const { cause } = error as Error;
      expect(`${String(error)} ${String(cause)} ${JSON.stringify(cause)}`).not.toMatch(/name-in-the|secret-of/);
    }
  });
});

it('for want of credentials is the same sentence whatever was asked', () => {
  const missing = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  });
  const others = { permission: 'sqs:ReceiveMessage', region: 'us-east-1' };

  expect(fromAws(missing, call)).toBeInstanceOf(SetupError);
  expect((fromAws(missing, call) as Error).message).toBe((fromAws(missing, others) as Error).message);
});

describe('anything else', () => {
  it('is a bug and passes through', () => {
    const bug = new TypeError('undefined is not a function');

    expect(fromAws(bug, call)).toBe(bug);
  });

  it('of ours stays what it is', () => {
    const ours = new SetupError('Set it.');

    expect(fromAws(ours, call)).toBe(ours);
  });
});
