import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CheckIfPhoneNumberIsOptedOutCommand,
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  ListPhoneNumbersOptedOutCommand,
  OptInPhoneNumberCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxBoxItem } from '../../../sandbox/api.ts';
import { type Aws, createAws } from '../../../sandbox/aws/aws.ts';
import type { PublishFault } from '../../../sandbox/aws/publish-faults.ts';
import type { PagingTopics } from '../../../sandbox/boxes/paging-topics.ts';
import { createSandboxClock } from '../../../sandbox/clock.ts';
import { createOutside, type Outside } from '../../../sandbox/outside.ts';
import { eventually } from '../../support/eventually.ts';

const ANA = { id: 'U0ANA', name: 'Ana Costa', number: '+16135550101', address: 'ana@demo.example' };
const BEN = { id: 'U0BEN', name: 'Ben Okafor', number: '+16135550102', address: 'ben@demo.example' };

let dir: string;
let outside: Outside;
let aws: Aws;
let topics: PagingTopics;
let app: ReturnType<typeof fastify>;
let url: string;
let sns: SNSClient;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'paging-'));
  const clock = createSandboxClock({ file: join(dir, 'clock.json') });
  outside = createOutside({ people: [ANA, BEN], clock, hookSecret: 'secret' });
  aws = await createAws({ certDir: dir, now: clock.now, ...outside.aws.options });
  topics = outside.aws.addTopics(aws.sns);
  app = fastify({ forceCloseConnections: true });
  await app.register(aws.routes, { prefix: '/aws' });
  await app.register(outside.routes);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  outside.aws.subscribe(url);
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  sns = new SNSClient({ endpoint: `${url}/aws/`, region: aws.region, credentials, maxAttempts: 1 });
});

afterEach(async () => {
  outside.close();
  await app.close();
  await aws.close();
  await rm(dir, { recursive: true });
});

const boxOf = (id: string): readonly SandboxBoxItem[] =>
  outside.shown().boxes.find((box) => box.id === id)?.items ?? [];
const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
const text = (PhoneNumber: string, Message = 'INC-7 P1', more: object = {}) =>
  sns.send(new PublishCommand({ PhoneNumber, Message, ...more }));
const tell = (TopicArn: string, person: string, more: object = {}) =>
  sns.send(
    new PublishCommand({ TopicArn, Message: 'INC-7 P1', MessageAttributes: { person: attribute(person) }, ...more }),
  );
const plan = (fault: PublishFault) =>
  fetch(`${url}/aws/_control/publish-faults`, { method: 'POST', body: JSON.stringify(fault) });

describe('a text message', () => {
  it('arrives at the phone of its number, from the account’s own number', async () => {
    const { MessageId } = await text(ANA.number);

    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(boxOf(ANA.id)).toMatchObject([
      { kind: 'sms', text: 'INC-7 P1', from: '+18335550100', to: ANA.number, state: 'delivered', isRead: false },
    ]);
    expect(boxOf(BEN.id)).toEqual([]);
  });

  it('is from the sender that it names', async () => {
    const MessageAttributes = {
      'AWS.SNS.SMS.SenderID': attribute('TOCSIN'),
      'AWS.SNS.SMS.SMSType': attribute('Transactional'),
    };
    await text(ANA.number, 'INC-7', { MessageAttributes });

    expect(boxOf(ANA.id)).toMatchObject([{ from: 'TOCSIN' }]);
  });

  it('to a number that nobody here has is kept apart', async () => {
    await text('+4915112345678');

    expect(boxOf('')).toMatchObject([{ to: '+4915112345678' }]);
  });

  it.each([
    ['no number', '613-555-0101', 'INC-7', {}, 'is not valid to publish to'],
    ['a number without its country', '06135550101', 'INC-7', {}, 'is not valid to publish to'],
    ['more than 1,600 characters', ANA.number, 'x'.repeat(1601), {}, 'Message too long'],
    ['an unknown kind', ANA.number, 'INC-7', { 'AWS.SNS.SMS.SMSType': attribute('Urgent') }, 'SMSType'],
    ['a sender of digits', ANA.number, 'INC-7', { 'AWS.SNS.SMS.SenderID': attribute('12345') }, 'SenderID'],
  ])('is refused with %s', async (_case, number, message, MessageAttributes, words) => {
    await expect(text(number, message, { MessageAttributes })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(words),
    });
    expect(boxOf(ANA.id)).toEqual([]);
  });

  it('may not name a topic besides', async () => {
    await expect(text(ANA.number, 'INC-7', { TopicArn: topics.mail })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('to somebody who answered STOP is taken and not delivered, until they answer START', async () => {
    const isOptedOut = async () =>
      (await sns.send(new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber: ANA.number }))).isOptedOut;
    const before = await isOptedOut();
    await outside.act({ type: 'text-back', person: ANA.id, word: 'STOP' });
    const listed = await sns.send(new ListPhoneNumbersOptedOutCommand({}));
    const after = await isOptedOut();
    await text(ANA.number, 'unheard');
    await sns.send(new OptInPhoneNumberCommand({ phoneNumber: ANA.number }));
    await text(ANA.number, 'heard');

    expect([before, after, await isOptedOut()]).toEqual([false, true, false]);
    expect(listed.phoneNumbers).toEqual([ANA.number]);
    expect(boxOf(ANA.id)).toMatchObject([
      { text: 'heard', state: 'delivered' },
      { text: 'unheard', state: 'opted out' },
    ]);
  });
});

