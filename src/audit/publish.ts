import type { AwsClients } from '../aws/clients.ts';
import { askAws } from '../aws/errors.ts';
import type { Topic } from '../sources/aws-arn.ts';

const PATIENCE_MS = 5_000;
/** SNS takes printable ASCII, at most 100 characters. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_CHARACTERS = 100;

/**
 * Tells operators by an SNS topic, whatever becomes of Slack and Redis. `deployment` says which Tocsin speaks. Throws TransientError
 * and SetupError.
 */
export function createPublish(
  aws: Pick<AwsClients, 'sns'>,
  { arn, region }: Topic,
  deployment: string,
): (subject: string, text: string) => Promise<void> {
  return async (subject, text) => {
    const client = await aws.sns(region);
    const { PublishCommand } = await import('@aws-sdk/client-sns');
    const command = new PublishCommand({
      TopicArn: arn,
      Subject: `[${deployment}] ${subject}`.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, SUBJECT_CHARACTERS),
      Message: text,
    });
    await askAws({ permission: 'sns:Publish', region }, () =>
      client.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) }),
    );
  };
}
