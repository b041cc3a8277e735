import type { Queue, QueuedMessage } from './queue.ts';
import { createQueue } from './queue.ts';

/** The queues of one account and region. */
export interface Queues {
  /** Makes the queue, or answers the one of that name. */
  create(name: string): Queue;
  byName(name: string): Queue | undefined;
  byArn(arn: string): Queue | undefined;
  all(): readonly Queue[];
  delete(queue: Queue): void;
  /** Sends dead letters back to where they came from, or to another queue; answers how many. */
  redrive(from: Queue, to: Queue | null): number;
  /** What SNS does: false when there is no such queue, or its policy does not let this topic send. */
  deliver(queueArn: string, topicArn: string, body: string): boolean;
}

export interface QueuesOptions {
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
}

export function createQueues({ account, region, now }: QueuesOptions): Queues {
  const queues = new Map<string, Queue>();
  const byArn = (arn: string): Queue | undefined => [...queues.values()].find((queue) => queue.arn === arn);

  /** A message that was received as often as allowed goes to the dead letters when it would be received once more. */
  const bury = (queue: Queue, message: QueuedMessage): boolean => {
    const { target, most } = redrivePolicy(queue);
    const grave = target === null ? undefined : byArn(target);
    if (grave === undefined || message.receiveCount < most) return false;
    grave.take(message, queue.arn);
    return true;
  };

  return {
    create: (name) => {
      const known = queues.get(name);
      if (known !== undefined) return known;
      const queue = createQueue({ name, arn: `arn:aws:sqs:${region}:${account}:${name}`, now, bury });
      queues.set(name, queue);
      return queue;
    },
    byName: (name) => queues.get(name),
    byArn,
    all: () => [...queues.values()],
    delete: ({ name }) => void queues.delete(name),
    redrive: (from, to) => {
      const messages = from.drain();
      for (const message of messages) {
        const home = to ?? byArn(message.deadLetterOf ?? '') ?? from;
        home.take(message, null);
      }
      return messages.length;
    },
    deliver: (queueArn, topicArn, body) => {
      const queue = byArn(queueArn);
      if (queue === undefined || !maySend(queue.attributes.Policy, topicArn)) return false;
      queue.send({ body });
      return true;
    },
  };
}

/** `RedrivePolicy` of a queue: its dead letters' queue and how often a message may be received. */
export function redrivePolicy({ attributes }: Pick<Queue, 'attributes'>): {
  readonly target: string | null;
  readonly most: number;
} {
  const policy = record(parsed(attributes.RedrivePolicy));
  const target = policy.deadLetterTargetArn;
  const most = Number(policy.maxReceiveCount);
  return {
    target: typeof target === 'string' ? target : null,
    most: Number.isInteger(most) && most > 0 ? most : Number.POSITIVE_INFINITY,
  };
}

/** Whether a queue policy lets SNS send for this topic: an Allow for SNS or everybody, whose conditions name the topic if any. */
function maySend(policy: string | undefined, topicArn: string): boolean {
  const statements = record(parsed(policy)).Statement;
  const all: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  return all.some((one) => {
    const statement = record(one);
    const actions = JSON.stringify(statement.Action ?? '').toLowerCase();
    const principal = JSON.stringify(statement.Principal ?? '');
    const condition = JSON.stringify(statement.Condition ?? null);
    return (
      statement.Effect === 'Allow' &&
      (actions.includes('sqs:sendmessage') || actions.includes('sqs:*')) &&
      (principal.includes('sns.amazonaws.com') || principal.includes('"*"')) &&
      (condition === 'null' || condition.includes(topicArn) || /:\*"/.test(condition))
    );
  });
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? null : JSON.parse(json);
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
