import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { createCertificateSource } from '../../src/sources/sns-certificate.ts';
import { takeSns } from '../../src/sources/sns-take.ts';
import { createSnsVerifier } from '../../src/sources/sns-verifier.ts';
import { createQueuePull, type QueuePull } from '../../src/sources/sqs-pull.ts';
import { createQueue } from '../../src/sources/sqs-queue.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createKeys } from '../../src/store/keys.ts';
import { eventually } from '../support/eventually.ts';
import { useRedis } from '../support/redis.ts';
import { createSnsSigner, type SnsSigner } from '../support/sns.ts';
import { startSqs } from './sqs-server.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:alarms';
const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:tocsin';
const DAY = 86_400_000;
const redis = useRedis();

const alarm = JSON.stringify({
  AlarmName: 'checkout-5xx',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:checkout-5xx',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed',
  StateChangeTime: '2026-01-01T00:00:00.000+0000',
});
const event = JSON.stringify({
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '111111111111',
  time: '2026-01-01T00:00:00Z',
  resources: ['arn:aws:cloudwatch:eu-west-1:111111111111:alarm:checkout-5xx'],
  detail: {
    alarmName: 'checkout-5xx',
    state: { value: 'ALARM', reason: 'bad', timestamp: '2026-01-01T00:00:00.000+0000' },
  },
});
const limited = (...sources: string[]) =>
  JSON.stringify({
    Statement: { Effect: 'Allow', Action: 'sqs:SendMessage', Condition: { ArnEquals: { 'aws:SourceArn': sources } } },
  });
const redrive = JSON.stringify({ deadLetterTargetArn: `${QUEUE}-dead`, maxReceiveCount: 5 });

let certDir: string;
let signer: SnsSigner;
let sqs: Awaited<ReturnType<typeof startSqs>>;
let pulls: { pull: QueuePull; client: SQSClient }[] = [];

beforeAll(async () => {
  certDir = await mkdtemp(join(tmpdir(), 'tocsin-certificates-'));
  signer = await createSnsSigner({ topicArn: TOPIC, certDir });
});
beforeEach(async () => {
  sqs = await startSqs({ attributes: { QueueArn: QUEUE } });
});
afterEach(async () => {
  await Promise.all(pulls.map(({ pull }) => pull.stop()));
  for (const { client } of pulls) client.destroy();
  pulls = [];
  await sqs.stop();
});

