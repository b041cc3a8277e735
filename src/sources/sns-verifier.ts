import type { IncomingHttpHeaders } from 'node:http';
import { SetupError } from '../app/errors.ts';
import { parseTopicArn, type Topic } from './aws-arn.ts';
import type { CertificateSource } from './sns-certificate.ts';
import { parseEnvelope, type SnsEnvelope } from './sns-envelope.ts';
import { type Refusal, refuse } from './sns-refusal.ts';
import { isSignedBy } from './sns-signature.ts';

/** The largest body that is read: SNS delivers at most 256 KiB of message, and JSON adds some. */
export const MAX_BODY_BYTES = 300 * 1024;

/** SNS retries a delivery for at most an hour and keeps the first attempt's timestamp. */
const DEFAULT_MAX_AGE_MS = 2 * 3_600_000;
const MAX_AHEAD_MS = 5 * 60_000;

export interface VerifiedNotification {
  readonly type: 'Notification';
  readonly messageId: string;
  readonly topic: Topic;
  readonly subject: string | null;
  readonly message: string;
  /** When it was published, in epoch milliseconds. */
  readonly publishedAt: number;
}

/** `token` confirms the subscription for two days: it is never logged. */
export interface VerifiedConfirmation {
  readonly type: 'SubscriptionConfirmation';
  readonly messageId: string;
  readonly topic: Topic;
  readonly token: string;
}

export interface VerifiedUnsubscription {
  readonly type: 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly topic: Topic;
}

/** What is left of a message once it is believed. The addresses inside it are dropped: nothing may open or show them. */
export type VerifiedMessage = VerifiedNotification | VerifiedConfirmation | VerifiedUnsubscription;

export type Verification = { readonly ok: true; readonly message: VerifiedMessage } | Refusal;

export interface SnsVerifier {
  /**
   * Believes a request body or refuses it. Throws TransientError or SetupError when the signing certificate cannot be
   * had, and nothing else, whatever the body is.
   */
  verify(rawBody: Buffer, headers: IncomingHttpHeaders): Promise<Verification>;
}

export interface VerifierDeps {
  /** The only topics that are listened to, by exact ARN. */
  readonly topics: ReadonlySet<string>;
  readonly certificates: CertificateSource;
  readonly now: () => number;
  /** How old a notification may be, in milliseconds. Older ones may be replays that the duplicate check forgot. */
  readonly maxAgeMs?: number;
}

/**
 * Verifies what SNS posts. The topic is checked before anything is fetched, and the age only of what is genuine.
 * Throws SetupError when a listed topic cannot be one that posts to a webhook.
 */
export function createSnsVerifier(deps: VerifierDeps): SnsVerifier {
  const { certificates, now, maxAgeMs = DEFAULT_MAX_AGE_MS } = deps;
  const topics = new Map([...deps.topics].map((arn) => [arn, topicOf(arn)]));

  async function verifyEnvelope(envelope: SnsEnvelope): Promise<Verification> {
    const topic = topics.get(envelope.topicArn);
    if (!topic) return refuse('unknown_topic');

    const key = await certificates(envelope.signingCertUrl, topic);
    if ('ok' in key) return key;
    if (!isSignedBy(key, envelope)) return refuse('bad_signature');

    return believe(envelope, topic, now(), maxAgeMs);
  }

  return {
    async verify(rawBody, headers) {
      if (rawBody.byteLength > MAX_BODY_BYTES) return refuse('too_large');
      if (String(headers['x-amz-sns-rawdelivery']).toLowerCase() === 'true') return refuse('raw_delivery');
      const envelope = parseEnvelope(rawBody);
      return 'ok' in envelope ? envelope : verifyEnvelope(envelope);
    },
  };
}

function topicOf(arn: string): Topic {
  const topic = parseTopicArn(arn);
  if (!topic) throw new SetupError(`SNS_TOPIC_ARNS lists "${arn}", which is not the ARN of a standard SNS topic`);
  return topic;
}

function believe(envelope: SnsEnvelope, topic: Topic, now: number, maxAgeMs: number): Verification {
  const { messageId } = envelope;
  if (envelope.type !== 'Notification') {
    const { type, token } = envelope;
    const isRequest = type === 'SubscriptionConfirmation';
    return { ok: true, message: isRequest ? { type, messageId, topic, token } : { type, messageId, topic } };
  }
  const publishedAt = Date.parse(envelope.timestamp);
  if (publishedAt < now - maxAgeMs) return refuse('too_old');
  // Only a clock that is behind makes a genuine message look like this, and a retry cures it.
  if (publishedAt > now + MAX_AHEAD_MS) return refuse('from_the_future');

  const { type, subject, message } = envelope;
  return { ok: true, message: { type, messageId, topic, subject, message, publishedAt } };
}
