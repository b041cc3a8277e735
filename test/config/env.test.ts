import { describe, expect, it } from 'vitest';
import { envProblems, isLocalMode, readEnv, setting } from '../../src/config/env.ts';

const COMPLETE = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', REDIS_URL: 'redis://localhost' };

describe('the environment', () => {
  it('is complete with two tokens and a Redis, and has a default for the rest', () => {
    const env = readEnv(COMPLETE);

    expect(env).toMatchObject({
      SLACK_API_URL: 'https://slack.com/api/',
      SERVICES_DIR: 'services',
      PORT: 3_000,
      SNS_TOPIC_ARNS: [],
      DEPLOYMENT: 'tocsin',
    });
  });

  it.each(['', '  '])('takes a variable that is %j for absent', (nothing) => {
    const env = readEnv({ ...COMPLETE, SERVICES_DIR: nothing, SNS_CERT_DIR: nothing, PORT: nothing });

    expect(env).toMatchObject({ SERVICES_DIR: 'services', PORT: 3_000 });
    expect(env.SNS_CERT_DIR).toBeUndefined();
    expect(isLocalMode({ SLACK_BOT_TOKEN: nothing })).toBe(true);
  });

  it('says at once everything that is wrong', () => {
    const problems = envProblems({ REDIS_URL: 'localhost:6379', PORT: 'http', SNS_TOPIC_ARNS: 'alarms' });

    expect(problems.map((line) => line.split(/[ :]/)[0])).toEqual([
      ...['SLACK_BOT_TOKEN', 'REDIS_URL', 'PORT', 'SNS_TOPIC_ARNS', 'SLACK_APP_TOKEN'],
    ]);
    expect(() => readEnv({})).toThrow(/SLACK_BOT_TOKEN is missing[\s\S]*REDIS_URL is missing/);
  });

  it('wants a queue by its address, and secrets that cannot be guessed', () => {
    const secrets = { ALERTMANAGER_TOKEN: 'x'.repeat(16), GRAFANA_SECRET: 'short', EVENTS_TOKEN: 'x'.repeat(15) };

    const problems = envProblems({ ...COMPLETE, ...secrets, SQS_QUEUE_URL: 'tocsin-queue' });

    expect(problems).toEqual([
      'SQS_QUEUE_URL: A queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/tocsin',
      expect.stringMatching(/^GRAFANA_SECRET: At least 16 characters/),
      expect.stringMatching(/^EVENTS_TOKEN: At least 16 characters/),
    ]);
  });

  it('pages by Slack alone, until there are topics, a secret and addresses that can be used', () => {
    const topic = 'arn:aws:sns:eu-west-1:123456789012:tocsin-mail';
    const given = { MAIL_TOPIC_ARN: topic, CALL_TOPIC_ARN: `${topic}.fifo`, OPERATORS_TOPIC_ARN: 'operators' };
    const rest = { PAGE_WEBHOOK_SECRET: 'short', HEARTBEAT_URL: 'ftp://here', PAGERDUTY_EVENTS_URL: 'pagerduty' };

    expect(readEnv(COMPLETE)).toMatchObject({ PAGERDUTY_EVENTS_URL: 'https://events.pagerduty.com/v2/enqueue' });
    expect(readEnv(COMPLETE)).not.toHaveProperty('MAIL_TOPIC_ARN');
    expect(envProblems({ ...COMPLETE, ...given, ...rest }).sort()).toEqual([
      expect.stringMatching(/^CALL_TOPIC_ARN: An SNS topic, such as/),
      expect.stringMatching(/^HEARTBEAT_URL: A web address/),
      expect.stringMatching(/^OPERATORS_TOPIC_ARN: An SNS topic, such as/),
      expect.stringMatching(/^PAGERDUTY_EVENTS_URL: A web address/),
      expect.stringMatching(/^PAGE_WEBHOOK_SECRET: At least 16 characters/),
    ]);
  });

  it('repeats no value that it refuses', () => {
    const secret = 'hunter2';

    const words = envProblems({ REDIS_URL: secret, SLACK_API_URL: secret, LOG_LEVEL: secret, DEPLOYMENT: 'Hunter2' });

    expect(words).toHaveLength(6);
    expect(words.join().toLowerCase()).not.toContain(secret);
  });

  it('gives one setting alone, whatever the others are', () => {
    expect(setting({ REDIS_URL: 'redis://localhost' }, 'REDIS_URL')).toBe('redis://localhost');
    expect(setting({}, 'DEPLOYMENT')).toBe('tocsin');
    expect(setting({ REDIS_URL: 'http://x' }, 'REDIS_URL')).toBeNull();
  });
});
