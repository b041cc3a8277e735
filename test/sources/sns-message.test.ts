import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTopicArn } from '../../src/sources/aws-arn.ts';
import { newsFromNotification } from '../../src/sources/sns-message.ts';
import type { VerifiedNotification } from '../../src/sources/sns-verifier.ts';

const PUBLISHED = Date.parse('2026-03-01T12:00:00.000Z');
const RECEIVED = PUBLISHED + 150;
const topic = parseTopicArn('arn:aws:sns:eu-west-1:111111111111:alarms');

function notification(message: string, subject: string | null = null): VerifiedNotification {
  if (!topic) throw new Error('not the ARN of a topic');
  return {
    type: 'Notification',
    messageId: '11111111-2222-3333-4444-555555555555',
    topic,
    subject,
    message,
    publishedAt: PUBLISHED,
  };
}

function only(message: string, subject: string | null = null) {
  const [alert, ...others] = newsFromNotification(notification(message, subject), RECEIVED).alerts;
  if (!alert || others.length > 0) throw new Error('not one alert');
  return alert;
}

describe('a notification', () => {
  it('that holds a CloudWatch alarm is that alarm', () => {
    const alert = only(JSON.stringify({ AlarmName: 'x', NewStateValue: 'OK' }), 'OK: "x" in EU (Ireland)');

    expect(alert).toMatchObject({ source: 'cloudwatch', key: 'cw:1:111111111111/eu-west-1/x', state: 'recovered' });
  });

  it('that holds anything else is an alert in its own words', () => {
    expect(only('first line\nsecond line', 'Disk is full')).toEqual({
      key: expect.stringMatching(/^sns:1:arn:aws:sns:eu-west-1:111111111111:alarms:[0-9a-f]{32}$/),
      source: 'sns',
      name: 'Disk is full',
      state: 'firing',
      changedAt: PUBLISHED,
      receivedAt: RECEIVED,
      reason: 'first line second line',
      description: null,
      account: '111111111111',
      region: 'eu-west-1',
      measurement: null,
      children: [],
      labels: {},
      annotations: {},
      isReport: false,
      repeats: false,
      url: null,
    });
  });

  it('without a subject is named by its first line', () => {
    expect(only('\n  Disk is full  \nnode 7').name).toBe('Disk is full');
  });

  it('with the same subject is about the same condition, whatever else it says', () => {
    expect(only('node 7', 'Disk is full').key).toBe(only('node 8', 'Disk is full').key);
  });

  it('with another subject is about another condition, even if only its end differs', () => {
    const long = 'x'.repeat(2_000);

    expect(only('m', `${long}1`).key).not.toBe(only('m', `${long}2`).key);
  });

  it('of EventBridge is about the same condition whatever its id and time are', () => {
    const event = { 'detail-type': 'SageMaker Endpoint State Change', resources: ['arn:aws:sagemaker:x'] };
    const [one, two] = ['1', '2'].map((id) => only(JSON.stringify({ id, ...event })));

    expect(one?.name).toBe('SageMaker Endpoint State Change arn:aws:sagemaker:x');
    expect(one?.key).toBe(two?.key);
  });

  it('of EventBridge that nobody here knows is named by its resource, and says its details in words', () => {
    const event = (account: string) => ({
      version: '0',
      'detail-type': 'SageMaker Image State Change',
      resources: [`arn:aws:sagemaker:eu-west-1:${account}:image/trainer`],
      detail: {
        ImageArn: `arn:aws:sagemaker:eu-west-1:${account}:image/trainer`,
        ImageStatus: 'CREATE_FAILED',
        CreationTime: 1772360000123,
        Failure: { Reason: 'no permission', Retries: 0, at: null },
      },
    });
    const [one, two] = ['111111111111', '222222222222'].map((account) => only(JSON.stringify(event(account))));

    expect(one).toMatchObject({
      name: 'SageMaker Image State Change image/trainer',
      reason: 'ImageStatus CREATE_FAILED, Failure Reason no permission, Failure Retries 0',
    });
    expect(one?.key).not.toBe(two?.key);
  });

  it('of JSON is said in words', () => {
    const budget = { budgetName: 'training', accountId: '1', actual: { amount: 812.5, unit: 'USD' }, tags: ['x'] };

    expect(only(JSON.stringify(budget), 'Budget').reason).toBe(
      'budgetName training, actual amount 812.5, actual unit USD',
    );
    expect(only('{"AlarmName":"x","NewStateValue":7}').reason).toBe('AlarmName x, NewStateValue 7');
  });

  it.each(['', ' \n ', '\u0000'])('that says nothing (%j) is an alert all the same', (message) => {
    expect(only(message)).toMatchObject({ name: '(empty message on alarms)', state: 'firing' });
  });

  it.each([
    '{"AlarmName":',
    '{}',
    '[]',
    'null',
    '{"detail-type":"x"}',
  ])('whose JSON is odd (%j) is an alert in its own words', (message) => {
    expect(only(message)).toMatchObject({ source: 'sns', reason: message });
  });

  it('of any text is one alert of bounded, well-formed text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.json());
    fc.assert(
      fc.property(text, fc.option(fc.string({ unit: 'binary' })), (message, subject) => {
        const { key, name, reason } = only(message, subject);

        expect([key, name, reason].every((shown) => shown.isWellFormed() && !/[\r\n]/.test(shown))).toBe(true);
        expect([name.length <= 255 && name.length > 0, reason.length <= 1024]).toEqual([true, true]);
      }),
    );
  });
});
