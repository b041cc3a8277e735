import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { AwsClients } from '../../aws/clients.ts';
import { askAws } from '../../aws/errors.ts';
import type { Topic } from '../../sources/aws-arn.ts';
import { isDrill, type Notices, subjectOf, worstOf } from './words.ts';

/** How long one way may take, in ms: then the next one is tried. */
export const WAY_MS = 5_000;

/** Text attributes of a message, on which subscriptions filter. */
export type Attributes = Readonly<Record<string, string>>;

/** Publishes to one topic. Throws TransientError and SetupError. */
export async function publishTo(
  aws: AwsClients,
  { arn, region }: Topic,
  {
    message,
    notices,
    attributes,
  }: { readonly message: string; readonly notices: Notices; readonly attributes: Attributes },
): Promise<void> {
  const client = await aws.sns(region);
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  const command = new PublishCommand({
    TopicArn: arn,
    Subject: subjectOf(notices),
    Message: message,
    MessageAttributes: asStrings(attributes),
  });
  await askAws({ permission: 'sns:Publish', region }, () =>
    client.send(command, { abortSignal: AbortSignal.timeout(WAY_MS) }),
  );
}

/** What every message about incidents says of the worst of them, beside its text. */
export function attributesOf(notices: Notices): Attributes {
  const { incident, page } = worstOf(notices);
  return {
    incident: incident.id,
    severity: incident.severity,
    service: incident.service,
    level: page.level,
    drill: String(isDrill(notices)),
  };
}

/** SNS refuses an attribute without a value. */
export function asStrings(attributes: Attributes): Record<string, MessageAttributeValue> {
  const given = Object.entries(attributes).filter(([, value]) => value.trim() !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, { DataType: 'String', StringValue: value }]));
}
