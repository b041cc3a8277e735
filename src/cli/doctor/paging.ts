import type { AwsClients } from '../../aws/clients.ts';
import type { Way } from '../../domain/policy.ts';
import type { Service } from '../../domain/service.ts';
import { parseTopicArn } from '../../sources/aws-arn.ts';
import { type Finding, fine, wrong } from './finding.ts';
import { checkPagingTopic, type PagingTopic } from './paging-topic.ts';

export interface PagingChecks {
  readonly aws: AwsClients;
  readonly services: readonly Service[];
  /** As the settings have them; `null`: not set. */
  readonly mailTopic: string | null;
  readonly callTopic: string | null;
  readonly operatorsTopic: string | null;
  readonly awsRegion: string | null;
  readonly hasWebhookSecret: boolean;
}

/**
 * Whether pages could leave by other ways than Slack. Sends nothing. Topics that are not set are told where service files are looked at.
 * Empty: no such way is used.
 */
export async function checkPaging(checks: PagingChecks): Promise<Finding[]> {
  const kinds = new Map(checks.services.map((service) => [service.name, kindsOf(service)]));
  const users = (kind: Way['kind']) => [...kinds].filter(([, used]) => used.has(kind)).map(([name]) => name);
  return [...setUp(checks, users), ...(await topics(checks))];
}

function kindsOf({ escalation }: Service): ReadonlySet<Way['kind']> {
  return new Set(escalation?.paths.flatMap(({ steps }) => steps.flatMap(({ via }) => via.map(({ kind }) => kind))));
}

type Users = (kind: Way['kind']) => readonly string[];

function setUp({ awsRegion, hasWebhookSecret }: PagingChecks, users: Users): Finding[] {
  const [sms, webhooks] = [users('sms').join(', '), users('webhook').join(', ')];
  return [
    ...(sms === '' ? [] : [smsFinding(sms, awsRegion)]),
    ...(webhooks === '' || hasWebhookSecret
      ? []
      : [
          wrong(
            `${webhooks}: pages go to a webhook, and PAGE_WEBHOOK_SECRET is not set: none is posted`,
            'Set it to at least 16 characters (openssl rand -hex 24), and let the receiver check with it.',
          ),
        ]),
  ];
}

function smsFinding(names: string, region: string | null): Finding {
  return region === null
    ? wrong(
        `${names}: pages go by SMS, and AWS_REGION is not set: none is sent`,
        'Set the region that is to send them.',
      )
    : fine(`${names}: SMS are sent from ${region}, to whoever has confirmed a number`);
}

async function topics({ aws, mailTopic, callTopic, operatorsTopic }: PagingChecks): Promise<Finding[]> {
  const all = [
    { setting: 'MAIL_TOPIC_ARN', arn: mailTopic, isPersonal: true },
    { setting: 'CALL_TOPIC_ARN', arn: callTopic, isPersonal: false },
    { setting: 'OPERATORS_TOPIC_ARN', arn: operatorsTopic, isPersonal: false },
  ] as const;
  const findings: Finding[] = [];
  for (const { setting, arn, isPersonal } of all) {
    if (arn !== null) findings.push(...(await checkTopic(aws, { setting, arn, isPersonal })));
  }
  return findings;
}

async function checkTopic(
  aws: AwsClients,
  { setting, arn, isPersonal }: Pick<PagingTopic, 'setting' | 'isPersonal'> & { readonly arn: string },
): Promise<Finding[]> {
  const topic = parseTopicArn(arn);
  if (!topic) return [wrong(`${setting} is no standard SNS topic`, 'Set it to the ARN of one.')];
  return await checkPagingTopic(aws, { setting, topic, isPersonal });
}
