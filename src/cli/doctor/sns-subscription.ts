import type { SNSClient } from '@aws-sdk/client-sns';
import { z } from 'zod';
import { awsRefusal } from './aws-refusal.ts';
import { type Finding, fine, unknown, warning, wrong } from './finding.ts';

/** SNS's own default is three retries within a minute; a restart or a fail-over may take longer. */
const FEW_RETRIES = 10;
const TEMPLATE = 'deploy/sns-subscription.yaml has one that keeps trying for more than half an hour.';

/** One subscription that leads to us. `arn` is the word PendingConfirmation until it is confirmed. */
export async function checkSubscription(
  client: SNSClient,
  { topic, name, arn }: { readonly topic: string; readonly name: string; readonly arn: string },
): Promise<Finding[]> {
  const confirmed = fine(`${topic}: ${name} is confirmed`);
  if (!arn.startsWith('arn:')) return [pending(topic, name)];
  const { GetSubscriptionAttributesCommand } = await import('@aws-sdk/client-sns');
  try {
    const { Attributes = {} } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }));
    if (Attributes.PendingConfirmation === 'true') return [pending(topic, name)];
    return [confirmed, ...delivery(topic, Attributes)];
  } catch (error) {
    return [confirmed, awsRefusal(`${topic}, attributes of the subscription`, error)];
  }
}

function pending(topic: string, name: string): Finding {
  return wrong(
    `${topic}: ${name} is not confirmed, so no alarm arrives`,
    'Tocsin confirms it by itself while it runs with the topic in SNS_TOPIC_ARNS and sns:ConfirmSubscription: subscribe again.',
  );
}

type Attributes = Readonly<Record<string, string>>;

function delivery(topic: string, attributes: Attributes): Finding[] {
  return [
    rawDelivery(topic, attributes),
    retries(topic, attributes),
    redrive(topic, attributes),
    ...rest(topic, attributes),
  ];
}

function rawDelivery(topic: string, { RawMessageDelivery }: Attributes): Finding {
  return RawMessageDelivery === 'true'
    ? wrong(
        `${topic}: raw delivery is on, which carries no signature: every message is refused`,
        'Set RawMessageDelivery to false on the subscription.',
      )
    : fine(`${topic}: raw delivery is off`);
}

const Policy = z.object({ numRetries: z.number() });
const Effective = z.object({
  healthyRetryPolicy: Policy.optional(),
  http: z.object({ defaultHealthyRetryPolicy: Policy }).optional(),
});

function retries(topic: string, { EffectiveDeliveryPolicy = '' }: Attributes): Finding {
  const policy = Effective.safeParse(parseJson(EffectiveDeliveryPolicy)).data;
  const count = (policy?.healthyRetryPolicy ?? policy?.http?.defaultHealthyRetryPolicy)?.numRetries;
  if (count === undefined) return unknown(`${topic}: how often SNS tries again`, TEMPLATE);
  return count < FEW_RETRIES
    ? warning(
        `${topic}: SNS tries only ${count} times again: alarms that come while Tocsin is away for longer are lost`,
        `Give the subscription a DeliveryPolicy: ${TEMPLATE}`,
      )
    : fine(`${topic}: SNS tries ${count} times again`);
}

function redrive(topic: string, { RedrivePolicy }: Attributes): Finding {
  return RedrivePolicy
    ? fine(`${topic}: what cannot be delivered goes to a dead-letter queue`)
    : warning(
        `${topic}: there is no dead-letter queue: what SNS gives up is gone without a trace`,
        'Give the subscription a RedrivePolicy, as deploy/sns-subscription.yaml does.',
      );
}

function rest(topic: string, { FilterPolicy, ConfirmationWasAuthenticated }: Attributes): Finding[] {
  const findings: Finding[] = [];
  if (FilterPolicy) {
    findings.push(warning(`${topic}: a filter policy keeps some messages back`, 'Remove it, unless it is meant.'));
  }
  if (ConfirmationWasAuthenticated === 'false') {
    const what = `${topic}: whoever holds the link in a message can end the subscription`;
    findings.push(
      warning(what, 'Delete it and subscribe again: Tocsin confirms it so that only AWS credentials can end it.'),
    );
  }
  return findings;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