describe('mail', () => {
  it('goes to the mailbox of the person whom the message names, and to nobody else', async () => {
    await tell(topics.mail, BEN.id, { Subject: 'INC-7 P1: errors' });

    expect(boxOf(BEN.id)).toMatchObject([
      { kind: 'mail', subject: 'INC-7 P1: errors', from: 'Tocsin <no-reply@sns.amazonaws.com>', to: BEN.address },
    ]);
    expect(boxOf(BEN.id)[0]?.text).toMatch(/^INC-7 P1\n\n--\nIf you wish to stop receiving/);
    expect(boxOf(ANA.id)).toEqual([]);
  });

  it('is for nobody when it names nobody', async () => {
    await sns.send(new PublishCommand({ TopicArn: topics.mail, Message: 'INC-7' }));

    expect(outside.shown().boxes.flatMap(({ items }) => items)).toEqual([]);
  });

  it('of the operators’ topic goes to the one who looks after the bot', async () => {
    await sns.send(new PublishCommand({ TopicArn: topics.operators, Message: 'The sweep is late' }));

    expect(boxOf(BEN.id)).toMatchObject([
      { subject: 'AWS Notification Message', from: 'AWS Notifications <no-reply@sns.amazonaws.com>' },
    ]);
  });

  it('comes only after its owner has agreed', async () => {
    const subscribe = { TopicArn: topics.operators, Protocol: 'email', Endpoint: ANA.address };
    const { SubscriptionArn } = await sns.send(new SubscribeCommand(subscribe));
    await sns.send(new PublishCommand({ TopicArn: topics.operators, Message: 'too early' }));
    const [asked] = boxOf(ANA.id);
    const Token = /Token=([0-9a-f]+)/.exec(asked?.text ?? '')?.[1];
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topics.operators, Token }));
    await sns.send(new PublishCommand({ TopicArn: topics.operators, Message: 'in time' }));

    expect(SubscriptionArn).toBe('pending confirmation');
    expect(boxOf(ANA.id)).toMatchObject([
      { text: expect.stringContaining('in time') },
      { subject: 'AWS Notification - Subscription Confirmation' },
    ]);
  });
});

describe('a call', () => {
  const callOf = (person: string) =>
    eventually('the phone rings', () => boxOf(person).find((item) => item.kind === 'call'));

  beforeEach(async () => {
    const confirmed = () => aws.sns.topics.of(topics.calls).every(({ status }) => status === 'confirmed');
    await eventually('the exchange has confirmed', confirmed);
  });

  it('rings the phone of the person whom the message names, and speaks to whoever answers', async () => {
    await tell(topics.calls, ANA.id, { Message: 'Incident seven' });
    const { id } = await callOf(ANA.id);
    const ringing = boxOf(ANA.id);
    const picked = await outside.act({ type: 'pick-up', call: id, how: 'answered' });
    const again = await outside.act({ type: 'pick-up', call: id, how: 'declined' });

    expect(ringing).toMatchObject([{ kind: 'call', text: 'Incident seven', state: 'ringing', to: ANA.number }]);
    expect(picked).toEqual({ ok: true });
    expect(again).toMatchObject({ ok: false });
    expect(boxOf(ANA.id)).toMatchObject([{ state: 'answered', isRead: true }]);
    expect(boxOf(BEN.id)).toEqual([]);
  });
});

