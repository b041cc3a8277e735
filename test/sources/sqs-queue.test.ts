import { describe, expect, it } from 'vitest';
import { adviceOn, hasDeadLetterQueue } from '../../src/sources/sqs-advice.ts';
import { isEventRule, isLimitedTo } from '../../src/sources/sqs-policy.ts';
import { regionOfQueue } from '../../src/sources/sqs-queue.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:alarms';
const RULE = 'arn:aws:events:eu-west-1:111111111111:rule/alarms';
const from = (...sources: unknown[]) => ({ ArnEquals: { 'aws:SourceArn': sources } });
const allow = (fields: object) => ({ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', ...fields });
const isLimited = (...statements: unknown[]) =>
  isLimitedTo(JSON.stringify({ Statement: statements }), (arn) => arn === TOPIC || isEventRule(arn));

describe('the policy of a queue limits who sends', () => {
  it.each([
    ['to one topic', [allow({ Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } } })]],
    ['to a topic and a rule', [allow({ Condition: from(TOPIC) }), allow({ Condition: from(RULE) })]],
    ['in the words of another operator', [allow({ Condition: { StringLike: { 'AWS:sourceARN': [TOPIC] } } })]],
    ['and lets others read', [allow({ Condition: from(TOPIC) }), allow({ Action: 'sqs:ReceiveMessage' })]],
    ['and forbids besides', [allow({ Condition: from(TOPIC) }), { Effect: 'Deny', Action: 'sqs:*', Principal: '*' }]],
  ])('%s', (_, statements) => expect(isLimited(...statements)).toBe(true));
});

describe('the policy of a queue does not limit who sends', () => {
  it.each([
    ['without a statement', []],
    ['when nobody may send by it', [allow({ Action: 'sqs:ReceiveMessage', Condition: from(TOPIC) })]],
    ['without a condition', [allow({})]],
    ['when one of two has none', [allow({ Condition: from(TOPIC) }), allow({ Action: '*' })]],
    ['when all actions are meant', [allow({ Condition: from(TOPIC) }), allow({ Action: ['sqs:*'] })]],
    [
      'when a pattern of actions means sending',
      [allow({ Condition: from(TOPIC) }), allow({ Action: 'SQS:Send?essage*' })],
    ],
    ['when it names what is not allowed', [{ Effect: 'Allow', Principal: '*', NotAction: 'sqs:DeleteQueue' }]],
    ['when the source may be missing', [allow({ Condition: { ArnEqualsIfExists: { 'aws:SourceArn': TOPIC } } })]],
    ['when the source must be another', [allow({ Condition: { ArnNotEquals: { 'aws:SourceArn': TOPIC } } })]],
    ['when another topic may', [allow({ Condition: from(TOPIC, `${TOPIC}-other`) })]],
    ['when a pattern of topics may', [allow({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*' } } })]],
    ['when a pattern of rules may', [allow({ Condition: { ArnLike: { 'aws:SourceArn': `${RULE}*` } } })]],
    ['when it cannot be read', ['what', null, 7]],
  ])('%s', (_, statements) => expect(isLimited(...statements)).toBe(false));

  it.each([undefined, '', 'no json', '[]', '{"Statement":7}'])('when it is %s', (policy) => {
    expect(isLimitedTo(policy, () => true)).toBe(false);
  });
});

describe('what is advised', () => {
  const Policy = JSON.stringify({ Statement: [allow({ Condition: from(TOPIC) })] });
  const right = {
    Policy,
    RedrivePolicy: '{"maxReceiveCount":"5"}',
    MessageRetentionPeriod: '1209600',
    VisibilityTimeout: '60',
    DelaySeconds: '0',
  };
  const advice = (attributes: Record<string, string>) =>
    adviceOn({ ...right, ...attributes }, new Set([TOPIC])).map(({ what }) => what);

  it('is nothing for a queue that is set right', () => expect(advice({})).toEqual([]));

  it.each([
    ['RedrivePolicy', '', 'no dead-letter queue'],
    ['RedrivePolicy', '{"maxReceiveCount":1}', 'gives a message up after 1'],
    ['MessageRetentionPeriod', '3600', 'forgets messages after 3600 s'],
    ['VisibilityTimeout', '0', 'come again while'],
    ['VisibilityTimeout', '43200', 'waits as long'],
    ['DelaySeconds', '900', 'holds every message back for 900 s'],
    ['Policy', '', 'does not limit who sends'],
  ])('with %s %s', (name, value, words) => {
    expect(advice({ [name]: value })).toEqual([expect.stringContaining(words)]);
  });

  it('could not tell of dead letters what SQS has not told', () => expect(hasDeadLetterQueue(null)).toBeNull());
});

describe('the region of a queue', () => {
  it.each([
    ['https://sqs.eu-west-1.amazonaws.com/111111111111/q', 'eu-west-1'],
    ['https://sqs.cn-north-1.amazonaws.com.cn/111111111111/q', 'cn-north-1'],
    ['https://sqs.eu-central-1.api.aws/111111111111/q', 'eu-central-1'],
    ['https://eu-west-1.queue.amazonaws.com/111111111111/q', 'eu-west-1'],
    ['https://queue.amazonaws.com/111111111111/q', 'us-east-1'],
    ['http://127.0.0.1:4566/111111111111/q', null],
    ['http://sqs.us-east-1.localhost.localstack.cloud:4566/111111111111/q', 'us-east-1'],
  ])('of %s is %s', (url, region) => expect(regionOfQueue(url)).toBe(region));
});
