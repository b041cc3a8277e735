import { AwsError } from './aws-error.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { Sns } from './sns.ts';

export interface KeepSubscribedOptions {
  readonly sns: Sns;
  readonly topicArns: readonly string[];
  /** Where the notifications go, `http://127.0.0.1:3000/webhooks/sns`; its `/healthz` tells whether anybody is there. */
  readonly webhookUrl: string;
  readonly everyMs?: number;
}

/** Tries for most of the hour that SNS allows, so that a restart of the endpoint loses nothing. */
const PATIENT: RetryPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 60,
  numRetries: 50,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 35,
  backoffFunction: 'exponential',
};
/** An endpoint that was asked gets this long before it is asked again. */
const ASK_AGAIN_MS = 5000;
const HEALTH_TIMEOUT_MS = 2000;

/**
 * Subscribes an endpoint to topics as soon as it is up, and asks again while it has not confirmed. A subscription that
 * somebody ended stays ended, as with AWS. Answers the function that stops it.
 */
export function keepSubscribed(options: KeepSubscribedOptions): () => void {
  const { sns, topicArns, webhookUrl, everyMs = 500 } = options;
  const askedAt = new Map<string, number>();
  const protocol = webhookUrl.startsWith('https:') ? 'https' : 'http';
  let busy = false;

  const wanted = () => topicArns.filter((arn) => wants(sns, arn, webhookUrl, askedAt.get(arn)));

  const look = async (): Promise<void> => {
    if (busy || wanted().length === 0) return;
    busy = true;
    if (await isUp(webhookUrl)) {
      for (const topicArn of wanted()) {
        askedAt.set(topicArn, Date.now());
        ask(() => sns.subscribe({ topicArn, protocol, endpoint: webhookUrl, policy: PATIENT }));
      }
    }
    busy = false;
  };

  void look();
  const timer = setInterval(() => void look(), everyMs);
  return () => clearInterval(timer);
}

function wants(sns: Sns, topicArn: string, endpoint: string, askedAt: number | undefined): boolean {
  const subscription = sns.topics.of(topicArn).find((one) => one.endpoint === endpoint);
  if (subscription === undefined) return askedAt === undefined;
  return subscription.status === 'pending' && Date.now() - (askedAt ?? 0) >= ASK_AGAIN_MS;
}

function ask(subscribe: () => void): void {
  try {
    subscribe();
  } catch (error) {
    // A topic that was taken away meanwhile is not to be subscribed to.
    if (!(error instanceof AwsError)) throw error;
  }
}

async function isUp(webhookUrl: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    const answer = await fetch(new URL('/healthz', webhookUrl), { signal });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
