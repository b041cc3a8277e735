import { createServer, type Server } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { parseTopicArn } from '../../src/sources/aws-arn.ts';
import { confirmSubscription } from '../../src/sources/confirm-subscription.ts';
import type { VerifiedConfirmation } from '../../src/sources/sns-verifier.ts';

const TOPIC_ARN = 'arn:aws:sns:eu-west-1:111111111111:alarms';
const TOKEN = 'fedcba9876543210';

let server: Server;
let received: URLSearchParams[];
let answer: { status: number; body: string };

beforeEach(async () => {
  received = [];
  answer = { status: 200, body: confirmed };
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      received.push(new URLSearchParams(body));
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${address.port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const confirmed = `<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ConfirmSubscriptionResult>
<SubscriptionArn>${TOPIC_ARN}:0</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`;

const refusal = (code: string) =>
  `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code>
<Message>Token ${TOKEN} is not good</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

function request(): VerifiedConfirmation {
  const topic = parseTopicArn(TOPIC_ARN);
  if (!topic) throw new Error('not the ARN of a topic');
  return { type: 'SubscriptionConfirmation', messageId: '11111111-2222-3333-4444-555555555555', topic, token: TOKEN };
}

const failure = () => confirmSubscription(request()).catch((error: unknown) => error);

describe('confirming a subscription', () => {
  it('asks SNS so that only a signed request can end it afterwards', async () => {
    await confirmSubscription(request());

    expect(received.map((form) => Object.fromEntries(form))).toEqual([
      {
        Action: 'ConfirmSubscription',
        Version: '2010-03-31',
        TopicArn: TOPIC_ARN,
        Token: TOKEN,
        AuthenticateOnUnsubscribe: 'true',
      },
    ]);
  });

  it.each([
    [403, 'AuthorizationError', /refused its credentials.*sns:ConfirmSubscription/],
    [403, 'InvalidClientTokenId', /refused its credentials/],
    [400, 'InvalidParameter', /SNS answered InvalidParameter.*subscribe again/],
    [404, 'NotFound', /Check that the topic exists/],
    [403, 'SubscriptionLimitExceeded', /SNS answered SubscriptionLimitExceeded/],
  ])('answered %i %s is a matter for the operators', async (status, code, words) => {
    answer = { status, body: refusal(code) };

    const error = await failure();

    expect(error).toBeInstanceOf(SetupError);
    expect(error).toHaveProperty('message', expect.stringMatching(words));
  });

  it.each([
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
    [400, 'Throttling'],
  ])('answered %i %s may work later', async (status, code) => {
    answer = { status, body: refusal(code) };

    expect(await failure()).toBeInstanceOf(TransientError);
  });

  it('may work later when nobody answers', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');

    expect(await failure()).toBeInstanceOf(TransientError);
  });

  it('without credentials is a matter for the operators', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');

    const error = await failure();

    expect(error).toBeInstanceOf(SetupError);
    expect(error).toHaveProperty('message', expect.stringContaining('it has no AWS credentials'));
  });

  it.each([400, 403, 500])('never shows the token, not even in the cause of a %i', async (status) => {
    answer = { status, body: refusal('InvalidParameter') };

    expect(inspect(await failure(), { depth: 9, showHidden: true })).not.toContain(TOKEN);
  });
});