describe('a subscription with a filter', () => {
  it('by text message hears what passes, and shows its policy', async () => {
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        ...{ TopicArn: topics.operators, Protocol: 'sms', Endpoint: ANA.number },
        Attributes: { FilterPolicy: '{"person":["U0ANA"]}' },
      }),
    );
    await tell(topics.operators, BEN.id, { Message: 'for Ben' });
    await tell(topics.operators, ANA.id, { Message: 'for Ana' });
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    const lift = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: '{}' };
    await sns.send(new SetSubscriptionAttributesCommand(lift));
    await tell(topics.operators, BEN.id, { Message: 'for all' });

    expect(Attributes).toMatchObject({ FilterPolicy: '{"person":["U0ANA"]}', FilterPolicyScope: 'MessageAttributes' });
    expect(boxOf(ANA.id)).toMatchObject([{ text: 'for all' }, { text: 'for Ana' }]);
  });

  it('gets the text of its protocol', async () => {
    await sns.send(new SubscribeCommand({ TopicArn: topics.operators, Protocol: 'sms', Endpoint: ANA.number }));
    const Message = JSON.stringify({ default: 'long', sms: 'short' });
    await sns.send(new PublishCommand({ TopicArn: topics.operators, Message, MessageStructure: 'json' }));

    expect(boxOf(ANA.id)).toMatchObject([{ text: 'short' }]);
    expect(boxOf(BEN.id)).toMatchObject([{ text: expect.stringMatching(/^long/) }]);
  });
});

describe('a publication that fails', () => {
  it.each([
    ['throttled', 'ThrottledException', 429],
    ['denied', 'AuthorizationErrorException', 403],
    ['internal', 'InternalErrorException', 500],
    ['endpoint-disabled', 'EndpointDisabledException', 400],
  ] as const)('is %s once, and nothing arrives', async (kind, name, status) => {
    await plan({ target: 'sms', kind });

    await expect(text(ANA.number)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    expect(boxOf(ANA.id)).toEqual([]);
    await text(ANA.number);
    expect(boxOf(ANA.id)).toHaveLength(1);
  });

  it('may have arrived although nobody said so', async () => {
    await plan({ target: topics.mail, kind: 'answer-lost' });

    await expect(tell(topics.mail, ANA.id)).rejects.toThrow();
    expect(boxOf(ANA.id)).toHaveLength(1);
  });

  it('may only be late', async () => {
    await plan({ target: '*', kind: 'slow', delayMs: 20 });

    await text(ANA.number);
    expect(boxOf(ANA.id)).toHaveLength(1);
  });

  it('does not touch other targets', async () => {
    await plan({ target: topics.calls, kind: 'throttled' });

    await text(ANA.number);
    await tell(topics.mail, ANA.id);
    expect(boxOf(ANA.id)).toHaveLength(2);
  });

  it('fails for as long as its switch on the page is on', async () => {
    await outside.act({ type: 'fault', system: 'paging', fault: 'sms-throttled', on: true });
    const failed = await Promise.allSettled([text(ANA.number), text(BEN.number)]);
    const shown = outside.shown().pagingFaults.find(({ name }) => name === 'sms-throttled');
    await outside.act({ type: 'fault', system: 'paging', fault: 'sms-throttled', on: false });
    await text(ANA.number);

    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(shown).toMatchObject({ on: true });
    expect(boxOf(ANA.id)).toHaveLength(1);
  });
});

it('counts as read what its owner has looked at', async () => {
  await text(ANA.number);
  await text(BEN.number);
  await outside.act({ type: 'read', person: ANA.id });

  expect(boxOf(ANA.id)).toMatchObject([{ isRead: true }]);
  expect(boxOf(BEN.id)).toMatchObject([{ isRead: false }]);
});
