import { randomUUID } from 'node:crypto';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAws, startAws } from './running-aws.ts';

let world: RunningAws;

beforeAll(async () => {
  world = await startAws();
});

afterAll(() => world.close());

async function newQueue(
  Attributes: Record<string, string> = {},
): Promise<{ readonly url: string; readonly arn: string }> {
  const { QueueUrl: url = '' } = await world.sqs.send(new CreateQueueCommand({ QueueName: randomUUID(), Attributes }));
  const asked = { QueueUrl: url, AttributeNames: ['QueueArn' as const] };
  const answer = await world.sqs.send(new GetQueueAttributesCommand(asked));
  return { url, arn: answer.Attributes?.QueueArn ?? '' };
}

const send = (QueueUrl: string, MessageBody: string) =>
  world.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

async function receive(QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const], ...more };
  const { Messages } = await world.sqs.send(new ReceiveMessageCommand(input));
  return Messages ?? [];
}

describe('a queue', () => {
  it('hands a message out once, hides it, and forgets it when it is deleted', async () => {
    const { url } = await newQueue();
    await send(url, 'hello');

    const [message] = await receive(url);
    const hidden = await receive(url);
    await world.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle ?? '' }));
    const counted = await world.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));

    expect(message).toMatchObject({ Body: 'hello', Attributes: { ApproximateReceiveCount: '1' } });
    expect(hidden).toEqual([]);
    expect(counted.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  it('hands a message out again when its time is over, with a new handle', async () => {
    const { url } = await newQueue();
    await send(url, 'again');

    const [first] = await receive(url);
    const handle = { QueueUrl: url, ReceiptHandle: first?.ReceiptHandle ?? '' };
    await world.sqs.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
    const [second] = await receive(url);
    await world.sqs.send(new DeleteMessageCommand(handle));

    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    expect(world.aws.queues.byName(url.split('/').at(-1) ?? '')?.counts().hidden).toBe(1);
  });

  it('lets a reader wait for the next message', async () => {
    const { url } = await newQueue();

    const reading = receive(url, { WaitTimeSeconds: 20 });
    await send(url, 'late');

    expect((await reading).map(({ Body }) => Body)).toEqual(['late']);
  });

  it('takes batches, and says what it could not do', async () => {
    const { url } = await newQueue();
    const entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
    await world.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));

    const [one, two] = await receive(url);
    const handles = [one?.ReceiptHandle, two?.ReceiptHandle, 'nonsense'];
    const answer = await world.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: handles.map((handle, i) => ({ Id: String(i), ReceiptHandle: handle ?? '' })),
      }),
    );

    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['0', '1']);
    expect(answer.Failed).toMatchObject([{ Id: '2', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('buries what was received too often, and digs it up again', async () => {
    const grave = await newQueue();
    const policy = JSON.stringify({ deadLetterTargetArn: grave.arn, maxReceiveCount: 2 });
    const { url } = await newQueue({ RedrivePolicy: policy, VisibilityTimeout: '0' });
    await send(url, 'poison');

    for (const _ of [1, 2]) await receive(url);
    const third = await receive(url);
    const buried = await receive(grave.url, { VisibilityTimeout: 0 });
    await world.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: grave.arn }));
    const back = await receive(url);

    expect(third).toEqual([]);
    expect(buried).toMatchObject([{ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: expect.any(String) } }]);
    expect(back.map(({ Body }) => Body)).toEqual(['poison']);
  });

  it('is not there under another name', async () => {
    await expect(world.sqs.send(new GetQueueUrlCommand({ QueueName: 'missing' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

describe('a topic with a queue', () => {
  const allow = (arn: string, topicArn: string) =>
    JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arn,
          Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
        },
      ],
    });

  async function subscribed(attributes: Record<string, string> = {}, policyFor?: string) {
    const topicArn = await world.newTopic();
    const { url, arn } = await newQueue();
    const Policy = allow(arn, policyFor ?? topicArn);
    await world.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
    const input = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: arn, Attributes: attributes };
    await world.sns.send(new SubscribeCommand(input));
    world.aws.sns.publish(topicArn, { subject: 'words', message: '{"a":1}' });
    return await receive(url);
  }

  it('wraps its messages, signed', async () => {
    const [message] = await subscribed();
    const body = JSON.parse(message?.Body ?? '');

    expect(body).toMatchObject({ Type: 'Notification', Subject: 'words', Message: '{"a":1}' });
    expect(await world.verifies(body)).toBe(true);
  });

  it('hands them over as they are when told', async () => {
    const [message] = await subscribed({ RawMessageDelivery: 'true' });

    expect(message?.Body).toBe('{"a":1}');
  });

  it('loses them when the queue does not let it in', async () => {
    expect(await subscribed({}, 'arn:aws:sns:ca-central-1:123456789012:another')).toEqual([]);
  });
});
