import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAwsClients } from '../../src/aws/clients.ts';
import { createMailWay } from '../../src/paging/ways/mail.ts';
import { createSmsWay } from '../../src/paging/ways/sms.ts';
import { createSnsWay } from '../../src/paging/ways/sns.ts';
import { createTextMessages } from '../../src/paging/ways/text-message.ts';
import { createLines, notice, permalink, to } from '../paging/ways/given.ts';
import { closedPort } from '../paging/ways/receiver.ts';
import { type Program, startProgram } from './program.ts';

const MOTO = process.env.MOTO_SERVER;
const REGION = 'ca-central-1';
const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };

describe.skipIf(!MOTO)('pages through moto', () => {
  let moto: Program;
  let dir: string;
  const log = createLines();
  const config = () => ({ endpoint: moto.url, region: REGION, credentials });
  const aws = () => createAwsClients({ endpoint: moto.url });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-moto-'));
    const url = `http://127.0.0.1:${await closedPort()}`;
    const args = ['-H', '127.0.0.1', '-p', new URL(url).port];
    moto = await startProgram(MOTO ?? '', args, { url, readyPath: '/moto-api/', cwd: dir });
  });
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  });
  afterAll(async () => {
    await moto.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('by mail reach the subscription of the person, and carry what filters need', async () => {
    const topicArn = await newTopic('mail');
    const [ana, ben] = [await newQueue('ana', topicArn, 'U0ANA'), await newQueue('ben', topicArn, 'U0BEN')];

    const mail = createMailWay({ topicArn, aws: aws(), permalink, log });
    expect(await mail.send({ kind: 'mail' }, [notice()], to('U0ANA'))).toEqual({ ok: true, left: [] });

    expect(await received(ben)).toEqual([]);
    expect(await received(ana)).toMatchObject([
      {
        Type: 'Notification',
        Subject: 'P1 Bikeshare (prod) INC-7: p95 latency is high',
        Message: expect.stringContaining('Acknowledge in Slack.'),
        MessageAttributes: {
          person: { Type: 'String', Value: 'U0ANA' },
          incident: { Type: 'String', Value: 'INC-7' },
          severity: { Type: 'String', Value: 'P1' },
          service: { Type: 'String', Value: 'bikeshare' },
          level: { Type: 'String', Value: 'L2' },
          drill: { Type: 'String', Value: 'false' },
        },
      },
    ]);
  });

  it('go to a topic that a policy names, or say that there is none', async () => {
    const topicArn = await newTopic('team');
    const queue = await newQueue('team', topicArn, null);
    const sns = createSnsWay({ aws: aws(), variables: { TEAM: topicArn }, permalink, log });

    expect(await sns.send({ kind: 'sns', to: '${TEAM}' }, [notice()], to())).toEqual({ ok: true, left: [] });
    expect(await received(queue)).toHaveLength(1);
    expect(await sns.send({ kind: 'sns', to: `${topicArn}-gone` }, [notice()], to())).toMatchObject({
      ok: false,
      why: expect.stringContaining('NotFound'),
      isUsable: false,
    });
  });

  it('by SMS go to the number of the person, and not to one that has opted out', async () => {
    // moto holds every number that ends in 99 for opted out
    const numbers: Readonly<Record<string, string>> = { U0ANA: '+14165550101', U0BEN: '+14165550199' };
    const contacts = { of: async (person: string) => ({ phone: numbers[person] ?? null }) };
    const messages = createTextMessages(aws(), REGION);
    const sms = createSmsWay({ messages, contacts, log });

    expect(await sms.send({ kind: 'sms' }, [notice()], to('U0ANA', 'U0BEN'))).toEqual({ ok: true, left: [] });
    expect(await sms.send({ kind: 'sms' }, [notice()], to('U0BEN'))).toMatchObject({ ok: false, isUsable: false });

    const data = await (await fetch(`${moto.url}/moto-api/data.json`)).json();
    expect(data).toMatchObject({
      sns: {
        SMS: [
          { phone_number: numbers.U0ANA, message: 'P1 Bikeshare (prod) INC-7: p95 latency is high. Ack in Slack.' },
        ],
      },
    });
  });

  async function newTopic(name: string): Promise<string> {
    return (await new SNSClient(config()).send(new CreateTopicCommand({ Name: name }))).TopicArn ?? '';
  }

  /** A queue behind a subscription that hears the pages of one person, or all. Answers its address. */
  async function newQueue(name: string, topicArn: string, person: string | null): Promise<string> {
    const sqs = new SQSClient(config());
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const filter = person === null ? {} : { Attributes: { FilterPolicy: JSON.stringify({ person: [person] }) } };
    const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn, ...filter };
    await new SNSClient(config()).send(new SubscribeCommand(subscription));
    return QueueUrl ?? '';
  }

  async function received(queue: string): Promise<unknown[]> {
    const { Messages = [] } = await new SQSClient(config()).send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body }) => JSON.parse(Body ?? ''));
  }
});