/** A process that pulls, up to its inbox. */
function aPull({ isStoreUp = true } = {}) {
  const client = redis.client();
  const inbox = createInbox(client, createKeys(), 'me');
  const told: string[] = [];
  const confirmed: string[] = [];
  const logged: string[] = [];
  const world = { isStoreUp, asked: 0, now: Date.now() };
  const line = (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const log = { info: line, warn: line, error: line } as never;
  const storeAnswers = async () => {
    world.asked++;
    if (!world.isStoreUp) throw new TransientError('Redis could not be reached', { cause: null });
  };
  const sdk = new SQSClient({
    region: 'eu-west-1',
    endpoint: sqs.endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const topics = new Set([TOPIC]);
  const now = () => world.now;
  const pull = createQueuePull({
    queue: createQueue({ sqs: async () => sdk }, sqs.url, 'eu-west-1'),
    verifier: createSnsVerifier({
      topics,
      certificates: createCertificateSource({ now, fetch, pinnedDir: certDir }),
      now,
      maxAgeMs: Number.POSITIVE_INFINITY,
    }),
    topics,
    take: (message) =>
      takeSns(
        {
          async accept(id, alerts) {
            await storeAnswers();
            return await inbox.accept(id, alerts);
          },
          record: async () => {},
          confirm: async ({ token }) => void confirmed.push(token),
          notifyOperators: async (text) => void told.push(text),
          now,
          log,
        },
        message,
      ),
    storeAnswers,
    notifyOperators: async (_cause, text) => void told.push(text),
    now,
    log,
    count: () => {},
  });
  pulls.push({ pull, client: sdk });
  pull.start();
  const stored = async () =>
    (await client.xrange(createKeys().inbox, '-', '+')).flatMap(([, fields]) =>
      (JSON.parse(fields[1] ?? '[]') as { name: string; key: string; state: string }[]).map(({ key }) => key),
    );
  return { pull, stored, told, confirmed, logged, world };
}

/** Until nothing that `look` expects is missing. */
const soon = (look: () => unknown) =>
  eventually(
    'what the test expects',
    async () => {
      await look();
      return true;
    },
    8_000,
  );

const KEY = 'cw:1:111111111111/eu-west-1/checkout-5xx';

describe('a message of SNS in the queue', () => {
  it('is stored, and deleted only then', async () => {
    const { stored, world } = aPull({ isStoreUp: false });
    sqs.send(signer.notification({ message: alarm }).body);
    await soon(() => expect(world.asked).toBeGreaterThan(1));
    expect(sqs.calls).toEqual([]); // nothing is asked for that could not be kept

    world.isStoreUp = true;

    await soon(async () => expect(await stored()).toEqual([KEY]));
    await soon(() => expect(sqs.left()).toEqual([]));
  });

  it('is believed however old it is, when the signature is good', async () => {
    const { stored } = aPull();
    const timestamp = new Date(Date.now() - 10 * DAY).toISOString();
    sqs.send(signer.notification({ message: alarm, timestamp }).body);

    await soon(async () => expect(await stored()).toEqual([KEY]));
  });

  it('that came to the webhook, too, is one', async () => {
    const { stored } = aPull();
    const { body } = signer.notification({ message: alarm });
    sqs.send(body);
    sqs.send(body);

    await soon(() => expect(sqs.left()).toEqual([]));
    expect(await stored()).toEqual([KEY]);
  });

  it('stays where it is while it cannot be stored, and is taken later', async () => {
    const { stored, world, pull } = aPull();
    sqs.state.fault = (call) => (call === 'DeleteMessageBatch' ? { status: 500, type: 'InternalError' } : null);
    const { body } = signer.notification({ message: alarm });
    sqs.send(body);
    await soon(async () => expect(await stored()).toEqual([KEY]));
    expect(sqs.left()).toEqual([body]);
    await soon(() => expect(pull.trouble()).toContain('DeleteMessage'));

    sqs.state.fault = () => null;

    await soon(() => expect(sqs.left()).toEqual([]));
    expect(await stored()).toEqual([KEY]);
    await soon(() => expect(pull.trouble()).toBeNull());
    expect(world.isStoreUp).toBe(true);
  });

  it('that asks to be confirmed is confirmed when it is genuine', async () => {
    const { confirmed } = aPull();
    sqs.send(signer.confirmation('00ff').body);

    await soon(() => expect(confirmed).toEqual(['00ff']));
    await soon(() => expect(sqs.left()).toEqual([]));
  });

  it('that is no alarm is shown in its own words', async () => {
    const { stored } = aPull();
    sqs.send(signer.notification({ message: 'the disk is full', subject: 'Help' }).body);

    await soon(async () => expect((await stored())[0]).toContain(`sns:1:${TOPIC}:`));
  });
});

describe('where the policy lets only listed sources send', () => {
  it('a message needs no signature', async () => {
    sqs.state.attributes = { QueueArn: QUEUE, Policy: limited(TOPIC), RedrivePolicy: redrive };
    const { stored } = aPull();
    const { Signature: _, ...unsigned } = JSON.parse(signer.notification({ message: alarm }).body);
    sqs.send(JSON.stringify({ ...unsigned, Signature: 'AAAA' }));

    await soon(async () => expect(await stored()).toEqual([KEY]));
  });

  it.each([
    ['raw delivery', alarm],
    ['an EventBridge rule', event],
  ])('the bare message of %s is read', async (_, body) => {
    sqs.state.attributes = { QueueArn: QUEUE, Policy: limited(TOPIC), RedrivePolicy: redrive };
    const { stored } = aPull();
    sqs.send(body, 'one-and-the-same');
    sqs.send(body, 'one-and-the-same');

    await soon(() => expect(sqs.left()).toEqual([]));
    expect(await stored()).toEqual([KEY]);
  });

  it('what nobody can read is an alarm in its own words', async () => {
    sqs.state.attributes = { QueueArn: QUEUE, Policy: limited(TOPIC), RedrivePolicy: redrive };
    const { stored } = aPull();
    sqs.send('{"half a mess');

    await soon(async () => expect((await stored())[0]).toContain(`sns:1:${QUEUE}:`));
  });
});

describe('what cannot be believed', () => {
  const forged = () =>
    JSON.stringify({ ...JSON.parse(signer.notification({ message: alarm }).body), Message: 'all is well' });

  it('is left to the dead-letter queue where there is one', async () => {
    sqs.state.attributes = { QueueArn: QUEUE, RedrivePolicy: redrive };
    const { stored, told } = aPull();
    const body = forged();
    sqs.send(body);

    await soon(() => expect(sqs.receivesOf(body)).toBeGreaterThan(5));
    expect(await stored()).toEqual([]);
    expect(told[0]).toContain('the signature does not match');
    expect(told[0]).toContain('dead-letter queue');
  }, 15_000);

  it('is deleted after five tries where there is none, and operators hear of it', async () => {
    const { stored, told } = aPull();
    sqs.send(alarm); // raw delivery, and anybody may send

    await soon(() => expect(sqs.left()).toEqual([]));
    expect(await stored()).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('does not limit who may send');
  }, 15_000);

  it('is kept while it could not be told whether there is one', async () => {
    sqs.state.fault = (call) => (call === 'GetQueueAttributes' ? { status: 403, type: 'AccessDenied' } : null);
    const { logged } = aPull();
    const body = forged();
    sqs.send(body);

    await soon(() => expect(sqs.receivesOf(body)).toBeGreaterThan(5));
    expect(sqs.left()).toEqual([body]);
    expect(logged.join()).toContain('Allow sqs:GetQueueAttributes');
  }, 15_000);
});

describe('the queue itself', () => {
  it('that refuses us is tried again, and operators read which permission is missing', async () => {
    sqs.state.fault = (call) => (call === 'ReceiveMessage' ? { status: 403, type: 'AccessDenied' } : null);
    const { told, stored } = aPull();
    sqs.send(signer.notification({ message: alarm }).body);
    await soon(() => expect(told.join()).toContain('Allow sqs:ReceiveMessage'));
    expect(told).toHaveLength(1);

    sqs.state.fault = () => null;

    await soon(async () => expect(await stored()).toEqual([KEY]));
  }, 15_000);

  it('without a dead-letter queue is remarked upon', async () => {
    const { logged } = aPull();

    await soon(() => expect(logged.join()).toContain('it has no dead-letter queue'));
  });

  it('does not hold up the end of the process', async () => {
    const { pull } = aPull();
    await soon(() => expect(sqs.calls).toContain('ReceiveMessage'));

    await pull.stop(); // the poll would wait for 20 s; the test would time out

    expect(pull.trouble()).toBeNull();
  });
});
