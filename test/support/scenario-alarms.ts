import type { AlarmState, MetricAlarm } from '../../sandbox/aws/alarm-definitions.ts';
import { alarmMessage, alarmSubject } from '../../sandbox/aws/alarm-messages.ts';
import type { Aws } from '../../sandbox/aws/aws.ts';
import type { RetryPolicy } from '../../sandbox/aws/retry-policy.ts';
import type { Subscription } from '../../sandbox/aws/topics.ts';

export interface Alarms {
  /** Puts one of the demo services' alarms into ALARM, as its data would. */
  fires(name: string): Promise<void>;
  recovers(name: string): Promise<void>;
  losesData(name: string): Promise<void>;
  /** Delivers the last message of an alarm once more: same id, same signature. */
  repeats(name: string): Promise<void>;
  /** Publishes one message about an alarm that need not exist. Answers its MessageId. */
  publishes(alarm: PublishedAlarm): string;
  /** Lets SNS deliver to a webhook, confirmed, with patience enough for a restart. */
  deliverTo(url: string): void;
  /** Lets SNS ask a webhook to confirm a subscription to the last topic, as it does in earnest. */
  askToConfirm(url: string): void;
  confirmed(): boolean;
  /** Ends that subscription, of which SNS tells the webhook. */
  endSubscription(): void;
  /** What SNS has sent to confirm or to subscribe again. */
  tokens(): string[];
}

export interface PublishedAlarm {
  readonly name: string;
  readonly state?: AlarmState;
  /** The alarm's own time of the change, epoch ms. */
  readonly at?: number;
  readonly reason?: string;
  readonly description?: string;
}

/** Many tries, the first soon: with the courier's shortened seconds they span about a minute. */
const PATIENT: RetryPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 10,
  numRetries: 400,
  numNoDelayRetries: 1,
  numMinDelayRetries: 20,
  numMaxDelayRetries: 350,
  backoffFunction: 'linear',
};

export function alarmsOf(aws: Aws, now: () => number): Alarms {
  const topic = aws.topicArns[0]?.split(':').at(-1) ?? '';
  const press = async (name: string, what: 'fire' | 'recover' | 'repeat' | 'no-data') => {
    const result = await aws.alarms.act({ type: 'alarm', name, do: what });
    if (!result.ok) throw new Error(result.error);
  };
  const askable = aws.topicArns.at(-1) ?? '';
  let asked: Subscription | undefined;
  return {
    fires: (name) => press(name, 'fire'),
    recovers: (name) => press(name, 'recover'),
    losesData: (name) => press(name, 'no-data'),
    repeats: (name) => press(name, 'repeat'),
    publishes({ name, state: to = 'ALARM', at = now(), reason = 'Threshold Crossed', description = '' }) {
      const from = to === 'ALARM' ? 'OK' : 'ALARM';
      const place = { account: aws.account, region: aws.region };
      return aws.sns.publish(aws.topicArns[0] ?? '', {
        subject: alarmSubject(name, to, aws.region),
        message: alarmMessage(
          { ...definition(topic), name, description },
          { from, to, reason, at, configuredAt: at - 1 },
          place,
        ),
      });
    },
    askToConfirm(url) {
      asked = aws.sns.subscribe({ topicArn: askable, protocol: 'http', endpoint: `${url}?again`, policy: PATIENT });
    },
    confirmed: () => asked?.status === 'confirmed',
    endSubscription() {
      if (asked) aws.sns.unsubscribe(asked.arn);
    },
    tokens: () => [...(asked?.tokens.keys() ?? [])],
    deliverTo(url) {
      for (const topicArn of aws.topicArns) {
        aws.sns.topics.add({
          arn: `${topicArn}:${crypto.randomUUID()}`,
          topicArn,
          protocol: 'http',
          endpoint: url,
          tokens: new Map(),
          status: 'confirmed',
          authenticateOnUnsubscribe: true,
          confirmationWasAuthenticated: true,
          rawDelivery: false,
          policy: PATIENT,
        });
      }
    },
  };
}

function definition(topic: string): MetricAlarm {
  return {
    kind: 'metric',
    service: 'any',
    topic,
    name: '',
    description: '',
    metric: { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'any' }, unit: 'Count' },
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: 'missing',
    comparison: 'GreaterThanThreshold',
    threshold: 5,
    bad: [9],
    good: [0],
  };
}
