import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { roleWith } from '../../src/aws/roles.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const source = globSync('src/**/*.ts', { cwd: ROOT }).map(read).join('\n');

interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: string | string[];
    readonly Resource: unknown;
  }[];
}

const policyOf = (role: string) => JSON.parse(read(`deploy/iam/${role}-role.json`)) as Policy;
const allowedBy = ({ Statement }: Policy) => [...new Set(Statement.flatMap(({ Action }) => Action))].sort();
const policy = policyOf('read');
const [reading, acting, drilling] = [allowedBy(policy), allowedBy(policyOf('act')), allowedBy(policyOf('drill'))];

/** Every permission that the product names when it is missing: `'cloudwatch:DescribeAlarms'`, and of SQS the call alone. */
const named = [
  ...new Set([
    ...[...source.matchAll(/permission: '(?<permission>[a-z0-9]+:[A-Za-z]+)'/g)].map(
      (one) => one.groups?.permission ?? '',
    ),
    ...[...source.matchAll(/askAws\(call\('(?<call>[A-Za-z]+)'\)/g)].map(({ groups }) => `sqs:${groups?.call}`),
  ]),
].sort();

/** What changes nothing: names of calls that only look. */
const LOOKS = /:(?:CheckIf|Describe|Get|List|Receive|StartQuery|StopQuery)/;
/** What is no action of a service file: Tocsin keeps its own subscriptions, empties its queue, tells people, takes on its other role. */
const OWN = ['sns:ConfirmSubscription', 'sns:Publish', 'sqs:DeleteMessage', 'sts:AssumeRole'];

describe('the roles in deploy/iam', () => {
  it('have everything that Tocsin asks for, each permission in exactly one of them', () => {
    expect(named).toEqual(
      expect.arrayContaining(['cloudwatch:DescribeAlarms', 'sqs:ReceiveMessage', 'lambda:UpdateAlias']),
    );
    expect(named.filter((one) => reading.includes(one) === acting.includes(one))).toEqual([]);
  });

  it('keep what changes a system in the act role, and what looks in the read role', () => {
    const changing = named.filter((one) => !LOOKS.test(one) && !OWN.includes(one));

    expect(changing).toEqual(acting);
    expect(reading.filter((one) => !LOOKS.test(one))).toEqual(OWN);
  });

  it('are named by a refusal as they are', () => {
    expect(named.filter((one) => roleWith(one) === 'act')).toEqual(acting);
  });

  it('give the act role nothing but things with a name of the account', () => {
    const resources = policyOf('act').Statement.flatMap(({ Resource }) => Resource as string | string[]);

    expect(resources.filter((one) => !/^arn:aws:[a-z]+:REGION:ACCOUNT:.+PREFIX\*/.test(one))).toEqual([]);
  });

  it('let nobody but a drill raise an alarm by hand', () => {
    expect(drilling).toEqual(['cloudwatch:DescribeAlarms', 'cloudwatch:SetAlarmState']);
    expect([...reading, ...acting]).not.toContain('cloudwatch:SetAlarmState');
  });

  it('trust only Tocsin with the act role, by the name of its sessions', () => {
    const { Statement } = JSON.parse(read('deploy/iam/act-role.trust.json')) as { Statement: object[] };
    const session = /RoleSessionName: '(?<name>[a-z-]+)'/.exec(source)?.groups?.name;

    expect(Statement).toMatchObject([
      {
        Principal: { AWS: 'arn:aws:iam::ACCOUNT:role/READ_ROLE' },
        Condition: { StringEquals: { 'sts:RoleSessionName': session } },
      },
    ]);
  });

  it('are the same in CloudFormation and in Terraform', () => {
    const template = parse(read('deploy/iam/roles.yaml'), { logLevel: 'silent' }) as {
      Resources: Record<string, { Properties: { PolicyDocument?: Policy } }>;
    };
    const inTemplate = (name: string) => allowedBy(template.Resources[name]?.Properties.PolicyDocument as Policy);
    const terraform = read('deploy/iam/roles.tf');
    const inTerraform = (document: string) => {
      const block = terraform.split(`data "aws_iam_policy_document" "${document}"`)[1]?.split(/^}/m)[0] ?? '';
      return [
        ...new Set([...block.matchAll(/"(?<action>[a-z]+:[A-Z][A-Za-z]+)"/g)].map((one) => one.groups?.action)),
      ].sort();
    };

    expect([inTemplate('MayAct'), inTemplate('MayDrill')]).toEqual([acting, drilling]);
    expect([inTerraform('may_act'), inTerraform('may_drill')]).toEqual([acting, drilling]);
    expect(inTemplate('MayPlan')).toEqual(inTerraform('may_plan'));
    expect(reading).toEqual(expect.arrayContaining(inTemplate('MayPlan')));
  });

  it('publish to the topics of pages and to phones, and to no other topic', () => {
    const publishing = policy.Statement.filter(({ Action }) => [Action].flat().includes('sns:Publish'));
    const topic = (name: string) => `arn:aws:sns:REGION:ACCOUNT:${name}`;

    expect(publishing).toMatchObject([
      { Resource: [topic('MAIL_TOPIC'), topic('CALL_TOPIC'), topic('OPERATORS_TOPIC')] },
      { NotResource: 'arn:aws:sns:*:*:*' }, // a phone number is no ARN
    ]);
  });
});
