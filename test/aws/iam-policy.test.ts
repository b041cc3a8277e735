import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const source = globSync('src/**/*.ts', { cwd: ROOT })
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');
const policy = JSON.parse(readFileSync(join(ROOT, 'deploy/iam-policy.json'), 'utf8')) as {
  Statement: { Action: string | string[] }[];
};
const allowed = policy.Statement.flatMap(({ Action }) => Action);

/** Every permission that the product names when it is missing: `'cloudwatch:DescribeAlarms'`, and of SQS the call alone. */
const named = [
  ...[...source.matchAll(/permission: '(?<permission>[a-z0-9]+:[A-Za-z]+)'/g)].map(({ groups }) => groups?.permission),
  ...[...source.matchAll(/askAws\(call\('(?<call>[A-Za-z]+)'\)/g)].map(({ groups }) => `sqs:${groups?.call}`),
];

describe('deploy/iam-policy.json', () => {
  it('allows everything that Tocsin asks for', () => {
    expect(named).toEqual(expect.arrayContaining(['cloudwatch:DescribeAlarms', 'sqs:ReceiveMessage']));
    expect(named.filter((permission) => !allowed.includes(permission ?? ''))).toEqual([]);
  });

  it('allows nothing that changes a system: it confirms, deletes what it has read, and tells people', () => {
    const acts = allowed.filter((action) => !/:(CheckIf|Describe|Get|List|Receive|StartQuery|StopQuery)/.test(action));

    expect([...new Set(acts)]).toEqual(['sns:ConfirmSubscription', 'sqs:DeleteMessage', 'sns:Publish']);
  });

  it('publishes to the topics of pages and to phones, and to no other topic', () => {
    const publishing = policy.Statement.filter(({ Action }) => [Action].flat().includes('sns:Publish'));
    const topic = (name: string) => `arn:aws:sns:REGION:ACCOUNT:${name}`;

    expect(publishing).toMatchObject([
      { Resource: [topic('MAIL_TOPIC'), topic('CALL_TOPIC'), topic('OPERATORS_TOPIC')] },
      { NotResource: 'arn:aws:sns:*:*:*' }, // a phone number is no ARN
    ]);
  });
});
