import { isEventRule, isLimitedTo } from './sqs-policy.ts';
import type { QueueAttributes } from './sqs-queue.ts';

/** Something about a queue that will cost an alarm some day, and what to do about it. */
export interface QueueAdvice {
  readonly what: string;
  readonly mend: string;
}

const TEMPLATE = 'deploy/sqs-subscription.yaml has a queue that is set right.';
const FEW_RECEIVES = 5;
const DAY_S = 86_400;
const MIN_VISIBILITY_S = 15;
const MAX_VISIBILITY_S = 300;

/** What `GetQueueAttributes` says, judged. `topics` are those that may speak to Tocsin. */
export function adviceOn(attributes: QueueAttributes, topics: ReadonlySet<string>): QueueAdvice[] {
  return [...deadLetters(attributes), ...times(attributes), ...senders(attributes, topics)];
}

/** Whether a message that is never deleted ends up where a person can look at it; `null`: could not tell. */
export function hasDeadLetterQueue(attributes: QueueAttributes | null): boolean | null {
  return attributes === null ? null : maxReceives(attributes) !== null;
}

/** Who can send, by the queue's own policy. */
export function isLimited({ Policy }: QueueAttributes, topics: ReadonlySet<string>): boolean {
  return isLimitedTo(Policy, (arn) => topics.has(arn) || isEventRule(arn));
}

function deadLetters(attributes: QueueAttributes): QueueAdvice[] {
  const receives = maxReceives(attributes);
  if (receives === null) {
    const what = 'it has no dead-letter queue: a message that cannot be believed is deleted after a while';
    return [{ what, mend: `Give it a RedrivePolicy. ${TEMPLATE}` }];
  }
  if (receives >= FEW_RECEIVES) return [];
  const what = `it gives a message up after ${receives} tries: a Tocsin that is restarted may leave alarms in the dead-letter queue`;
  return [{ what, mend: `Set maxReceiveCount to ${FEW_RECEIVES} or more.` }];
}

function maxReceives({ RedrivePolicy }: QueueAttributes): number | null {
  try {
    const { maxReceiveCount } = JSON.parse(RedrivePolicy ?? 'null') as { maxReceiveCount?: unknown };
    return Number(maxReceiveCount) || null; // SQS writes it as a number or as a text
  } catch {
    return null;
  }
}

function times(attributes: QueueAttributes): QueueAdvice[] {
  const seconds = (name: string) => (attributes[name] === undefined ? null : Number(attributes[name]));
  const [kept, hidden, delay] = [
    seconds('MessageRetentionPeriod'),
    seconds('VisibilityTimeout'),
    seconds('DelaySeconds'),
  ];
  const advice: QueueAdvice[] = [];
  if (kept !== null && kept < DAY_S) {
    const what = `it forgets messages after ${kept} s: alarms of a longer outage are lost`;
    advice.push({ what, mend: 'Set MessageRetentionPeriod to a day or more (14 days are 1209600).' });
  }
  if (hidden !== null && (hidden < MIN_VISIBILITY_S || hidden > MAX_VISIBILITY_S)) {
    const why =
      hidden < MIN_VISIBILITY_S
        ? 'messages come again while they are worked on'
        : 'an alarm waits as long after trouble';
    advice.push({ what: `its VisibilityTimeout is ${hidden} s: ${why}`, mend: 'Set it to 60.' });
  }
  if (delay !== null && delay > 0) {
    advice.push({ what: `it holds every message back for ${delay} s`, mend: 'Set DelaySeconds to 0.' });
  }
  return advice;
}

function senders(attributes: QueueAttributes, topics: ReadonlySet<string>): QueueAdvice[] {
  if (isLimited(attributes, topics)) return [];
  const what =
    'its policy does not limit who sends: signatures are checked, and messages without one (raw delivery, EventBridge) are refused';
  const mend = `Let only the topics of SNS_TOPIC_ARNS (and your event rules) send, by aws:SourceArn. ${TEMPLATE}`;
  return [{ what, mend }];
}
