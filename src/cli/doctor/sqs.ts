import { kindOf } from '../../app/errors.ts';
import { adviceOn } from '../../sources/sqs-advice.ts';
import type { Queue, QueueAttributes } from '../../sources/sqs-queue.ts';
import { type Finding, fine, unknown, warning, wrong } from './finding.ts';

export interface SqsChecks {
  readonly queue: Queue;
  /** The dead-letter queue by its name, which lies beside the queue. */
  readonly besides: (name: string) => Queue;
  readonly topics: ReadonlySet<string>;
}

/** Whether the queue is there and set right. Receives nothing: that would count against each message. */
export async function checkSqs({ queue, besides, topics }: SqsChecks): Promise<Finding[]> {
  try {
    const attributes = await queue.attributes();
    return [
      fine(
        `there, ${countOf(attributes)} messages wait and ${attributes.ApproximateNumberOfMessagesNotVisible ?? '?'} are worked on`,
      ),
      ...adviceOn(attributes, topics).map(({ what, mend }) => warning(what, mend)),
      ...(await deadLetters(attributes, besides)),
    ];
  } catch (error) {
    return [refusal('the queue', error)];
  }
}

function countOf({ ApproximateNumberOfMessages }: QueueAttributes): string {
  return ApproximateNumberOfMessages ?? '?';
}

async function deadLetters({ RedrivePolicy }: QueueAttributes, besides: SqsChecks['besides']): Promise<Finding[]> {
  const name = /"deadLetterTargetArn"\s*:\s*"arn:[^"]*:(?<name>[\w.-]{1,80})"/.exec(RedrivePolicy ?? '')?.groups?.name;
  if (name === undefined) return [];
  try {
    const count = countOf(await besides(name).attributes());
    if (count === '0') return [fine(`its dead-letter queue ${name} is empty`)];
    const mend = 'Read them there; once the cause is mended, start a redrive to the queue.';
    return [warning(`${count} messages that were not believed lie in ${name}`, mend)];
  } catch (error) {
    return [refusal(`the dead-letter queue ${name}`, error)];
  }
}

/** What a person has to mend is wrong; what passes cannot be told. Throws bugs on. */
export function refusal(what: string, error: unknown): Finding {
  const kind = kindOf(error);
  if (kind === 'bug' || !(error instanceof Error)) throw error;
  return kind === 'setup'
    ? wrong(`${what}: ${error.message}`, 'deploy/iam/read-role.json has the permissions; SQS_QUEUE_URL the address.')
    : unknown(`${what}: ${error.message}`, 'Check the way to AWS, and AWS_ENDPOINT_URL.');
}
